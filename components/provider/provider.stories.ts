import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, waitFor } from 'storybook/test';
import { createHarbour } from '../../.storybook/harbour.ts';
import type { Harbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { ProviderElement } from './provider.ts';
import '../connection-banner/define.ts';
import '../conversation-list/define.ts';
import '../pending-badge/define.ts';
import './define.ts';

/**
 * One messenger for a part of the page. Every element of this library inside takes what it shows from it, wherever
 * it stands, and what people ask for is carried out, unless a listener of the page calls `preventDefault()` on the
 * request event. A property that the page sets on an element counts more than the messenger, and an element that
 * is given a messenger of its own uses that one.
 *
 * ```html
 * <p2p-provider id="messages">
 *   <p2p-connection-banner></p2p-connection-banner>
 *   <h2>Messages <p2p-pending-badge></p2p-pending-badge></h2>
 *   <p2p-conversation-list></p2p-conversation-list>
 * </p2p-provider>
 * <script type="module">
 *   document.querySelector('#messages').messenger = messenger; // from createMessenger()
 * </script>
 * ```
 */
const meta: Meta<ProviderElement> = { title: 'Elements/Provider', component: 'p2p-provider' };
export default meta;
type Story = StoryObj<ProviderElement>;

const page = ({ browser }: Harbour) => html`
  <p2p-provider .messenger=${browser.messenger}>
    <div class="frame">
      <p2p-connection-banner></p2p-connection-banner>
      <h2>Messages <p2p-pending-badge></p2p-pending-badge></h2>
      <p2p-conversation-list></p2p-conversation-list>
    </div>
  </p2p-provider>
`;

/** A badge, a list and a banner inside one provider, without any script. */
export const Default: Story = {
  ...liveStory({
    make: createHarbour,
    render: page,
    play: async (_, canvasElement) => {
      const badge = await inside(canvasElement, 'p2p-pending-badge');
      await expect(await badge.findByRole('img', { name: '1 pending request' })).toBeVisible();
      const list = await inside(canvasElement, 'p2p-conversation-list');
      await expect(await list.findByText('Noor Haddad')).toBeVisible();
    },
  }),
};

/** Without a messenger the elements inside show their own properties; here there are none. */
export const Empty: Story = {
  name: 'Empty: no messenger yet',
  render: () => html`
    <p2p-provider>
      <div class="frame">
        <h2>Messages <p2p-pending-badge></p2p-pending-badge></h2>
        <p2p-conversation-list></p2p-conversation-list>
      </div>
    </p2p-provider>
  `,
};

/** The connection is lost and comes back; every element follows. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: page,
    play: async ({ live, browser }, canvasElement) => {
      const banner = await inside(canvasElement, 'p2p-connection-banner');
      browser.service.kill();
      await live.clock.advance(20_000);
      const retry = await banner.findByRole('button', { name: 'Retry now' });
      browser.service.start();
      retry.click();
      await live.clock.advance(1_000);
      await waitFor(() => expect(banner.queryByRole('button')).toBeNull());
    },
  }),
};
