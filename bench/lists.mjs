// The lists, as an outside harness times them: the connected elements on `createMessenger`. What the harness mounts
// lies in storage before the messenger opens, as after a reload; what it changes later arrives as evidence.
import { createArchive } from './archive.mjs';
import { createBackend } from './backend.mjs';
import {
  ACCOUNT,
  OUR_STREAM,
  PEER,
  THEIR_STREAM,
  accountWrite,
  conversationWrite,
  messageRecord,
  rangeTo,
  requestWrite,
} from './stored.mjs';
import { until } from './until.mjs';

/** What a bench calls the statuses that the elements draw. Waiting, sending and silence are not sent yet. */
const WORDS = {
  waiting: 'sending',
  sending: 'sending',
  unconfirmed: 'sending',
  sent: 'sent',
  delivered: 'received',
  read: 'read',
};

export function createAdapter({ facts, locale, memory: memoryStorage, core }) {
  const wordOf = new Map(
    facts.STATUSES.map(({ status }) => [locale.wordsIn('en').status[status], WORDS[status] ?? null]),
  );
  let messenger = null;
  let backend = null;
  let element = null;
  let archive = null;
  let people = [];
  /** The harness's ids and ours. */
  let ids = new Map();
  let peers = new Map();
  /** Own messages that are being written down. */
  const writing = new Map();
  /** The newest of theirs is on its way into the list. */
  let arriving = null;
  let now = 0;
  let made = 0;
  let theirIndex = 0;

  const random = {
    next: () => 0.5,
    bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  };
  // The time of the bench is that of its messages; it stands still between them.
  const clock = {
    now: () => now,
    elapsed: () => performance.now(),
    setTimeout: (run, delay) => setTimeout(run, delay),
    clearTimeout: (handle) => clearTimeout(handle),
  };
  const newId = (at) => facts.messageIdOf(at, (made += 1) % 4096, random.bytes(16));
  const thread = () => messenger.messages.source(ACCOUNT, PEER);
  const row = (id) => element?.shadowRoot.querySelector(`[data-id="${ids.get(id)}"]`) ?? null;

  /** Records of messages whose places lie in order, the last one at most at `end`. */
  function records(messages, end, indices) {
    const made = [];
    let place = end + 1;
    for (let n = messages.length - 1; n >= 0; n -= 1) {
      const { id, own, text, ts, status } = messages[n];
      place = Math.min(place - 1, Math.floor(ts));
      const ours = newId(place);
      ids.set(id, ours);
      made.push(messageRecord({ peer: PEER, id: ours, own, text, sentAt: Math.floor(ts), place, status }));
    }
    made.reverse();
    return made.map((record) => (record.stream ? { ...record, index: indices(record) } : record));
  }

  /** Loads older pages until so many messages are in the list. */
  async function load(count) {
    const { ids: loaded } = thread();
    while (loaded.peek().length < count) {
      // The list itself may be loading the page.
      if (messenger.messages.hasOlder(ACCOUNT, PEER)) await messenger.messages.loadOlder(ACCOUNT, PEER);
      else await new Promise((resolve) => setTimeout(resolve));
    }
  }

  /** Brings the evidence for a status. One that is lower than the present one is no news, and draws nothing. */
  function bear(id, status) {
    const message = ids.get(id);
    if (!messenger || !message || status === 'sending') return;
    // First in, first out: what stands before it has to be taken, too.
    const queue = messenger.outbox.rows(ACCOUNT).ids.peek();
    if (status === 'sent')
      for (const other of queue.slice(0, queue.indexOf(message) + 1)) backend.take(other);
    backend.take(message);
    if (status === 'received')
      backend.say(PEER, { type: 'receipt', kind: 'delivered', id: message, at: now });
    if (status !== 'read') return;
    void archive.storage.message(ACCOUNT, PEER, message).then(({ index }) =>
      backend.say(PEER, {
        type: 'receipt',
        kind: 'read',
        stream: OUR_STREAM,
        ranges: [[index, index]],
        at: now,
      }),
    );
  }

  async function open(box, tag, write) {
    const memory = memoryStorage();
    archive = createArchive(memory);
    backend = createBackend(ACCOUNT, people);
    await memory.write([accountWrite(), ...people.map(requestWrite)]);
    await write(memory);
    messenger = core.createMessenger({ backend, storage: archive.storage, clock, random });
    void messenger.open();
    await messenger.loaded();
    element = document.createElement(tag);
    element.messenger = messenger;
    element.account = ACCOUNT;
    element.style.setProperty('height', '100%');
    return () => box.append(element);
  }

  const adapter = {
    name: 'p2p-elements',
    caps: { status: 'native', virtualised: true, prepend: true },

    async mount(box, messages) {
      adapter.destroy();
      now = messages.reduce((newest, { ts }) => Math.max(newest, Math.floor(ts)), 1);
      const name = messages.find(({ own }) => !own)?.author ?? 'Peer';
      people = [{ peer: PEER, name, online: true }];
      let ours = 0;
      const show = await open(box, 'p2p-thread', async (memory) => {
        const all = records(messages, now, ({ own }) => (own ? (ours += 1) : (theirIndex += 1)));
        for (const record of all) archive.history.push(record);
        await memory.write([
          conversationWrite(PEER, ours + 1, rangeTo(theirIndex), rangeTo(theirIndex), []),
          ...all.map((value) => ({ put: 'message', value })),
        ]);
      });
      // Everything is in the list before it is shown, so that all of it can be scrolled to.
      await load(messages.length);
      element.peer = PEER;
      show();
      await element.updateComplete;
    },

    append({ id, own, text, ts, status }) {
      now = Math.max(now + 1, Math.floor(ts));
      const source = thread();
      const known = ids;
      if (own) {
        const { messages } = messenger;
        const write = () => {
          const sending = messages.send(ACCOUNT, PEER, text);
          known.set(id, source.ids.peek().at(-1));
          return sending;
        };
        // What arrives is looked up first; what is written after it stands behind it.
        const written = arriving ? arriving.then(write) : write();
        writing.set(id, written);
        void written.then(() => writing.delete(id));
        if (status && status !== 'sending') adapter.setStatus(id, status);
        return;
      }
      const message = newId(now);
      ids.set(id, message);
      theirIndex += 1;
      const place = { stream: THEIR_STREAM, index: theirIndex };
      const arrived = until(source.ids, () => source.get(message) !== undefined).then(() => {
        if (arriving === arrived) arriving = null;
      });
      arriving = arrived;
      backend.say(PEER, { type: 'message', id: message, ...place, text, sentAt: Math.floor(ts) });
    },

    setStatus(id, status) {
      // Nobody can have taken or received what is not even written.
      const written = writing.get(id);
      if (written) void written.then(() => bear(id, status));
      else bear(id, status);
    },

    async prepend(messages) {
      const first = archive.history[0]?.place ?? now;
      const count = thread().ids.peek().length;
      // Older than everything: indices of ours that come before the first one do not exist, so it has none.
      const older = records(messages, first - 1, () => null);
      await archive.storage.write(older.map((value) => ({ put: 'message', value })));
      archive.unshift(older);
      await load(count + older.length);
      await element.updateComplete;
    },

    statusOf(id) {
      const status = row(id)?.querySelector('p2p-message-status');
      const picture = status?.shadowRoot?.querySelector('[role="img"]');
      return (picture && wordOf.get(picture.getAttribute('aria-label'))) ?? null;
    },

    scroller: () => element?.shadowRoot?.querySelector('[part~="log"], [part~="list"]') ?? null,

    destroy() {
      element?.remove();
      messenger?.close();
      element = messenger = backend = archive = arriving = null;
      people = [];
      ids = new Map();
      peers = new Map();
      writing.clear();
      theirIndex = 0;
    },

    async mountPeers(box, list) {
      adapter.destroy();
      // Newest first, one minute apart: the order in which the harness named them.
      now = Math.max(now, 60_000 * (list.length + 2));
      people = list.map(({ name, online }, n) => ({ peer: String(n + 2), name, online }));
      peers = new Map(list.map(({ id }, n) => [id, people[n]]));
      const show = await open(box, 'p2p-conversation-list', async (memory) => {
        const writes = [];
        for (const [n, { last, unread }] of list.entries()) {
          const { peer } = people[n];
          const count = Math.max(1, unread ?? 0);
          const newest = now - n * 60_000;
          for (let index = count; index >= 1; index -= 1) {
            const place = newest - (count - index);
            const record = messageRecord({
              peer,
              id: newId(place),
              own: false,
              text: index === count ? (last ?? '') : '…',
              sentAt: place,
              place,
            });
            writes.push({ put: 'message', value: { ...record, index } });
          }
          writes.push(conversationWrite(peer, 1, rangeTo(count), [], unread > 0 ? [] : rangeTo(count)));
        }
        await memory.write(writes);
      });
      // Whether their pages are open, they say themselves.
      for (const { peer, online } of people) if (online) backend.say(peer, { type: 'presence' });
      show();
      await element.updateComplete;
    },

    setPresence(id, online) {
      const person = peers.get(id);
      if (!person || person.online === online) return;
      person.online = online;
      if (online) backend.say(person.peer, { type: 'presence' });
      else backend.leave(person.peer);
    },

    presenceOf(id) {
      const row = element?.shadowRoot.querySelector(`[data-peer="${peers.get(id)?.peer}"]`);
      if (!row) return null;
      return [...row.querySelectorAll('.visually-hidden')].some(
        ({ textContent }) => textContent === 'Online',
      );
    },

    filter(text) {
      const field = element.shadowRoot.querySelector('input[type="search"]');
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    },
  };
  return adapter;
}
