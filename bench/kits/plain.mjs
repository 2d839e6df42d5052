// Plain DOM: one element per message, nothing virtual. What everything is compared with.
import { filtered } from './dom.mjs';
import { messageRow, peerRow } from './plain-rows.mjs';

let list = null;
let rowOf = new Map();
let statuses = new Map();
let people = new Map();

function fill(box, rows) {
  list = document.createElement('div');
  list.className = 'list';
  rowOf = new Map(rows.map((row) => [row.dataset.id, row]));
  list.append(...rows);
  box.append(list);
}

export default {
  name: 'plain DOM',
  caps: { status: 'native', virtualised: false, prepend: true },
  async mount(box, messages) {
    fill(box, messages.map(messageRow));
    statuses = new Map(messages.map(({ id, time }) => [id, time]));
    list.scrollTop = list.scrollHeight;
  },
  append(message) {
    const row = messageRow(message);
    rowOf.set(message.id, row);
    statuses.set(message.id, message.time);
    list.append(row);
    list.scrollTop = list.scrollHeight;
  },
  setStatus(id, status) {
    const meta = rowOf.get(id).lastElementChild;
    meta.textContent = `${statuses.get(id)} ${status}`;
    meta.dataset.status = status;
  },
  async prepend(messages) {
    const rows = messages.map(messageRow);
    for (const row of rows) rowOf.set(row.dataset.id, row);
    // At 0 px browsers anchor nothing.
    const { scrollHeight, scrollTop } = list;
    list.prepend(...rows);
    list.scrollTop = scrollTop + list.scrollHeight - scrollHeight;
  },
  statusOf: (id) => rowOf.get(id)?.lastElementChild.dataset.status ?? null,
  scroller: () => list,
  async mountPeers(box, peers) {
    people = new Map(peers.map((person) => [person.id, person]));
    fill(box, peers.map(peerRow));
  },
  setPresence(id, online) {
    const meta = rowOf.get(id).lastElementChild;
    meta.textContent = `${online ? 'Online' : 'Away'}, ${people.get(id).last}`;
    meta.dataset.online = String(online);
  },
  presenceOf(id) {
    const online = rowOf.get(id)?.lastElementChild.dataset.online;
    return online === undefined ? null : online === 'true';
  },
  destroy: () => list?.remove(),
  filter(text) {
    const shown = new Set(filtered([...people.values()], text).map(({ id }) => id));
    for (const [id, row] of rowOf) row.hidden = !shown.has(id);
  },
};
