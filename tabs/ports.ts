import { mergeFacts } from '../facts/evidence.ts';
import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { NOTHING, union } from '../facts/ranges.ts';
import { joined } from '../facts/read-set.ts';
import { compactRequest } from '../facts/requests.ts';
import type { Answer, Backend } from '../ports/backend.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { Relay, RelayKeys } from '../ports/relay.ts';
import type {
  Storage,
  StorageWrite,
  StoredConversation,
  StoredMessage,
  StoredRequest,
} from '../ports/storage.ts';
import type { Conversation } from '../stores/conversation.ts';
import type { Engine } from '../stores/engine.ts';
import { isFresh, isUnwritten } from '../stores/messages.ts';
import type { Mirrored } from './patch.ts';

/** What a tab may do at this moment. */
export interface Permit {
  /** Whether this tab acts. */
  readonly isActing: boolean;
  /** Runs it while this tab may act; held while that is in doubt, and given to `dropped` if it may not. */
  act(run: () => void, dropped?: () => void): void;
}

/** A promise that never settles. */
const never: Promise<never> = new Promise(() => undefined);

const COMMANDS = new Set<string | symbol>(
  'createAccount signIn signOut sessions claim people contacts ask decline dial pickUp hangUp send'.split(
    ' ',
  ),
);

/** A form waits for these, so they are answered even if the tab stops leading. */
const ENTERING = new Set<string | symbol>(['createAccount', 'signIn']);

/** Wraps a backend so that only the leader uses it. In a follower, commands other than signing in never settle. */
export function guardedBackend(backend: Backend, permit: Permit): Backend {
  return new Proxy(backend, {
    get(target, name: keyof Backend) {
      const value = target[name] as unknown;
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...parts: unknown[]) => unknown;
      if (name === 'subscribe')
        return (listener: (event: unknown) => void) =>
          call((event: unknown) => permit.act(() => listener(event)));
      if (!COMMANDS.has(name)) return call;
      return (...parts: unknown[]) => {
        if (!permit.isActing && !ENTERING.has(name)) return never;
        return new Promise((resolve) =>
          permit.act(
            () => resolve(call(...parts)),
            () => resolve(replaced),
          ),
        );
      };
    },
  });
}

const replaced: Answer = {
  ok: false,
  failure: { kind: 'not-sent', code: 'link-down', reason: null },
};

/**
 * Wraps a clock so that timers of a leader that may have slept wait until it is known whether it still leads. A timer
 * is not lost where it does not: work of the leader has taken its own timers back by then, and what is left is this
 * page's own.
 */
export function guardedClock(clock: Clock, permit: Permit): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    setTimeout(run, delay) {
      const timer: GuardedTimer = { handle: null, isOver: false };
      const fire = (): void => {
        if (timer.isOver) return;
        timer.isOver = true;
        run();
      };
      timer.handle = clock.setTimeout(() => (permit.isActing ? permit.act(fire, fire) : fire()), delay);
      return timer;
    },
    clearTimeout(handle) {
      const timer = handle as GuardedTimer | null;
      if (!timer) return;
      // It may have fired, and be held.
      timer.isOver = true;
      clock.clearTimeout(timer.handle);
    },
  };
}

interface GuardedTimer {
  handle: TimerHandle;
  isOver: boolean;
}

/** Wraps a relay so that only the leader sends and receives; followers show the leader's state. */
export function guardedRelay(relay: Relay, permit: Permit, mirror: Mirrored): Relay {
  const { name, privacy, keys } = relay;
  const guarded: Relay = {
    name,
    get isUp() {
      return permit.isActing ? relay.isUp : mirror.isUp;
    },
    ...(privacy === undefined ? {} : { privacy }),
    ...(keys ? { keys: guardedKeys(keys, permit, mirror) } : {}),
    send: (envelope) =>
      permit.isActing ? new Promise((resolve) => permit.act(() => resolve(relay.send(envelope)))) : never,
    subscribe: (account, receive) =>
      relay.subscribe(
        account,
        (envelope) =>
          new Promise((resolve, reject) =>
            permit.act(
              () => resolve(receive(envelope)),
              () => reject(new Error('Another tab holds the link by now.')),
            ),
          ),
      ),
    ...(relay.wipe ? { wipe: (account: AccountId) => relay.wipe!(account) } : {}),
    reconnect: () => relay.reconnect?.(),
    watch: (changed) => relay.watch(changed),
  };
  return guarded;
}

function guardedKeys(keys: RelayKeys, permit: Permit, { fingerprints, trusts }: Mirrored): RelayKeys {
  return {
    own: (account) => keys.own(account),
    ownFingerprint: (account) =>
      permit.isActing ? keys.ownFingerprint(account) : (fingerprints.get(account) ?? null),
    learn: (account, peer, key) => keys.learn(account, peer, key),
    trust: (account, peer) =>
      permit.isActing
        ? keys.trust(account, peer)
        : (trusts.get(pairKey(account, peer)) ?? { state: 'unknown', fingerprint: null, offered: null }),
    accept: (account, peer, compared) => keys.accept(account, peer, compared),
  };
}

/**
 * Storage as the tabs share it: one tab writes. A tab that comes to act reads what is stored together with what it has
 * mirrored: either may know something that the other one does not. What is brought together holds at once: while the
 * rest is read, its person goes on.
 */
export function sharedStorage(storage: Storage, permit: Permit, engine: () => Engine): Storage {
  const shared: Storage = {
    async accounts() {
      const { sessions } = engine();
      const stored = await storage.accounts();
      // A tab that slept may have missed that an account was left, or wiped; what is stored of it is newer.
      for (const account of sessions.accounts.peek()) {
        const session = sessions.get(account)!;
        const newest = stored.find((known) => known.account === account) ?? {
          ...session.stored,
          isLeft: true,
        };
        const isOut = newest.isLeft && !session.stored.isLeft;
        sessions.put({ ...session, stored: newest, ...(isOut ? { state: 'signed-out', note: null } : {}) });
      }
      return stored;
    },
    async requests(account) {
      const records = new Map((await storage.requests(account)).map((stored) => [stored.peer, stored]));
      for (const pair of engine().pairs.of(account)) {
        const { peer, name, username, requestFacts } = pair;
        if (requestFacts.length === 0) continue;
        const stored = records.get(peer);
        const facts = (pair.requestFacts = mergeRequests(stored?.facts ?? [], requestFacts));
        // Keep a stored name where the mirror has none.
        const names = { name: stored?.name ?? name, username: stored?.username ?? username };
        const value = { account, peer, ...stored, ...names, facts };
        records.set(peer, value);
        keep(stored, { put: 'request', value });
      }
      return [...records.values()];
    },
    async conversations(account) {
      const { conversations } = engine();
      const metas = new Map((await storage.conversations(account)).map((meta) => [meta.peer, meta]));
      for (const conversation of conversations.of(account)) {
        const { peer, meta, rows } = conversation;
        const stored = metas.get(peer);
        if (!stored && rows.length === 0) continue;
        const value = stored ? mergeConversations(stored, meta) : meta;
        conversation.adopt(value);
        metas.set(peer, value);
        keep(stored, { put: 'conversation', value });
      }
      return [...metas.values()];
    },
    async history(account, peer, query) {
      const conversation = engine().conversations.find(account, peer);
      if (!conversation || query.before !== undefined)
        return (await storage.history(account, peer, query)).map((message) => known(message));
      // Read again everything in memory: any of it may have changed while this tab slept.
      const rows = [...conversation.rows];
      const limit = Math.max(query.limit, rows.length);
      const page = (await storage.history(account, peer, { ...query, limit })).map((message) =>
        known(message),
      );
      const ids = new Set(page.map(({ id }) => id));
      for (const row of rows) {
        if (ids.has(row.id)) continue;
        const stored = await storage.message(account, peer, row.id);
        if (stored) known(stored);
        else if (permit.isActing && !isUnwritten(row)) save(conversation, row);
      }
      return page;
    },
    stream: (account, peer, query) => storage.stream(account, peer, query),
    message: (account, peer, id) => storage.message(account, peer, id),
    ...(storage.messages
      ? {
          messages: (account: AccountId, peer: AccountId, ids: readonly MessageId[]) =>
            storage.messages!(account, peer, ids),
        }
      : {}),
    async unsettled(account) {
      const open = new Map((await storage.unsettled(account)).map((message) => [message.id, known(message)]));
      for (const conversation of engine().conversations.of(account))
        for (const id of [...conversation.queue, ...conversation.accepted])
          open.set(id, conversation.get(id)!);
      return [...open.values()].filter(({ isOpen }) => isOpen).sort((a, b) => a.place - b.place);
    },
    write: (batch) =>
      permit.isActing
        ? new Promise((resolve) => permit.act(() => resolve(storage.write(batch)), resolve))
        : storage.write(batch.filter(({ put, value }) => put === 'message' && isFresh(value))),
    wipe: (account) => storage.wipe(account),
    ...(storage.persist ? { persist: () => storage.persist!() } : {}),
    ...(storage.watch
      ? {
          watch: (reopened: (accounts: readonly AccountId[]) => void) =>
            storage.watch!((accounts) => permit.act(() => reopened(accounts))),
        }
      : {}),
    close: () => storage.close(),
  };
  return shared;

  /**
   * Writes what this tab knows and storage does not: whoever told it has died before it was written, or its own person
   * did it while nobody led.
   */
  function keep(stored: unknown, write: StorageWrite): void {
    if (JSON.stringify(stored) !== JSON.stringify(write.value)) void engine().core.writer.put(write);
  }

  /** Not acknowledged until it is written. */
  function save(conversation: Conversation, value: StoredMessage): void {
    conversation.setStored(value.id, false);
    void engine()
      .core.writer.put({ put: 'message', value })
      .then((isStored) => conversation.setStored(value.id, isStored));
  }

  /** What is stored of a message, and what this tab knows of it, brought together. */
  function known(stored: StoredMessage): StoredMessage {
    const { conversations, messages } = engine();
    const conversation = conversations.find(stored.account, stored.peer);
    const mirrored = conversation?.get(stored.id);
    if (!conversation || !mirrored) return stored;
    const facts = mergeFacts(mirrored.facts, stored.facts);
    const isChanged = stored.isDeleted !== mirrored.isDeleted || stored.text !== mirrored.text;
    if (!stored.own) {
      if (isChanged) conversation.put(stored);
    } else if (
      isChanged ||
      facts.length > Math.min(mirrored.facts.length, stored.facts.length) ||
      (stored.index !== null && mirrored.index === null)
    )
      messages.update(conversation, {
        ...mirrored,
        stream: mirrored.stream ?? stored.stream,
        index: mirrored.index ?? stored.index,
        isDeleted: mirrored.isDeleted || stored.isDeleted,
        text: mirrored.isDeleted ? '' : stored.text,
        facts,
      });
    return conversation.get(stored.id)!;
  }
}

function mergeRequests(a: StoredRequest['facts'], b: StoredRequest['facts']): StoredRequest['facts'] {
  // Every time is used once in a record.
  const union = new Map([...a, ...b].map((fact) => [fact.at, fact]));
  return compactRequest([...union.values()].sort((one, other) => one.at - other.at));
}

function mergeConversations(stored: StoredConversation, mirrored: StoredConversation): StoredConversation {
  const theirs = new Map(stored.theirs.map((known) => [known.stream, known]));
  for (const known of mirrored.theirs) {
    const other = theirs.get(known.stream);
    // The one heard of last stands last.
    theirs.delete(known.stream);
    theirs.set(known.stream, {
      stream: known.stream,
      ...(other ? joined(other, known) : known),
    });
  }
  return {
    ...stored,
    nextIndex: Math.max(stored.nextIndex, mirrored.nextIndex),
    voids: union(stored.voids, mirrored.voids),
    theirs: [...theirs.values()],
    readThere: union(stored.readThere ?? NOTHING, mirrored.readThere ?? NOTHING),
    isKnownClient: stored.isKnownClient || mirrored.isKnownClient,
    // A deletion may be sent twice.
    deletions: [...new Set([...(stored.deletions ?? []), ...(mirrored.deletions ?? [])])],
  };
}
