import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { createHarbour } from '../../.storybook/harbour.ts';
import type { Harbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { SERVER, createLive } from '../../.storybook/live.ts';
import type { Live, LiveBrowser } from '../../.storybook/live.ts';
import type { Messenger } from './messenger.ts';
import './define.ts';

interface Loaded {
  readonly harbour?: Harbour;
  readonly live?: Live;
  readonly browser?: LiveBrowser;
}

const meta: Meta<Messenger> = { title: 'Elements/Messenger', component: 'p2p-messenger' };
export default meta;
type Story = StoryObj<Messenger>;

const frame = (browser: LiveBrowser, peer: string | null = null, size = 'messenger') =>
  html`<div class=${size}>
    <p2p-messenger .messenger=${browser.messenger} .peer=${peer} server=${SERVER}></p2p-messenger>
  </div>`;

/** The picture of the visual target: everything on it went through the simulated service. */
export const Default: Story = {
  loaders: [async () => ({ harbour: await createHarbour() })],
  render: (_, { loaded }) => {
    const { browser, noor } = (loaded as Loaded).harbour!;
    return frame(browser, noor);
  },
  play: async ({ canvasElement }) => {
    const view = await inside(canvasElement, 'p2p-messenger');
    expect(await view.findByRole('heading', { name: 'Noor Haddad' })).toBeVisible();
  },
};

/** No account yet: the form, and nothing else. */
export const SigningIn: Story = {
  loaders: [
    async () => {
      const live = createLive();
      return { browser: await live.browser('our browser') };
    },
  ],
  render: (_, { loaded }) => frame((loaded as Loaded).browser!),
};

/** The service has gone away: what is here stays here, and the banner says when it is tried again. */
export const LinkDown: Story = {
  loaders: [
    async () => {
      const harbour = await createHarbour();
      harbour.browser.service.kill();
      await harbour.live.clock.advance(20_000);
      return { harbour };
    },
  ],
  render: (_, { loaded }) => {
    const { browser, noor } = (loaded as Loaded).harbour!;
    return frame(browser, noor);
  },
};

/** In a narrow box one part is shown at a time. */
export const Narrow: Story = {
  loaders: [async () => ({ harbour: await createHarbour() })],
  render: (_, { loaded }) => {
    const { browser } = (loaded as Loaded).harbour!;
    return frame(browser, null, 'messenger narrow');
  },
};

/** To try out: the clock runs, Noor is in the other box, and everything between them is simulated. */
export const Live_: Story = {
  name: 'Live, two browsers',
  tags: ['!test'],
  loaders: [
    async () => {
      const harbour = await createHarbour();
      harbour.friends.service.faults.clear();
      harbour.friends.relay?.setUp(true);
      harbour.live.run();
      return { harbour };
    },
  ],
  render: (_, { loaded }) => {
    const { browser, friends, account, noor } = (loaded as Loaded).harbour!;
    friends.messenger.sessions.switchTo(noor);
    return html`${frame(browser, noor)}${frame(friends, account)}`;
  },
};
