import type { AccountId, MessageId } from '../../facts/index.ts';
import { createBrowser, createFakeClock, createSeededRandom } from '../../mocks/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { Answer, Backend, BackendEvent } from '../../ports/backend.ts';
import type { Storage, StoredMessage } from '../../ports/storage.ts';
import type { TabChannel } from '../../ports/tabs.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { createTabGroup } from '../../tabs/index.ts';
import { createMessenger } from '../engine.ts';

export const ME = '1' as AccountId;

/** The nth of the crowd: 0 is the one who comes first by name. */
export const peerOf = (n: number): AccountId => String(n + 2) as AccountId;

export interface Crowd {
  readonly clock: FakeClock;
  readonly messenger: Messenger;
  readonly storage: Storage;
  readonly backend: CrowdBackend;
  /** Opens a further tab, and gathers what its channel brings. */
  open(heard?: unknown[]): Promise<Messenger>;
}

export interface CrowdBackend extends Backend {
  /** Their page sends a payload. */
  say(peer: AccountId, payload: object): void;
  /** Their channel ends. */
  leave(peer: AccountId): void;
  /** What the crowd was sent, by type. */
  readonly sent: string[];
}

const done = { ok: true, result: undefined } as const;

/** A backend of one account with so many contacts, all of whom accept everything at once. */
export function crowdBackend(count: number): CrowdBackend {
  const listeners = new Set<(event: BackendEvent) => void>();
  const tell = (event: BackendEvent): void => listeners.forEach((listener) => listener(event));
  const list = Array.from({ length: count }, (_, n) => ({
    peer: peerOf(n),
    name: `Person ${String(n).padStart(5, '0')}`,
    username: `person${n}`,
    online: true,
  }));
  const refuses = (): Promise<Answer<never>> =>
    Promise.resolve({ ok: false, failure: { kind: 'refused', code: 'unknown', reason: 'not here' } });
  const accepts = (): Promise<Answer> => Promise.resolve(done);
  const backend: CrowdBackend = {
    sent: [],
    capabilities: {
      listsPeople: true,
      createsAccounts: false,
      carriesReceipts: true,
      maxBodyBytes: 4_000_000,
      channelsOutliveLink: false,
      maxInFlight: 1,
    },
    accountForm: { server: null },
    compareIds: (a, b) => (a === b ? 0 : a < b ? -1 : 1),
    link: { state: 'idle' },
    open() {
      (backend as { link: Backend['link'] }).link = { state: 'up', since: 0 };
      tell({ type: 'link', link: backend.link });
      tell({ type: 'linked', epoch: 1 });
    },
    close: () => listeners.clear(),
    reconnect: () => undefined,
    probe: () => undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    createAccount: refuses,
    signIn: refuses,
    signOut: refuses,
    ask: refuses,
    decline: accepts,
    sessions: () => Promise.resolve({ ok: true, result: [{ account: ME, username: 'me', server: 'crowd' }] }),
    claim: () => Promise.resolve({ ok: true, result: 1 }),
    people: () => Promise.resolve({ ok: true, result: [] }),
    contacts: () => Promise.resolve({ ok: true, result: list }),
    dial: accepts,
    pickUp: accepts,
    hangUp: accepts,
    send(_account, _peer, body, options) {
      options.handedOver?.();
      backend.sent.push((JSON.parse(new TextDecoder().decode(body)) as { type: string }).type);
      return accepts();
    },
    say(peer, payload) {
      const body = new TextEncoder().encode(JSON.stringify({ v: 1, ...payload }));
      tell({ type: 'body', account: ME, peer, body });
    },
    leave: (peer) => tell({ type: 'ended', account: ME, peer }),
  };
  return backend;
}

/** A message of theirs, as it is stored: the first of a stream. */
function messageFrom(peer: AccountId, n: number): StoredMessage {
  return {
    account: ME,
    peer,
    id: `0192f3a0-0000-7000-8000-${String(n).padStart(12, '0')}` as MessageId,
    own: false,
    text: `hello from ${n}`,
    sentAt: 1_000 + n,
    place: 1_000 + n,
    stream: `stream ${n}`,
    index: 1,
    replyTo: null,
    isEdited: false,
    isDeleted: false,
    isOpen: false,
    facts: [],
  };
}

/** An account with so many contacts, of whom the first `talked` have each written one message that is unread. */
export async function crowd(count: number, talked = 0): Promise<Crowd> {
  const storage = memory();
  const people = Array.from({ length: count }, (_, n) => peerOf(n));
  await storage.write([
    {
      put: 'account',
      value: { account: ME, username: 'me', fullName: 'Me', server: 'crowd', isLeft: false },
    },
    ...people.map((peer, n) => ({
      put: 'request' as const,
      value: {
        account: ME,
        peer,
        name: `Person ${String(n).padStart(5, '0')}`,
        username: `person${n}`,
        facts: [{ type: 'proven' as const, at: 1, by: 'list' as const }],
      },
    })),
    ...people.slice(0, talked).flatMap((peer, n) => [
      {
        put: 'conversation' as const,
        value: {
          account: ME,
          peer,
          stream: `ours ${n}`,
          nextIndex: 1,
          voids: [],
          theirs: [{ stream: `stream ${n}`, here: [[1, 1]], seen: [], passed: [] }] as never,
          isKnownClient: true,
        },
      },
      { put: 'message' as const, value: messageFrom(peer, n) },
    ]),
  ]);
  const clock = createFakeClock({ macrotasks: false });
  const random = createSeededRandom(1);
  const backend = crowdBackend(count);
  const browser = createBrowser({ clock, random });
  /** A tab of this browser, with what its channel brings. */
  const open = async (heard: unknown[] = []): Promise<Messenger> => {
    const page = browser.tab();
    const openChannel = (name: string): TabChannel => listening(page.openChannel!(name), heard);
    const messenger = createMessenger({
      backend: backends++ === 0 ? backend : crowdBackend(count),
      storage,
      clock: page.clock,
      random,
      tabs: createTabGroup({ name: 'crowd', ...page, openChannel, random }),
    });
    void messenger.open();
    await clock.advance(1_000);
    await messenger.loaded();
    // Lists, dials and questions.
    await clock.advance(5_000);
    return messenger;
  };
  let backends = 0;
  return { clock, messenger: await open(), open, storage, backend };
}

/** How often a method was called while `run` ran. */
export async function callsOf<Name extends string>(
  object: { [Key in Name]: unknown },
  name: Name,
  run: () => unknown,
): Promise<number> {
  const before = Object.getOwnPropertyDescriptor(object, name);
  const method = object[name] as (...parts: unknown[]) => unknown;
  let calls = 0;
  Object.defineProperty(object, name, {
    configurable: true,
    value: (...parts: unknown[]) => {
      calls += 1;
      return method.apply(object, parts);
    },
  });
  try {
    await run();
  } finally {
    delete object[name];
    if (before) Object.defineProperty(object, name, before);
  }
  return calls;
}

/** A channel that writes down what it brings. */
function listening(channel: TabChannel, heard: unknown[]): TabChannel {
  const end: TabChannel = {
    onmessage: null,
    postMessage: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
  channel.onmessage = (event: { data: unknown }) => {
    heard.push(event.data);
    end.onmessage?.(event as never);
  };
  return end;
}
