import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import {
  at,
  conversations,
  everyConversation,
  noor,
  standStill,
  theirs,
  unbroken,
} from '../../.storybook/fixtures.ts';
import type { ConversationList } from './conversation-list.ts';
import './define.ts';

const meta: Meta<ConversationList> = {
  title: 'Elements/Conversation list',
  component: 'p2p-conversation-list',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<ConversationList>;

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
