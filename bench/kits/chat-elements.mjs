// react-chat-elements: its message list and its chat list.
import { createElement as h, createRef } from 'react';
import { ChatList, MessageList } from 'react-chat-elements';
import 'react-chat-elements/dist/main.css';
import { style } from './dom.mjs';
import { createReactAdapter } from './react.mjs';

style('.thread{height:600px}.people{height:600px;overflow:auto}');

const list = createRef();

/** What the kit is given for a message; kept, so that what has not changed is the same object. */
const made = new WeakMap();
function kept(item, make) {
  let data = made.get(item);
  if (!data) made.set(item, (data = make(item)));
  return data;
}

const message = ({ id, own, author, text, ts, time, status }) => ({
  id,
  type: 'text',
  position: own ? 'right' : 'left',
  title: author,
  text,
  date: ts,
  dateString: time,
  status: status === 'sending' ? 'waiting' : (status ?? undefined),
  // The title of the place where the icon is.
  statusTitle: status ?? undefined,
  className: `id-${id}`,
});

const person = ({ id, name, last, online, unread }) => ({
  id,
  avatar: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
  alt: name,
  title: name,
  subtitle: last,
  date: 0,
  dateString: '',
  unread,
  statusColor: online ? 'green' : 'gray',
  statusText: online ? 'Online' : 'Away',
  className: `id-${id}`,
});

const Thread = ({ items }) =>
  h(MessageList, {
    referance: list,
    className: 'thread',
    lockable: true,
    dataSource: items.map((item) => kept(item, message)),
  });
const People = ({ items }) =>
  h(ChatList, { className: 'people', dataSource: items.map((item) => kept(item, person)) });

export default createReactAdapter({
  name: 'react-chat-elements',
  caps: { status: 'native', virtualised: false, prepend: true },
  Thread,
  People,
  scroller: (box) => box.querySelector('.rce-mlist, .people'),
  rowOf: (box, id) => box.querySelector(`.id-${id}`),
  opened: () => (list.current.scrollTop = list.current.scrollHeight),
  statusIn: (row) => row.querySelector('.rce-mbox-status')?.parentElement.title ?? null,
  isOnlineIn: (row) => row.querySelector('.rce-citem-status').textContent === 'Online',
});
