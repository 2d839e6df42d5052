import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { createHarbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import { changeWords } from '../../locale/registry.ts';
import type { TabsView } from '../../facts/index.ts';
import type { TabStatusElement } from './tab-status.ts';
import './define.ts';

const meta: Meta<TabStatusElement> = { title: 'Elements/Tab status', component: 'p2p-tab-status' };
export default meta;
type Story = StoryObj<TabStatusElement>;

const view = (role: TabsView['role'], tabs = 3, isOutdated = false): TabsView => ({
  role,
  epoch: 2,
  tabs,
  isOutdated,
});
const roles = [
  ...['alone', 'joining', 'leader', 'follower', 'taking-over', 'other-tab', 'asleep'],
] as TabsView['role'][];

export const Default: Story = {
  render: () => html`<p2p-tab-status .tabs=${view('leader')}></p2p-tab-status>`,
};

export const EveryState: Story = {
  render: () => html`
    <div class="states">
      ${roles.map(
        (role) =>
          html`<h3>${role}</h3>
            <p2p-tab-status .tabs=${view(role, role === 'alone' ? 1 : 3)}></p2p-tab-status>`,
      )}
      <h3>outdated</h3>
      <p2p-tab-status .tabs=${view('alone', 1, true)}></p2p-tab-status>
    </div>
  `,
};

export const Empty: Story = { render: () => html`<p2p-tab-status></p2p-tab-status>` };

export const Narrow: Story = {
  render: () =>
    html`<div class="frame slim">
      <p2p-tab-status .tabs=${view('other-tab', 12, true)}></p2p-tab-status>
    </div>`,
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector('p2p-tab-status')!;
    await expect(element.scrollWidth).toBeLessThanOrEqual(element.clientWidth);
  },
};

export const RightToLeft: Story = {
  render: () =>
    html`<div class="frame" dir="rtl"><p2p-tab-status .tabs=${view('follower')}></p2p-tab-status></div>`,
};

export const Dark: Story = {
  globals: { scheme: 'dark' },
  render: () =>
    html`<div class="frame">
      <p2p-tab-status .tabs=${view('taking-over', 2, true)}></p2p-tab-status>
    </div>`,
};

/** Long words that the page has set. */
export const LongText: Story = {
  render: () =>
    html`<div class="frame slim"><p2p-tab-status .tabs=${view('leader', 3, true)}></p2p-tab-status></div>`,
  beforeEach: () => {
    changeWords('en', {
      outdated: 'Eine neuere Fassung dieser Seite ist in einem anderen Registerblatt geöffnet. '.repeat(3),
      tabCount: (count) => `${count} Registerblätter dieses Browsers`,
    });
    return () => changeWords('en', {});
  },
};

/** Connected to a messenger that doesn’t share its connection. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) => html`<p2p-tab-status .messenger=${browser.messenger}></p2p-tab-status>`,
    play: async (_, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-tab-status');
      await expect(await canvas.findByText(/with other tabs$/u)).toBeVisible();
    },
  }),
};
