// @chatscope/chat-ui-kit-react: its message list, with the status as the footer of a message, and its conversation list.
import { createElement as h, memo } from 'react';
import {
  Conversation,
  ConversationList,
  MainContainer,
  ChatContainer,
  Message,
  MessageList,
} from '@chatscope/chat-ui-kit-react';
import '@chatscope/chat-ui-kit-styles/dist/default/styles.min.css';
import { createReactAdapter } from './react.mjs';

const full = { height: '100%' };

const message = ({ id, own, author, text, time, status }) =>
  h(
    Message,
    {
      key: id,
      'data-id': id,
      model: {
        message: text,
        type: 'text',
        sentTime: time,
        sender: author,
        direction: own ? 'outgoing' : 'incoming',
        position: 'single',
      },
    },
    status ? h(Message.Footer, { key: 'status', sentTime: time, sender: status }) : null,
  );

const person = ({ id, name, last, online, unread }) =>
  h(Conversation, {
    key: id,
    'data-id': id,
    name,
    info: last,
    unreadCnt: unread,
    lastSenderName: online ? 'Online' : 'Away',
  });

const Thread = memo(({ items }) =>
  h(
    MainContainer,
    { style: full },
    h(ChatContainer, { key: 'chat' }, h(MessageList, { scrollBehavior: 'auto' }, items.map(message))),
  ),
);
const People = memo(({ items }) => h(ConversationList, { style: full }, items.map(person)));

export default createReactAdapter({
  name: '@chatscope/chat-ui-kit-react',
  caps: { status: 'text', virtualised: false, prepend: true },
  Thread,
  People,
  scroller: (box) => box.querySelector('.cs-message-list__scroll-wrapper, .scrollbar-container'),
  rowOf: (box, id) => box.querySelector(`[data-id="${id}"]`),
  statusIn: (row) =>
    row
      .querySelector('.cs-message__sender-name, .cs-message__footer')
      ?.textContent.match(/sending|sent|received|read/)?.[0] ?? null,
  isOnlineIn: (row) => row.textContent.includes('Online'),
});
