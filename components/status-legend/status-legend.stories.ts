import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import { createLimitedBrowser } from '../../.storybook/limited.ts';
import { changeWords, wordsIn } from '../../locale/registry.ts';
import { STATUSES } from '../../facts/index.ts';
import type { StatusLegendElement } from './status-legend.ts';
import './define.ts';

const english = wordsIn('en');

const meta: Meta<StatusLegendElement> = {
  title: 'Elements/Status legend',
  component: 'p2p-status-legend',
  render: () => html`<div class="frame"><p2p-status-legend></p2p-status-legend></div>`,
};
export default meta;
type Story = StoryObj<StatusLegendElement>;

/** The legend has no other states. */
export const Default: Story = {
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-status-legend');
    for (const { status } of STATUSES) {
      await expect(canvas.getByText(english.status[status])).toBeVisible();
      await expect(canvas.getByText(english.meaning[status])).toBeVisible();
    }
  },
};

export const Narrow: Story = {
  render: () => html`<div class="frame slim"><p2p-status-legend></p2p-status-legend></div>`,
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector('p2p-status-legend')!;
    await expect(element.scrollWidth).toBeLessThanOrEqual(element.clientWidth);
  },
};

export const RightToLeft: Story = {
  render: () => html`<div class="frame" dir="rtl"><p2p-status-legend></p2p-status-legend></div>`,
};

export const Dark: Story = {
  globals: { scheme: 'dark' },
  render: () => html`<div class="frame"><p2p-status-legend></p2p-status-legend></div>`,
};

/** Long words that the page has set. */
export const LongText: Story = {
  beforeEach: () => {
    changeWords('en', {
      legend: 'Was die Zeichen bedeuten',
      status: { delivered: 'Nachrichtenzustand zugestellt' },
      meaning: { delivered: 'Was „zugestellt“ beweist, und wofür es kein Beweis ist. '.repeat(2) },
    });
    return () => changeWords('en', {});
  },
};

/** On a network that carries no receipts, nothing can be delivered or read. */
export const WithoutReceipts: Story = {
  name: 'Without receipts: no Delivered, no Read',
  ...liveStory({
    make: () => createLimitedBrowser({ carriesReceipts: false }),
    render: ({ browser }) =>
      html`<div class="frame">
        <p2p-status-legend .messenger=${browser.messenger}></p2p-status-legend>
      </div>`,
    play: async (_, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-status-legend');
      await expect(canvas.getByText(english.status.sent)).toBeVisible();
      for (const status of ['delivered', 'read'] as const)
        await expect(canvas.queryByText(english.status[status])).toBeNull();
    },
  }),
};
