import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { standStill } from '../../.storybook/fixtures.ts';
import type { PendingBadge } from './pending-badge.ts';
import './define.ts';

const meta: Meta<PendingBadge> = {
  title: 'Elements/Pending badge',
  component: 'p2p-pending-badge',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<PendingBadge>;

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
      '1 pending requests',
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
  name: 'Empty: no request, no badge',
  render: () => html`<p2p-pending-badge count="0"></p2p-pending-badge>`,
};
