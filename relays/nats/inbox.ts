import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { AccountId } from '../../facts/ids.ts';
import type { Why } from '../../facts/refusals.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RelayEnvelope } from '../../ports/relay.ts';
import { ACKNOWLEDGE_WITHIN_MS, isSubjectToken } from './connection.ts';
import type { Connection } from './connection.ts';
import type { NatsCount } from './counts.ts';
import { open, parseEnvelope } from './envelope.ts';
import type { SealedEnvelope } from './envelope.ts';
import type { KeyStore } from './key-store.ts';
import { publicKey, sameBytes } from './key.ts';
import type { PublicKey } from './key.ts';
import type { Link } from './link.ts';
import { Refusal, refusalOf } from './refusals.ts';
import type { Own, TrustBook } from './trust.ts';
import type { Waits } from './waits.ts';

const OFFER_AGAIN_MS = 1_000;
const OFFER_AGAIN_LONGEST_MS = 60_000;
const TRY_AGAIN_MS = 500;
const TRY_AGAIN_LONGEST_MS = 30_000;
/** The tolerated difference between the clocks of servers, senders and this device. */
const SLACK_MS = 86_400_000;
/** After how many openings old ones are forgotten, besides once at the start. */
const FORGET_EVERY = 1_000;
/** How much is held per peer until the person decides. */
const HOLD_LIMIT = { envelopes: 1_000, bytes: 16_000_000 };

export interface InboxOptions {
  readonly account: AccountId;
  readonly receive: (envelope: RelayEnvelope) => Promise<void>;
  readonly link: Link;
  readonly book: TrustBook;
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly waits: Waits;
  /** How long the server keeps unfetched messages, in milliseconds. */
  readonly retention: number;
  readonly count: (what: NatsCount) => void;
  /** Makes sure that our own key is published. */
  readonly introduce: (connection: Connection, account: AccountId) => Promise<void>;
  /** Looks up the peer's published key now. */
  readonly lookUp: (connection: Connection, peer: AccountId) => Promise<PublicKey | null>;
  /** Why nothing can be fetched, for developers; null once it can. */
  readonly problem: (why: Why | null) => void;
}

/** The outcome of an envelope at the server: acknowledged, or given back and offered again. */
type Fate = 'done' | 'again';

/** One account's envelopes: fetched, opened, handed over, acknowledged; one at a time, in order. */
export class Inbox {
  readonly #options: InboxOptions;
  #messages: ConsumerMessages | null = null;
  /** What is being handed over: neither acknowledged nor given back yet. */
  #inHand: JsMsg | null = null;
  /** The end of the queue: fetched and held envelopes are never handed over side by side. */
  #turn: Promise<unknown> = Promise.resolve();
  #openings = 0;
  /** Whether something may be held; only then is the store read. */
  #mayHold = true;
  #isStopped = false;

  constructor(options: InboxOptions) {
    this.#options = options;
    void this.#run();
  }

  /** Ends it. What is being handed over is acknowledged if it is received. */
  stop(): void {
    this.#isStopped = true;
    this.#options.waits.end();
    this.#messages?.stop();
  }

  /**
   * Ends it while the connection is open: an envelope being handed over is given back, so that the next page does not
   * have to wait for the server's time-out. If it is received all the same, it is recognised when it comes again.
   */
  abandon(): void {
    this.stop();
    if (this.#inHand) giveBack(this.#inHand);
  }

  /** Hands over what was held of peers whose key is trusted now, before anything newer. */
  handOverHeld(): Promise<void> {
    return this.#inTurn(() => this.#handOverHeld());
  }

  async #run(): Promise<void> {
    const { account, link, book, waits, introduce, problem } = this.#options;
    for (let attempt = 1; !this.#isStopped; attempt += 1) {
      try {
        const own = await book.ready(account).catch((cause: unknown) => {
          throw new Refusal('keys-unread', cause);
        });
        await this.#forget();
        await this.handOverHeld();
        const connection = await link.next();
        if (!connection || this.#isStopped) return;
        await introduce(connection, account);
        const messages = await connection.envelopesFor(account);
        this.#messages = messages;
        if (this.#isStopped) return messages.stop();
        problem(null);
        for await (const message of messages) {
          attempt = 0;
          await this.#inTurn(() => this.#take(message, own, connection));
        }
      } catch (error) {
        // Errors of a lost connection are ignored, since the link reports it.
        if (link.current) problem(refusalOf(error));
      }
      this.#messages = null;
      if (!this.#isStopped)
        await waits.pause(waits.backOff(Math.max(attempt, 1), TRY_AGAIN_MS, TRY_AGAIN_LONGEST_MS));
    }
  }

  #inTurn(job: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(job);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #take(message: JsMsg, own: Own, connection: Connection): Promise<void> {
    const { clock, count, waits } = this.#options;
    if (this.#isStopped) return giveBack(message);
    this.#inHand = message;
    // Storing may take longer than the server waits: a progress message keeps the envelope ours.
    const live = (): void => {
      if (this.#isStopped) return;
      message.working();
      handle = clock.setTimeout(live, ACKNOWLEDGE_WITHIN_MS / 3);
    };
    let handle = clock.setTimeout(live, ACKNOWLEDGE_WITHIN_MS / 3);
    let fate: Fate;
    try {
      fate = await this.#read(message, own, connection);
    } catch {
      // This device or the server failed: the outcome is unknown, and nothing is dropped.
      count('offered-again');
      fate = 'again';
    } finally {
      this.#inHand = null;
      clock.clearTimeout(handle);
    }
    if (fate === 'done') return message.ack();
    const delay = waits.backOff(message.info.deliveryCount, OFFER_AGAIN_MS, OFFER_AGAIN_LONGEST_MS);
    giveBack(message, delay);
  }

  async #read({ subject, data }: JsMsg, own: Own, connection: Connection): Promise<Fate> {
    const { account, book, store, clock, count, lookUp } = this.#options;
    const from = subject.split('.').at(-1);
    const envelope = parseEnvelope(data);
    if (typeof envelope === 'string') return this.#drop(envelope);
    const sender = await publicKey(envelope.sender);
    if (!isSubjectToken(from) || !sender) return this.#drop('malformed');
    if (!sameBytes(envelope.mark, own.key.mark)) return this.#drop('not-for-this-key');
    if (book.peer(account, from)?.pinned.text !== sender.text) {
      // Only a key published by the author's own account may count as a first or a changed key.
      if (book.peer(account, from)?.offered?.text !== sender.text) {
        const published = await lookUp(connection, from);
        if (published?.text !== sender.text) return this.#drop('forged');
        await book.published(account, from, published);
      }
      if (book.peer(account, from)?.pinned.text !== sender.text) {
        const held = { peer: from, bytes: new Uint8Array(data), heldAt: clock.now() };
        this.#mayHold = true;
        const isHeld = await this.#stored(store.hold(account, held, HOLD_LIMIT));
        return this.#drop(isHeld ? 'held' : 'held-overflow');
      }
    }
    // The person may have accepted the key meanwhile: held envelopes come first.
    if (this.#mayHold) await this.#handOverHeld();
    const opened = await this.#open(envelope, from, own, sender);
    if (!opened) return 'done';
    try {
      await this.#options.receive(opened.envelope);
    } catch {
      count('offered-again');
      return 'again';
    }
    await opened.remember();
    return 'done';
  }

  /** Opens an envelope from the pinned key; null, and counted, if it must not be handed over. */
  async #open(
    envelope: SealedEnvelope,
    from: AccountId,
    own: Own,
    sender: PublicKey,
  ): Promise<{ envelope: RelayEnvelope; remember: () => Promise<void> } | null> {
    const { account, store, clock, count } = this.#options;
    const { id } = envelope;
    const opened = await open(envelope, { from, to: account }, own.keys, sender);
    if (!opened) {
      count('forged');
      return null;
    }
    const { sealedAt, body } = opened;
    const opening = { id, sender: sender.text, sealedAt };
    if (await this.#stored(store.wasOpened(account, opening))) {
      count('repeated');
      return null;
    }
    return {
      envelope: { id, from, to: account, body },
      remember: async () => {
        this.#openings += 1;
        // It is received: a device that cannot record that must not make the server offer it for ever. If it comes
        // again, the recipient de-duplicates messages by their own id.
        await this.#stored(store.remember(account, { ...opening, openedAt: clock.now() })).catch(
          () => undefined,
        );
        if (this.#openings % FORGET_EVERY === 0) await this.#forget();
      },
    };
  }

  async #handOverHeld(): Promise<void> {
    const { account, book, store, count, waits, receive } = this.#options;
    const own = await book.ready(account);
    const held = await this.#stored(store.held(account));
    this.#mayHold = held.length > 0;
    for (const { place, peer, bytes } of held) {
      // An invalid stored envelope does not block later ones.
      if (!((bytes as unknown) instanceof Uint8Array)) continue;
      const envelope = parseEnvelope(bytes);
      const known = book.peer(account, peer);
      // Not from the trusted key (yet): it stays until it is, or until it is too old.
      if (typeof envelope === 'string' || !known || known.offered) continue;
      if (!sameBytes(envelope.sender, known.pinned.raw)) continue;
      const opened = await this.#open(envelope, peer, own, known.pinned);
      for (let attempt = 1; opened; attempt += 1) {
        if (this.#isStopped) return;
        try {
          await receive(opened.envelope);
          await opened.remember();
          break;
        } catch {
          count('offered-again');
          await waits.pause(waits.backOff(attempt, OFFER_AGAIN_MS, OFFER_AGAIN_LONGEST_MS));
        }
      }
      await this.#stored(store.release(account, place));
    }
  }

  /** Forgets what the server cannot have any more. */
  async #forget(): Promise<void> {
    const { account, store, clock, retention } = this.#options;
    const time = clock.now() - retention - 2 * SLACK_MS;
    try {
      await store.forget(account, time, SLACK_MS);
      for (const { place, heldAt } of await store.held(account))
        if (heldAt < time) await store.release(account, place);
    } catch {
      this.#options.count('storage-failed');
    }
  }

  #drop(what: NatsCount): Fate {
    this.#options.count(what);
    return 'done';
  }

  async #stored<Result>(job: Promise<Result>): Promise<Result> {
    try {
      return await job;
    } catch (cause) {
      this.#options.count('storage-failed');
      throw cause;
    }
  }
}

/** Gives a message back, to be offered again after `delay` milliseconds. */
function giveBack(message: JsMsg, delay = 0): void {
  try {
    message.nak(delay);
  } catch {
    // The connection is lost: without an acknowledgement the server offers it again by itself.
  }
}
