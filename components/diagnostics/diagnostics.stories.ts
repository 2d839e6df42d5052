import { changeWords } from '../../locale/registry.ts';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, userEvent, waitFor } from 'storybook/test';
import { NOW, sessions, standStill } from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { DiagnosticsElement } from './diagnostics.ts';
import './define.ts';

const meta: Meta<DiagnosticsElement> = {
  title: 'Elements/Diagnostics',
  component: 'p2p-diagnostics',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<DiagnosticsElement>;

const drawn = (more: Partial<DiagnosticsElement> = {}) => {
  const { link, tabs, storage, counters } = {
    link: { state: 'up', since: NOW - 90_000 } as const,
    tabs: { role: 'leader', epoch: 2, tabs: 3, isOutdated: false } as const,
    storage: { state: 'saved', reason: null, persisted: true } as const,
    counters: { 'not-ours': 236, 'socket-lost': 2, 'duplicate-message': 4 },
    ...more,
  };
  return html`<div class="frame">
    <p2p-diagnostics
      .link=${link}
      .tabs=${tabs}
      .storage=${storage}
      .sessions=${sessions}
      .counters=${counters}
    ></p2p-diagnostics>
  </div>`;
};

export const Default: Story = { render: () => drawn() };

export const Failing: Story = {
  name: 'Failing: not connected, no room left, the other tab isn’t responding, a newer version is open',
  render: () =>
    drawn({
      link: { state: 'reconnecting', since: NOW - 40_000, retryAt: NOW + 5_000, attempt: 7 },
      tabs: { role: 'taking-over', epoch: 9, tabs: 2, isOutdated: true },
      storage: { state: 'quota', reason: 'a sentence of the browser', persisted: false },
      counters: { 'storage-failed': 12, 'socket-lost': 7, timeout: 3, 'malformed-frame': 1 },
    }),
};

export const Empty: Story = {
  render: () => html`<div class="frame"><p2p-diagnostics></p2p-diagnostics></div>`,
};

/** The clipboard can’t be accessed: the text is shown to be copied by hand. */
export const Refused: Story = {
  render: () => drawn(),
  beforeEach: () => {
    const value = { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) };
    Object.defineProperty(navigator, 'clipboard', { value, configurable: true });
    return () => void Reflect.deleteProperty(navigator, 'clipboard');
  },
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-diagnostics');
    await userEvent.click(canvas.getByRole('button', { name: 'Copy as JSON' }));
    const field = await canvas.findByRole('textbox', { name: 'Diagnostics as JSON' });
    const { shadowRoot } = canvasElement.querySelector('p2p-diagnostics')!;
    await waitFor(() => expect(shadowRoot!.activeElement).toBe(field));
    await expect(canvas.getByText(/^Couldn’t access the clipboard/u)).toBeVisible();
  },
};

export const Narrow: Story = {
  render: () => html`<div class="frame slim">${drawn()}</div>`,
};

export const RightToLeft: Story = { render: () => html`<div dir="rtl">${drawn()}</div>` };

export const Dark: Story = {
  globals: { scheme: 'dark' },
  render: () => html`<div class="frame">${drawn()}</div>`,
};

/** Long words that the page has set. */
export const LongText: Story = {
  render: () => drawn(),
  beforeEach: () => {
    changeWords('en', {
      socket: 'Verbindungszustand zum örtlichen Vermittlungsdienst',
      counted: 'Seit dem Öffnen dieser Seite gezählte Vorkommnisse aller Art',
      copyDiagnostics: 'Alles als maschinenlesbaren Text in die Zwischenablage legen',
    });
    return () => changeWords('en', {});
  },
};

/** Connected to a messenger whose service goes away. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) =>
      html`<div class="frame"><p2p-diagnostics .messenger=${browser.messenger}></p2p-diagnostics></div>`,
    play: async ({ live, browser }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-diagnostics');
      await expect(await canvas.findByText(/^Connected since/u)).toBeVisible();
      browser.service.kill();
      await live.clock.advance(20_000);
      await waitFor(() => expect(canvas.getByText(/^Not connected; trying again since/u)).toBeVisible());
    },
  }),
};
