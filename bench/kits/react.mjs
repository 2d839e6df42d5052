// What the adapters of React kits share: the items are the state of one component, changed once per microtask.
import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { oncePerTurn } from './once.mjs';
import { filtered } from './dom.mjs';

/**
 * @param kit `name` and `caps`; `Thread` and `People`, components of `{ items, first }`, where `first` is how many items
 * were added before the ones it began with, negative; `scroller(box)`;
 * `rowOf(box, id, place)`, what is drawn of an item; `statusIn(row)` and `isOnlineIn(row)`; `opened(box)`, called once
 * the messages are drawn, for kits that do not begin at the end by themselves
 */
export function createReactAdapter(kit) {
  let box = null;
  let root = null;
  let show = null;
  let items = [];
  let shown = [];
  let first = 0;
  let placeOf = new Map();
  let text = '';

  const place = () => (placeOf = new Map(items.map(({ id }, n) => [id, n])));

  /** Draws what has changed. */
  const ask = oncePerTurn(() => {
    shown = text ? filtered(items, text) : items.slice();
    show?.({ items: shown, first });
  });

  function open(into, given, component) {
    box = into;
    items = given.slice();
    shown = items;
    first = 0;
    text = '';
    place();
    function App() {
      const [state, set] = useState({ items: shown, first });
      show = set;
      return createElement(component, state);
    }
    root = createRoot(box);
    root.render(createElement(App));
  }

  function replace(id, change) {
    const n = placeOf.get(id);
    items[n] = { ...items[n], ...change };
    ask();
  }

  const rowOf = (id) => (box ? kit.rowOf(box, id, placeOf.get(id)) : null);

  return {
    name: kit.name,
    caps: kit.caps,
    async mount(into, messages) {
      open(into, messages, kit.Thread);
      if (!kit.opened) return;
      while (!kit.scroller(box)) await new Promise((resolve) => setTimeout(resolve));
      kit.opened(box);
    },
    append(message) {
      placeOf.set(message.id, items.length);
      items.push(message);
      ask();
    },
    setStatus: (id, status) => replace(id, { status }),
    async prepend(messages) {
      items = [...messages, ...items];
      first -= messages.length;
      place();
      ask();
      await new Promise((resolve) => requestAnimationFrame(resolve));
    },
    statusOf(id) {
      const row = rowOf(id);
      return row ? kit.statusIn(row) : null;
    },
    scroller: () => kit.scroller(box),
    destroy() {
      root?.unmount();
      root = show = box = null;
    },
    async mountPeers(into, peers) {
      open(into, peers, kit.People);
    },
    setPresence: (id, online) => replace(id, { online }),
    presenceOf(id) {
      const row = rowOf(id);
      return row ? kit.isOnlineIn(row) : null;
    },
    filter(wanted) {
      text = wanted;
      ask();
    },
  };
}
