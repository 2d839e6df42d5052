import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, userEvent, waitFor } from 'storybook/test';
import { createHarbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import { createLimited } from '../../.storybook/limited.ts';
import { deepAll } from '../../.storybook/report/screen.ts';
import { SERVER, createLive } from '../../.storybook/live.ts';
import type { LiveBrowser } from '../../.storybook/live.ts';
import type { MessengerElement } from './messenger.ts';
import './define.ts';

const meta: Meta<MessengerElement> = { title: 'Elements/Messenger', component: 'p2p-messenger' };
export default meta;
type Story = StoryObj<MessengerElement>;

const frame = (browser: LiveBrowser, peer: string | null = null, size = 'messenger') =>
  html`<div class=${size}>
    <p2p-messenger .messenger=${browser.messenger} .peer=${peer} server=${SERVER}></p2p-messenger>
  </div>`;

/** All messages went through the simulated service. */
export const Default: Story = {
  ...liveStory({
    make: createHarbour,
    render: ({ browser, noor }) => frame(browser, noor),
    play: async (_, canvasElement) => {
      const view = await inside(canvasElement, 'p2p-messenger');
      await expect(await view.findByRole('heading', { name: 'Noor Haddad' })).toBeVisible();
    },
  }),
};

/** No account yet: only the sign-in form. */
export const SigningIn: Story = {
  ...liveStory({
    make: async () => {
      const live = createLive();
      return { live, browser: await live.browser('our browser') };
    },
    render: ({ browser }) => frame(browser),
    play: async (_, canvasElement) => {
      const view = await inside(canvasElement, 'p2p-messenger');
      await expect(await view.findByRole('button', { name: 'Create account' })).toBeVisible();
      await expect(view.queryByRole('heading')).toBeNull();
    },
  }),
};

/** The service is gone: the messages stay, and the banner shows when the next try is. */
export const LinkDown: Story = {
  ...liveStory({
    make: async () => {
      const harbour = await createHarbour();
      harbour.browser.service.kill();
      await harbour.live.clock.advance(20_000);
      return harbour;
    },
    render: ({ browser, noor }) => frame(browser, noor),
    play: async (_, canvasElement) => {
      const view = await inside(canvasElement, 'p2p-messenger');
      await expect(await view.findByRole('heading', { name: 'Noor Haddad' })).toBeVisible();
      await expect(view.getByText('Status unknown')).toBeVisible();
    },
  }),
};

/** In a narrow box one part is shown at a time. */
export const Narrow: Story = {
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) => frame(browser, null, 'messenger narrow'),
    play: async (_, canvasElement) => {
      const view = await inside(canvasElement, 'p2p-messenger');
      await expect(await view.findByRole('heading', { name: 'Messages' })).toBeVisible();
      await expect(view.queryByText(/Choose a conversation/)).not.toBeVisible();
    },
  }),
};

/** The history of a message, opened from its row. */
export const Details: Story = {
  ...liveStory({
    make: createHarbour,
    render: ({ browser, noor }) => frame(browser, noor),
    play: async (_, canvasElement) => {
      const element = canvasElement.querySelector('p2p-messenger')!;
      await expect(
        await (await inside(canvasElement, 'p2p-messenger')).findByText('Noor Haddad'),
      ).toBeVisible();
      const [details] = deepAll(element.shadowRoot!, '[part="details"]').filter(
        (button) => button.offsetParent !== null,
      );
      await userEvent.click(details!);
      const dialog = await waitFor(() => {
        const found = element.shadowRoot!.querySelector('dialog');
        if (!found) throw new Error('no dialog');
        return found;
      });
      await expect(dialog.open).toBe(true);
      await waitFor(() => expect(deepAll(dialog, '[part="entry"]').length).toBeGreaterThan(2));
    },
  }),
};

/** Noor is paused: messages wait, and no route is shown. */
export const Paused: Story = {
  ...liveStory({
    make: createHarbour,
    render: ({ browser, noor }) => frame(browser, noor),
    play: async (_, canvasElement) => {
      const view = await inside(canvasElement, 'p2p-messenger');
      await userEvent.click(await view.findByRole('button', { name: 'Pause' }));
      await expect(await view.findByText('Paused')).toBeVisible();
      await expect(view.getByRole('button', { name: 'Resume' })).toBeVisible();
    },
  }),
};

/** The outbox, opened from its button. */
export const OutboxOpen: Story = {
  ...liveStory({
    make: createHarbour,
    render: ({ browser, noor }) => frame(browser, noor),
    play: async (_, canvasElement) => {
      const view = await inside(canvasElement, 'p2p-messenger');
      await userEvent.click(await view.findByRole('button', { name: /^Outbox: 1 not sent/ }));
      await expect(await view.findByRole('button', { name: 'Back' })).toBeVisible();
    },
  }),
};

/** On a network that lists nobody but contacts: they take the place of Find people. */
export const WithoutPeople: Story = {
  name: 'Without a list of people: the contacts',
  ...liveStory({
    make: () => createLimited({ listsPeople: false }),
    render: ({ browser }) => frame(browser),
    play: async (_, canvasElement) => {
      const view = await inside(canvasElement, 'p2p-messenger');
      await expect(view.queryByRole('button', { name: 'Find people' })).toBeNull();
      await userEvent.click(await view.findByRole('button', { name: 'Contacts' }));
      await expect(await view.findByRole('button', { name: 'Back' })).toBeVisible();
      await expect(view.getByRole('group', { name: 'Contacts' })).toBeVisible();
    },
  }),
};

/** To try out: Noor is in the other box, and everything between the two is simulated. */
export const Live: Story = {
  name: 'Live, two browsers',
  tags: ['!test'],
  ...liveStory({
    make: async () => {
      const harbour = await createHarbour();
      harbour.friends.service.faults.clear();
      harbour.friends.relay?.setUp(true);
      harbour.friends.messenger.sessions.switchTo(harbour.noor);
      return harbour;
    },
    render: ({ browser, friends, account, noor }) => html`${frame(browser, noor)}${frame(friends, account)}`,
  }),
};
