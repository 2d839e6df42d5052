// vue-advanced-chat: one room for a conversation, and its list of rooms for people.
import { register } from 'vue-advanced-chat';
import { filtered } from './dom.mjs';
import { oncePerTurn } from './once.mjs';

register();

const ROOM = 'room';
let element = null;
let items = [];
let people = [];
let text = '';
let placeOf = new Map();
let draw = () => {};

/** Sets what has changed. */
const ask = oncePerTurn(() => {
  if (element) draw();
});

const messageOf = ({ id, authorId, author, text: content, time, status }) => ({
  _id: id,
  senderId: authorId,
  username: author,
  content,
  date: '5 January',
  timestamp: time,
  saved: status === 'sent' || status === 'received' || status === 'read',
  distributed: status === 'received' || status === 'read',
  seen: status === 'read',
});

const roomOf = ({ id, name, last, online, unread }, n) => ({
  roomId: id,
  roomName: name,
  avatar: '',
  unreadCount: unread,
  index: -n,
  lastMessage: { _id: id, content: last, senderId: id, timestamp: '' },
  users: [
    { _id: 'me', username: 'Me', status: { state: 'online' } },
    { _id: id, username: name, status: { state: online ? 'online' : 'offline' } },
  ],
});

const place = (list, idOf) => (placeOf = new Map(list.map((item, n) => [idOf(item), n])));

function make(options) {
  element = document.createElement('vue-advanced-chat');
  Object.assign(element, {
    height: '600px',
    currentUserId: 'me',
    roomsLoaded: true,
    textareaAutoFocus: false,
    emojisSuggestionEnabled: false,
    showEmojis: false,
    showReactionEmojis: false,
    ...options,
  });
}

const inside = (selector) => element?.shadowRoot?.querySelector(selector) ?? null;
const rowOf = (id) => inside(`[id="${id}"]`);

export default {
  name: 'vue-advanced-chat',
  caps: { status: 'native', virtualised: false, prepend: true },
  async mount(box, messages) {
    items = messages.map(messageOf);
    place(items, ({ _id }) => _id);
    draw = () => (element.messages = items = items.slice());
    const users = [
      { _id: 'me', username: 'Me' },
      { _id: 'noor', username: 'Noor Haddad' },
    ];
    make({
      rooms: [{ roomId: ROOM, roomName: 'Noor Haddad', avatar: '', users }],
      singleRoom: true,
      messages: [],
    });
    // As its documentation says: the messages of a room are set when it asks for them.
    const fetched = () => {
      setTimeout(() => {
        element.messagesLoaded = true;
        draw();
      });
    };
    element.addEventListener('fetch-messages', fetched, { once: true });
    box.append(element);
  },
  append(message) {
    placeOf.set(message.id, items.length);
    items.push(messageOf(message));
    ask();
  },
  setStatus(id, status) {
    const n = placeOf.get(id);
    const isReceived = status === 'received' || status === 'read';
    items[n] = { ...items[n], saved: true, distributed: isReceived, seen: status === 'read' };
    ask();
  },
  async prepend(messages) {
    items = [...messages.map(messageOf), ...items];
    place(items, ({ _id }) => _id);
    ask();
    await new Promise((resolve) => requestAnimationFrame(resolve));
  },
  statusOf(id) {
    const icon = rowOf(id)?.querySelector('.vac-icon-check svg path, .vac-icon-check path');
    if (!icon) return null;
    if (icon.id === 'vac-icon-double-checkmark-seen') return 'read';
    return icon.id === 'vac-icon-double-checkmark' ? 'received' : 'sent';
  },
  scroller: () => inside('.vac-container-scroll'),
  destroy() {
    element?.remove();
    element = null;
  },
  async mountPeers(box, peers) {
    people = peers.slice();
    text = '';
    place(people, ({ id }) => id);
    draw = () => (element.rooms = filtered(people, text).map(roomOf));
    make({ rooms: people.map(roomOf), loadFirstRoom: false, messages: [] });
    box.append(element);
  },
  setPresence(id, online) {
    const n = placeOf.get(id);
    people[n] = { ...people[n], online };
    ask();
  },
  presenceOf(id) {
    const row = rowOf(id);
    return row ? row.querySelector('.vac-state-online') !== null : null;
  },
  filter(wanted) {
    text = wanted;
    ask();
  },
};
