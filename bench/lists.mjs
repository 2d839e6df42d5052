// The lists, as a harness times them: the connected elements on `createMessenger`. What the harness mounts lies in
// IndexedDB before the messenger opens, as after a reload; what it changes later arrives as evidence.
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

export function createAdapter(given) {
  let engine = null;
  let wordOf = null;
  let messenger = null;
  let backend = null;
  let element = null;
  let archive = null;
  let people = [];
  /** What was prepared and is not mounted yet. */
  let prepared = null;
  let isReady = false;
  /** The harness's ids and ours, and which of our own stream's places these have. */
  let ids = new Map();
  let indices = new Map();
  let peers = new Map();
  /** Own messages that are being written down. */
  const writing = new Map();
  /** The newest of theirs is on its way into the list. */
  let arriving = null;
  let now = 0;
  let made = 0;
  let theirIndex = 0;
  let oldest = 0;

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
  /** The same ids in each page: what one has stored, another one shows. */
  const newId = (at) => {
    made += 1;
    const bytes = new Uint8Array(16);
    new DataView(bytes.buffer).setUint32(12, made);
    return engine.facts.messageIdOf(at, made % 4096, bytes);
  };
  const thread = () => messenger.messages.source(ACCOUNT, PEER);
  const row = (id) => element?.shadowRoot.querySelector(`[data-id="${ids.get(id)}"]`) ?? null;

  async function loadEngine() {
    engine ??= typeof given === 'function' ? await given() : given;
    const words = engine.locale.wordsIn('en').status;
    wordOf ??= new Map(engine.facts.STATUSES.map(({ status }) => [words[status], WORDS[status] ?? null]));
  }

  /** Records of messages whose places lie in order, the last one at most at `end`. */
  function records(messages, end, indexOf) {
    const list = [];
    let place = end + 1;
    for (let n = messages.length - 1; n >= 0; n -= 1) {
      const { id, own, text, ts, status } = messages[n];
      place = Math.min(place - 1, Math.floor(ts));
      const ours = newId(place);
      ids.set(id, ours);
      list.push(messageRecord({ peer: PEER, id: ours, own, text, sentAt: Math.floor(ts), place, status }));
    }
    oldest = place;
    list.reverse();
    return list.map((record) => {
      if (!record.stream) return record;
      const index = indexOf(record);
      if (record.own && index !== null) indices.set(record.id, index);
      return { ...record, index };
    });
  }

  /** The conversation with a person, the newest message at `newest`. */
  function personWrites(peer, { last, unread }, newest) {
    const count = Math.max(1, unread ?? 0);
    const writes = [conversationWrite(peer, 1, rangeTo(count), [], unread > 0 ? [] : rangeTo(count))];
    for (let index = count; index >= 1; index -= 1) {
      const place = newest - (count - index);
      const text = index === count ? (last ?? '') : '…';
      const record = messageRecord({ peer, id: newId(place), own: false, text, sentAt: place, place });
      writes.push({ put: 'message', value: { ...record, index } });
    }
    return writes;
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
    const read = (index) => {
      const ranges = [[index, index]];
      backend.say(PEER, { type: 'receipt', kind: 'read', stream: OUR_STREAM, ranges, at: now });
    };
    if (indices.has(message)) read(indices.get(message));
    else void archive.storage.message(ACCOUNT, PEER, message).then(({ index }) => read(index));
  }

  /** Fills the database of this name, unless an earlier page did and nothing has used it since. */
  async function fill(kind, writes) {
    archive = createArchive(engine.storage.indexedDb, `bench-${kind}`);
    if (archive.isFilled(writes.length)) return;
    await archive.fill([accountWrite(), ...people.map(requestWrite), ...writes]);
  }

  async function open() {
    if (isReady) return;
    isReady = true;
    backend = createBackend(ACCOUNT, people);
    archive.use();
    messenger = engine.core.createMessenger({ backend, storage: archive.storage, clock, random });
    void messenger.open();
    await messenger.loaded();
    // Whether their pages are open, they say themselves.
    if (prepared.kind === 'people')
      for (const { peer, online } of people) if (online) backend.say(peer, { type: 'presence' });
  }

  async function show(box, tag) {
    element = document.createElement(tag);
    element.messenger = messenger;
    element.account = ACCOUNT;
    if (tag === 'p2p-thread') element.peer = PEER;
    element.style.setProperty('height', '100%');
    box.append(element);
    await element.updateComplete;
  }

  const adapter = {
    name: 'p2p-elements',
    caps: { status: 'native', virtualised: true, prepend: true },

    async prepare(messages) {
      await loadEngine();
      adapter.destroy();
      now = messages.reduce((newest, { ts }) => Math.max(newest, Math.floor(ts)), 1);
      const name = messages.find(({ own }) => !own)?.author ?? 'Peer';
      people = [{ peer: PEER, name, online: true }];
      let ours = 0;
      const all = records(messages, now, ({ own }) => (own ? (ours += 1) : (theirIndex += 1)));
      await fill(`messages-${messages.length}`, [
        conversationWrite(PEER, ours + 1, rangeTo(theirIndex), rangeTo(theirIndex), []),
        ...all.map((value) => ({ put: 'message', value })),
      ]);
      prepared = { kind: 'messages', given: messages };
    },

    ready: open,

    async mount(box, messages) {
      if (prepared?.given !== messages) await adapter.prepare(messages);
      await open();
      prepared = null;
      await show(box, 'p2p-thread');
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

    hold: () => archive.hold(),

    async prepend(messages) {
      const source = thread().ids;
      const count = source.peek().length + messages.length;
      // Older than everything: indices of ours that come before the first one do not exist, so it has none.
      const older = records(messages, oldest - 1, () => null);
      await archive.storage.write(older.map((value) => ({ put: 'message', value })));
      archive.release();
      while (source.peek().length < count) {
        // The list itself may be loading the page.
        if (messenger.messages.hasOlder(ACCOUNT, PEER)) await messenger.messages.loadOlder(ACCOUNT, PEER);
        else await new Promise((resolve) => setTimeout(resolve));
      }
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
      if (!messenger) archive?.storage.close();
      element = messenger = backend = archive = arriving = prepared = null;
      isReady = false;
      people = [];
      ids = new Map();
      indices = new Map();
      peers = new Map();
      writing.clear();
      theirIndex = made = 0;
    },

    async preparePeers(list) {
      await loadEngine();
      adapter.destroy();
      // Newest first, one minute apart: the order in which the harness named them.
      now = 60_000 * (list.length + 2);
      people = list.map(({ name, online }, n) => ({ peer: String(n + 2), name, online }));
      peers = new Map(list.map(({ id }, n) => [id, people[n]]));
      const writes = list.flatMap((person, n) => personWrites(people[n].peer, person, now - n * 60_000));
      await fill(`people-${list.length}`, writes);
      prepared = { kind: 'people', given: list };
    },

    async mountPeers(box, list) {
      if (prepared?.given !== list) await adapter.preparePeers(list);
      await open();
      prepared = null;
      await show(box, 'p2p-conversation-list');
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
