import type { AccountId } from '../../facts/ids.ts';
import { pairKey } from '../../facts/ids.ts';
import { tell, tellAll } from '../../facts/listeners.ts';
import type { Why } from '../../facts/refusals.ts';
import { orderOf } from '../../facts/uuid.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Relay, RelayAnswer, RelayEnvelope, RelayKeys } from '../../ports/relay.ts';
import { boundedKeys } from './bounded-keys.ts';
import { DEFAULT_RETENTION, isSubjectToken } from './connection.ts';
import type { Connection, NatsRetention, NatsServer } from './connection.ts';
import type { NatsCount } from './counts.ts';
import { ID_BYTES, repetitionMark, seal } from './envelope.ts';
import { Inbox } from './inbox.ts';
import { parseKey } from './key.ts';
import type { PublicKey } from './key.ts';
import type { KeyStore } from './key-store.ts';
import { Link } from './link.ts';
import { Refusal, answerTo, isSame, refusalOf } from './refusals.ts';
import { TrustBook } from './trust.ts';
import { Waits } from './waits.ts';

const DAY_MS = 86_400_000;
/** The usual longest time between writing and sealing a message. */
const SEALED_WITHIN_MS = 3_600_000;

/** Options of the relay. */
export interface NatsOptions extends NatsServer {
  /** Where keys are kept: `indexedDbKeys()` in a browser. */
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
  /** What people read after "through". Default `the relay`. */
  readonly name?: string;
  readonly retention?: NatsRetention;
  /** Called for everything that is counted; see `NatsRelay.counts`. */
  readonly onCounted?: (what: NatsCount) => void;
}

/** The keys of this relay, with a fingerprint when a person accepts one. */
export interface NatsKeys extends RelayKeys {
  /**
   * @param compared The fingerprint that the person has found to be the other's, as it was shown: the offered one, or
   *   the pinned one to refuse what is offered. With it, a key that was offered meanwhile is not accepted unseen:
   *   then the promise rejects, and nothing changed. It rejects too when there is no key, or it cannot be stored.
   */
  accept(account: AccountId, peer: AccountId, compared?: string): Promise<void>;
}

/** A relay over NATS JetStream. It connects at once, and keeps retrying until it is closed. */
export interface NatsRelay extends Relay {
  readonly keys: NatsKeys;
  readonly privacy: 'sealed';
  /** Why it cannot be used at the moment; null if there is no known problem. */
  readonly problem: Why | null;
  /** The counters since the relay was created. */
  readonly counts: ReadonlyMap<NatsCount, number>;
  /** Tries to connect at once instead of after the pause: the network came back, or the page did. */
  reconnect(): void;
  /** Removes the account's keys and its peers' keys from this device. Unsubscribe first. */
  wipe(account: AccountId): Promise<void>;
  /** Closes the relay. Accepted envelopes stay accepted; those under way answer `unanswered`. */
  close(): void;
}

/**
 * A relay over a NATS server with JetStream and a WebSocket listener: bodies are sealed end to end, stored by the
 * server, and acknowledged once the recipient has them.
 */
export function nats(options: NatsOptions): NatsRelay {
  return new Nats(options);
}

class Nats implements NatsRelay {
  readonly name: string | null;
  readonly privacy = 'sealed';
  readonly keys: NatsKeys;
  readonly counts = new Map<NatsCount, number>();
  readonly #options: NatsOptions;
  readonly #waits: Waits;
  readonly #link: Link;
  readonly #book: TrustBook;
  readonly #inboxes = new Map<AccountId, Inbox>();
  readonly #watchers = new Set<() => void>();
  readonly #problems = new Map<AccountId, Why>();
  /** The latest time of sealing. */
  #sealedAt = 0;
  /** Our own keys that are published at this connection; and the peers' that were looked up there, by pair. */
  #introduced = new Map<AccountId, Promise<void>>();
  #lookedUp = new Map<string, Promise<void>>();
  #isClosed = false;

  constructor(options: NatsOptions) {
    const { clock, random, name = null, retention = {}, prefix = 'p2p' } = options;
    if (!/^[a-z\d]+$/i.test(prefix)) throw new TypeError('The prefix may only contain letters and digits.');
    const store = boundedKeys(options.keys, clock);
    this.#options = { ...options, keys: store };
    this.name = name;
    this.#waits = new Waits(clock, random);
    const book = (this.#book = new TrustBook({
      store,
      changed: () => this.#changed(),
      settled: (account) =>
        void this.#inboxes
          .get(account)
          ?.handOverHeld()
          .catch(() => undefined),
      count: (what) => this.#count(what),
    }));
    this.keys = {
      own: (account) => book.own(account),
      ownFingerprint: (account) => book.ownFingerprint(account),
      learn: (account, peer, key) => book.learn(account, peer, key),
      trust: (account, peer) => {
        // Reading the trust looks up the key in the background, once per connection.
        const connection = this.#link.current;
        if (connection && !this.#lookedUp.has(pairKey(account, peer)))
          void this.#lookUpOnce(connection, account, peer).catch(() => undefined);
        return book.trust(account, peer);
      },
      accept: (account, peer, compared) => book.accept(account, peer, compared),
    };
    this.#link = new Link({
      server: options,
      retention,
      waits: this.#waits,
      changed: () => this.#changed(),
      connected: (connection) => this.#connected(connection),
    });
  }

  get isUp(): boolean {
    return this.#link.current !== null;
  }

  get problem(): Why | null {
    return this.#link.problem ?? [...this.#problems.values()][0] ?? null;
  }

  async send({ id, from, to, body }: RelayEnvelope): Promise<RelayAnswer> {
    const connection = this.#link.current;
    if (!connection) return { outcome: 'unanswered', cause: 'connection-lost' };
    try {
      const length = new TextEncoder().encode(id).length;
      if (!isSubjectToken(from) || !isSubjectToken(to) || length === 0 || length > ID_BYTES)
        throw new Refusal('invalid');
      const own = await this.#book.ready(from).catch((cause: unknown) => {
        throw new Refusal('keys-unread', cause);
      });
      const recipient = await this.#keyFor(connection, from, to);
      const now = this.#options.clock.now();
      const madeAt = orderOf(id)?.at ?? 0;
      // After the clock was set back, a new envelope would look like one that was opened long ago. Ids of one device
      // never go back; the last sealed envelope may be slightly newer than its id.
      const sealedAt = Math.max(now, madeAt > now ? madeAt + SEALED_WITHIN_MS : 0, this.#sealedAt);
      this.#sealedAt = sealedAt;
      const address = { id, from, to };
      const [envelope, mark] = await Promise.all([
        seal(address, { body, sealedAt }, own, recipient),
        repetitionMark(address, own.keys),
      ]);
      await connection.publish(from, to, envelope, mark);
      return { outcome: 'accepted' };
    } catch (error) {
      return answerTo(error);
    }
  }

  subscribe(account: AccountId, receive: (envelope: RelayEnvelope) => Promise<void>): () => void {
    if (this.#inboxes.has(account)) throw new Error('This account already has a subscriber.');
    const { keys: store, clock, random, retention } = this.#options;
    const waits = new Waits(clock, random);
    const inbox = new Inbox({
      account,
      receive,
      link: this.#link,
      book: this.#book,
      store,
      clock,
      waits,
      retention: (retention?.days ?? DEFAULT_RETENTION.days) * DAY_MS,
      count: (what) => this.#count(what),
      introduce: (connection) => this.#introduce(connection, account),
      lookUp: (connection, peer) => this.#lookUp(connection, peer),
      problem: (why) => this.#setProblem(account, why),
    });
    this.#inboxes.set(account, inbox);
    return () => {
      if (this.#inboxes.get(account) !== inbox) return;
      inbox.stop();
      this.#inboxes.delete(account);
      this.#setProblem(account, null);
    };
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  reconnect(): void {
    this.#waits.cutShort();
  }

  async wipe(account: AccountId): Promise<void> {
    if (this.#inboxes.has(account)) throw new Error('Unsubscribe the account first.');
    await this.#options.keys.wipe(account);
    this.#introduced.delete(account);
    for (const key of this.#lookedUp.keys()) if (key.startsWith(`${account}/`)) this.#lookedUp.delete(key);
    this.#book.forget(account);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const inbox of this.#inboxes.values()) inbox.abandon();
    this.#inboxes.clear();
    this.#waits.end();
    this.#link.close();
    this.#options.keys.close();
  }

  #connected(connection: Connection): void {
    this.#introduced = new Map();
    this.#lookedUp = new Map();
    connection.watchKeys((peer, text) => void this.#heardKey(peer, text));
  }

  /** A key was published just now. */
  async #heardKey(peer: AccountId, text: string): Promise<void> {
    const own = this.#book.own(peer);
    if (own !== null && own !== text) this.#count('own-key-replaced');
    const accounts = this.#book.accounts.filter(
      (account) => this.#book.peer(account, peer) || this.#lookedUp.has(pairKey(account, peer)),
    );
    if (accounts.length === 0) return;
    const key = await parseKey(text);
    if (!key) return this.#count('malformed-key');
    for (const account of accounts)
      await this.#book.published(account, peer, key).catch(() => this.#count('storage-failed'));
  }

  /** The key to seal for. Rejects with a Refusal if there is none, or if a person has to decide first. */
  async #keyFor(connection: Connection, account: AccountId, peer: AccountId): Promise<PublicKey> {
    try {
      // Ours first, because they cannot open our messages without it.
      await this.#introduce(connection, account);
      const isLookedUp = this.#lookedUp.has(pairKey(account, peer));
      await this.#lookUpOnce(connection, account, peer);
      if (isLookedUp && !this.#book.peer(account, peer)) {
        // They may have published since; not every server allows to subscribe.
        this.#lookedUp.delete(pairKey(account, peer));
        await this.#lookUpOnce(connection, account, peer);
      }
    } catch (cause) {
      // Whatever went wrong, nothing was handed over, so the answer is never `unanswered`.
      throw refusalOf(cause);
    }
    const known = this.#book.peer(account, peer);
    if (!known) throw new Refusal('no-key');
    if (known.offered) throw new Refusal('key-changed');
    return known.pinned;
  }

  /** Publishes our key unless it is published already. Once per connection. */
  #introduce(connection: Connection, account: AccountId): Promise<void> {
    return once(this.#introduced, account, async () => {
      const { key } = await this.#book.ready(account);
      if ((await connection.publishedKey(account)) !== key.text)
        await connection.publishKey(account, key.text);
    });
  }

  /** Looks up the peer's published key once per connection. */
  #lookUpOnce(connection: Connection, account: AccountId, peer: AccountId): Promise<void> {
    return once(this.#lookedUp, pairKey(account, peer), async () => {
      await this.#book.ready(account);
      const key = await this.#lookUp(connection, peer);
      if (key) await this.#book.published(account, peer, key);
    });
  }

  async #lookUp(connection: Connection, peer: AccountId): Promise<PublicKey | null> {
    const text = await connection.publishedKey(peer);
    const key = await parseKey(text);
    if (text !== null && !key) this.#count('malformed-key');
    return key;
  }

  #setProblem(account: AccountId, problem: Why | null): void {
    if (isSame(this.#problems.get(account) ?? null, problem)) return;
    if (problem === null) this.#problems.delete(account);
    else this.#problems.set(account, problem);
    this.#changed();
  }

  #count(what: NatsCount): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
    if (this.#options.onCounted) tell(this.#options.onCounted, what);
  }

  #changed(): void {
    tellAll(this.#watchers);
  }
}

/** Runs the job of a key unless it is running or done; a failed one is run again. */
function once<Key>(jobs: Map<Key, Promise<void>>, key: Key, job: () => Promise<void>): Promise<void> {
  const known = jobs.get(key);
  if (known) return known;
  const running = job().catch((cause: unknown) => {
    if (jobs.get(key) === running) jobs.delete(key);
    throw cause;
  });
  jobs.set(key, running);
  return running;
}
