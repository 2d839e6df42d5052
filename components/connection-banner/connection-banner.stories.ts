import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { NOW, standStill } from '../../.storybook/fixtures.ts';
import { inside } from '../../.storybook/inside.ts';
import type { LinkView } from '../../facts/index.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { ConnectionBannerElement } from './connection-banner.ts';
import './define.ts';

const meta: Meta<ConnectionBannerElement> = {
  title: 'Elements/Connection banner',
  component: 'p2p-connection-banner',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<ConnectionBannerElement>;

const asked = fn();
const links: readonly LinkView[] = [
  { state: 'connecting', since: NOW },
  { state: 'reconnecting', since: NOW - 20_000, retryAt: NOW + 7_000, attempt: 3 },
  { state: 'offline', since: NOW },
  { state: 'other-tab', since: NOW },
  { state: 'closed' },
];

export const Default: Story = {
  render: () => html`<p2p-connection-banner .link=${links[1]!}></p2p-connection-banner>`,
};

export const EveryState: Story = {
  render: () => html`
    ${links.map(
      (link) =>
        html`<h3>${link.state}</h3>
          <p2p-connection-banner .link=${link}></p2p-connection-banner>`,
    )}
  `,
};

export const Empty: Story = {
  name: 'Empty: connected',
  render: () => html`<p2p-connection-banner .link=${{ state: 'up', since: NOW }}></p2p-connection-banner>`,
};

export const Failing: Story = {
  name: 'Failing: Retry now',
  render: () =>
    html`<p2p-connection-banner .link=${links[1]!} @p2p-reconnect-request=${asked}></p2p-connection-banner>`,
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-connection-banner');
    asked.mockClear();
    await userEvent.click(canvas.getByRole('button', { name: 'Retry now' }));
    await expect(asked).toHaveBeenCalledOnce();
  },
};

/** Connected to a messenger: the service goes away and comes back; Retry now connects. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) =>
      html`<p2p-connection-banner .messenger=${browser.messenger}></p2p-connection-banner>`,
    play: async ({ live, browser }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-connection-banner');
      await expect(canvas.getByRole('status')).toBeEmptyDOMElement();
      browser.service.kill();
      await live.clock.advance(20_000);
      const retry = await canvas.findByRole('button', { name: 'Retry now' });
      browser.service.start();
      await userEvent.click(retry);
      await live.clock.advance(500);
      await waitFor(() => expect(canvas.queryByRole('button', { name: 'Retry now' })).toBeNull());
    },
  }),
};
