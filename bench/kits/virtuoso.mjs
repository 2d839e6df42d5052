// react-virtuoso with a minimal row.
import { createElement as h } from 'react';
import { Virtuoso } from 'react-virtuoso';
import { style } from './dom.mjs';
import { createReactAdapter } from './react.mjs';

style(`.row{padding:4px 12px;font:16px/1.4 sans-serif}.row p{margin:0}.row small{color:#555}
.own{text-align:end}`);

/** Large enough that what is added before the first item never makes it negative. */
const START = 1_000_000;
const keyOf = (_index, { id }) => id;
const full = { height: '100%' };

const message = (_index, { id, own, text, time, status }) =>
  h(
    'div',
    { className: own ? 'row own' : 'row', 'data-id': id },
    h('p', null, text),
    h('small', { 'data-status': status ?? undefined }, status ? `${time} ${status}` : time),
  );

const person = (_index, { id, name, last, online, unread }) =>
  h(
    'div',
    { className: 'row', 'data-id': id },
    h('p', null, unread > 0 ? `${name} (${unread})` : name),
    h('small', { 'data-online': String(online) }, `${online ? 'Online' : 'Away'}, ${last}`),
  );

const Thread = ({ items, first }) =>
  h(Virtuoso, {
    style: full,
    data: items,
    firstItemIndex: START + first,
    initialTopMostItemIndex: items.length - 1,
    computeItemKey: keyOf,
    itemContent: message,
    followOutput: true,
    alignToBottom: true,
  });

const People = ({ items }) =>
  h(Virtuoso, { style: full, data: items, computeItemKey: keyOf, itemContent: person });

export default createReactAdapter({
  name: 'react-virtuoso',
  caps: { status: 'native', virtualised: true, prepend: true },
  Thread,
  People,
  scroller: (box) => box.querySelector('[data-virtuoso-scroller]'),
  rowOf: (box, id) => box.querySelector(`[data-id="${id}"]`),
  statusIn: (row) => row.lastElementChild.dataset.status ?? null,
  isOnlineIn: (row) => row.lastElementChild.dataset.online === 'true',
});
