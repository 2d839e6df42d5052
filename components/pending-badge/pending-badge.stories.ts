import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { standStill } from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { PendingBadgeElement } from './pending-badge.ts';
import './define.ts';

const meta: Meta<PendingBadgeElement> = {
  title: 'Elements/Pending badge',
  component: 'p2p-pending-badge',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<PendingBadgeElement>;

export const Default: Story = {
  args: { count: 2 },
  render: ({ count }) => html`<p2p-pending-badge .count=${count}></p2p-pending-badge>`,
};

export const EveryState: Story = {
  render: () => html`
    <div class="states pairs">
      ${[0, 1, 2, 99, 100, 12_345].map(
        (count) => html`<span>${count}</span><p2p-pending-badge count=${count}></p2p-pending-badge>`,
      )}
    </div>
  `,
  play: async ({ canvasElement }) => {
    const badges = [...canvasElement.querySelectorAll('p2p-pending-badge')];
    const drawn = badges.map(({ shadowRoot }) => shadowRoot?.querySelector('[role="img"]'));
    await expect(drawn.map((badge) => badge?.getAttribute('aria-label') ?? null).slice(0, 3)).toEqual([
      null,
      '1 pending request',
      '2 pending requests',
    ]);
    await expect(drawn.map((badge) => badge?.textContent?.trim() ?? null)).toEqual([
      null,
      '1',
      '2',
      '99',
      '99+',
      '99+',
    ]);
  },
};

export const Empty: Story = {
  name: 'Empty: no requests',
  render: () => html`<p2p-pending-badge count="0"></p2p-pending-badge>`,
};

/** Connected to a messenger: the number follows the requests. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) => html`<p2p-pending-badge .messenger=${browser.messenger}></p2p-pending-badge>`,
    play: async ({ live, friends, account }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-pending-badge');
      await expect(canvas.getByRole('img', { name: '1 pending request' })).toBeVisible();
      const petra = await live.account(friends, 'petra', 'Petra Palm');
      friends.messenger.requests.ask(petra, account);
      await live.clock.advance(1_000);
      await expect(await canvas.findByRole('img', { name: '2 pending requests' })).toBeVisible();
    },
  }),
};
