// @vaadin/message-list, which draws all messages and has no status, and @vaadin/virtual-list for people.
import '@vaadin/message-list';
import '@vaadin/virtual-list';
import { oncePerTurn } from './once.mjs';
import { filtered } from './dom.mjs';
import { peerRow } from './plain-rows.mjs';

let element = null;
let items = [];
let shown = [];
let text = '';
let placeOf = new Map();

/** Sets the items. */
const ask = oncePerTurn(() => {
  shown = text ? filtered(items, text) : items.slice();
  if (element) element.items = shown;
});

const itemOf = ({ text: body, time, author, own }) => ({
  text: body,
  time,
  userName: author,
  className: own ? 'own' : '',
});

function open(tag, given) {
  items = given;
  text = '';
  placeOf = new Map(given.map(({ id }, n) => [id, n]));
  element = document.createElement(tag);
  element.style.height = '100%';
}

const toEnd = () => {
  element.scrollTop = element.scrollHeight;
};
const rowOf = (id) => element.querySelector(`.row[data-id="${id}"]`);

export default {
  name: '@vaadin/message-list and virtual-list',
  caps: { status: 'none', virtualised: false, prepend: true },
  async mount(box, messages) {
    open('vaadin-message-list', messages);
    items = messages.map(itemOf);
    element.items = items;
    box.append(element);
    await element.updateComplete;
    toEnd();
  },
  append(message) {
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 2;
    items.push(itemOf(message));
    ask();
    if (isAtEnd) queueMicrotask(() => element.updateComplete.then(toEnd));
  },
  setStatus() {},
  async prepend(messages) {
    const { scrollHeight, scrollTop } = element;
    items = [...messages.map(itemOf), ...items];
    ask();
    await Promise.resolve();
    await element.updateComplete;
    // It anchors nothing itself.
    element.scrollTop = scrollTop + element.scrollHeight - scrollHeight;
  },
  statusOf: () => null,
  scroller: () => element,
  destroy() {
    element?.remove();
    element = null;
  },
  async mountPeers(box, peers) {
    open('vaadin-virtual-list', peers);
    items = peers.slice();
    element.renderer = (root, _list, { item }) => {
      if (root.firstElementChild?.item === item) return;
      const row = peerRow(item);
      row.item = item;
      root.replaceChildren(row);
    };
    element.items = items;
    box.append(element);
  },
  setPresence(id, online) {
    const n = placeOf.get(id);
    items[n] = { ...items[n], online };
    ask();
  },
  presenceOf(id) {
    const online = rowOf(id)?.lastElementChild.dataset.online;
    return online === undefined ? null : online === 'true';
  },
  filter(wanted) {
    text = wanted;
    ask();
  },
};
