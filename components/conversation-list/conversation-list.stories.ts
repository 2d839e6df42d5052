import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import {
  at,
  conversations,
  everyConversation,
  noor,
  standStill,
  theirs,
  unbroken,
} from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import { createLimited } from '../../.storybook/limited.ts';
import type { ConversationListElement } from './conversation-list.ts';
import './define.ts';

const meta: Meta<ConversationListElement> = {
  title: 'Elements/Conversation list',
  component: 'p2p-conversation-list',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<ConversationListElement>;

const frame = (inner: unknown) => html`<div class="frame">${inner}</div>`;

export const Default: Story = {
  render: () =>
    frame(html`<p2p-conversation-list .rows=${conversations} .selected=${noor}></p2p-conversation-list>`),
};

export const EveryState: Story = {
  render: () => frame(html`<p2p-conversation-list .rows=${everyConversation}></p2p-conversation-list>`),
};

export const Empty: Story = {
  render: () => frame(html`<p2p-conversation-list></p2p-conversation-list>`),
};

export const Failing: Story = {
  name: 'Failing: not sent, waiting, unconfirmed',
  render: () =>
    frame(
      html`<p2p-conversation-list
        .rows=${everyConversation.filter(({ last }) =>
          ['failed', 'waiting', 'unconfirmed'].includes(last?.status ?? ''),
        )}
      ></p2p-conversation-list>`,
    ),
};

export const LongText: Story = {
  render: () =>
    frame(
      html`<p2p-conversation-list
        .rows=${[{ ...conversations[2]!, name: unbroken, last: theirs(unbroken, at(9, 0)), unread: 12_345 }]}
      ></p2p-conversation-list>`,
    ),
};

/** Connected to a messenger: an incoming message becomes the last one of its row and counts as unread. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) =>
      frame(html`<p2p-conversation-list .messenger=${browser.messenger}></p2p-conversation-list>`),
    play: async ({ live, friends, account, noor: friend }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-conversation-list');
      void friends.messenger.messages.send(friend, account, 'The log has come.');
      friends.relay?.setUp(true);
      await live.clock.advance(5_000);
      await expect(await canvas.findByText('The log has come.')).toBeVisible();
    },
  }),
};

/** On a network that lists only contacts, nothing asks to find someone. */
export const WithoutPeople: Story = {
  name: 'Empty, without a list of people',
  ...liveStory({
    make: () => createLimited({ listsPeople: false }),
    render: ({ browser }) =>
      frame(html`<p2p-conversation-list .messenger=${browser.messenger}></p2p-conversation-list>`),
    play: async (_, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-conversation-list');
      await expect(await canvas.findByText('No conversations yet.')).toBeVisible();
    },
  }),
};
