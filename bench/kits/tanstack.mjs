// @tanstack/virtual-core, bare: its list of places, and the rows of plain DOM.
import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';
import { oncePerTurn } from './once.mjs';
import { filtered, style } from './dom.mjs';
import { messageRow, peerRow } from './plain-rows.mjs';

style('.space{position:relative}.space>.row{position:absolute;inset-inline:0;top:0;box-sizing:border-box}');

let list = null;
let space = null;
let virtualizer = null;
let items = [];
let shown = [];
let rowFor = messageRow;
/** The rows that are drawn, by id; a changed item has another object. */
let rows = new Map();
let placeOf = new Map();

function draw() {
  const kept = new Map();
  for (const { index, start } of virtualizer.getVirtualItems()) {
    const item = shown[index];
    let entry = rows.get(item.id);
    if (!entry || entry.item !== item) {
      const row = rowFor(item);
      if (entry) entry.row.replaceWith(row);
      else space.append(row);
      entry = { item, row };
    }
    entry.row.dataset.index = String(index);
    entry.row.style.transform = `translateY(${start}px)`;
    kept.set(item.id, entry);
  }
  for (const [id, { row }] of rows) if (!kept.has(id)) row.remove();
  rows = kept;
  space.style.height = `${virtualizer.getTotalSize()}px`;
  for (const { row } of rows.values()) virtualizer.measureElement(row);
  // After the rows are there, as its React binding does: now it scrolls to what it wants to keep in view.
  virtualizer._willUpdate();
}

const ask = oncePerTurn(() => {
  if (virtualizer) draw();
});

const options = () => ({
  count: shown.length,
  getScrollElement: () => list,
  estimateSize: () => 60,
  getItemKey: (index) => shown[index].id,
  overscan: 5,
  scrollToFn: elementScroll,
  observeElementRect,
  observeElementOffset,
  onChange: ask,
  ...(rowFor === messageRow && { anchorTo: 'end', followOnAppend: true }),
});

function place() {
  placeOf = new Map(items.map(({ id }, n) => [id, n]));
}

/** The list's own options change with its number of items. */
function changed() {
  virtualizer.setOptions(options());
  ask();
}

function open(box, given, make) {
  rowFor = make;
  items = shown = given.slice();
  place();
  list = document.createElement('div');
  list.className = 'list';
  space = document.createElement('div');
  space.className = 'space';
  list.append(space);
  box.append(list);
  virtualizer = new Virtualizer(options());
  virtualizer._didMount();
  virtualizer._willUpdate();
  draw();
}

function replace(id, change) {
  const n = placeOf.get(id);
  const item = { ...items[n], ...change };
  if (shown !== items) shown = shown.map((other) => (other.id === id ? item : other));
  items[n] = item;
  if (rows.has(id)) ask();
}

const drawn = (id) => rows.get(id)?.row.lastElementChild.dataset;

export default {
  name: '@tanstack/virtual-core',
  caps: { status: 'native', virtualised: true, prepend: true },
  async mount(box, messages) {
    open(box, messages, messageRow);
    virtualizer.scrollToIndex(shown.length - 1, { align: 'end' });
  },
  append(message) {
    placeOf.set(message.id, items.length);
    items.push(message);
    changed();
  },
  setStatus: (id, status) => replace(id, { status }),
  async prepend(messages) {
    items = shown = [...messages, ...items];
    place();
    changed();
  },
  statusOf: (id) => drawn(id)?.status ?? null,
  scroller: () => list,
  destroy() {
    list?.remove();
    virtualizer = null;
    rows = new Map();
  },
  async mountPeers(box, peers) {
    open(box, peers, peerRow);
  },
  setPresence: (id, online) => replace(id, { online }),
  presenceOf(id) {
    const online = drawn(id)?.online;
    return online === undefined ? null : online === 'true';
  },
  filter(text) {
    shown = filtered(items, text);
    changed();
    list.scrollTop = 0;
  },
};
