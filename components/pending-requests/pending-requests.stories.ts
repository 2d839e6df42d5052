import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, userEvent } from 'storybook/test';
import { everyPerson, person, standStill, unbroken } from '../../.storybook/fixtures.ts';
import { inside } from '../../.storybook/inside.ts';
import type { AccountId } from '../../facts/index.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { PendingRequestsElement } from './pending-requests.ts';
import './define.ts';

const meta: Meta<PendingRequestsElement> = {
  title: 'Elements/Pending requests',
  component: 'p2p-pending-requests',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<PendingRequestsElement>;

const open = everyPerson.filter(
  ({ relation, reason }) => relation !== 'contact' && (relation !== 'none' || reason),
);
const frame = (inner: unknown) => html`<div class="frame">${inner}</div>`;

export const Default: Story = {
  render: () =>
    frame(
      html`<p2p-pending-requests
        .rows=${open.filter(({ relation }) => relation === 'pending')}
      ></p2p-pending-requests>`,
    ),
};

export const EveryState: Story = {
  render: () => frame(html`<p2p-pending-requests .rows=${open}></p2p-pending-requests>`),
};

export const Empty: Story = {
  render: () => frame(html`<p2p-pending-requests></p2p-pending-requests>`),
};

export const Failing: Story = {
  name: 'Failing: Accept failed; the reason is in the row',
  render: () =>
    frame(
      html`<p2p-pending-requests
        .rows=${[person('1' as AccountId, 'Olga Orlova', { relation: 'pending', reason: 'the service is busy' })]}
      ></p2p-pending-requests>`,
    ),
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-pending-requests');
    await expect(canvas.getByText('Couldn’t accept. You can try again.')).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Accept' })).toBeEnabled();
  },
};

export const LongText: Story = {
  render: () =>
    frame(
      html`<p2p-pending-requests
        .rows=${[person('1' as AccountId, unbroken, { relation: 'pending', since: 0 })]}
      ></p2p-pending-requests>`,
    ),
};

/** Connected to a messenger: after Accept, Aiko is a contact and leaves the list. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) =>
      frame(html`<p2p-pending-requests .messenger=${browser.messenger}></p2p-pending-requests>`),
    play: async ({ live }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-pending-requests');
      await userEvent.click(await canvas.findByRole('button', { name: 'Accept' }));
      await live.clock.advance(2_000);
      await expect(await canvas.findByText('No requests.')).toBeVisible();
    },
  }),
};
