import type { NewFact } from '../facts/evidence.ts';
import type { AccountId, RequestId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { compactRequest, countPending } from '../facts/requests.ts';
import type { ProofSource, RequestFact } from '../facts/requests.ts';
import { visibleName } from '../facts/outside.ts';
import type { Cell } from '../facts/view.ts';
import type { Failure } from '../ports/backend.ts';
import type { StoredRequest } from '../ports/storage.ts';
import { KeyedCells } from './cells.ts';
import type { Core } from './core.ts';
import type { Pairs, PairState } from './pairs.ts';
import { SortedIds } from './sorted-ids.ts';

/** After this long without an answer to an ask, the list of contacts is looked at. */
const LOOK_MS = 5_000;
/** The most requests that wait for an answer; later ones are counted and dropped. */
const MAX_ASKING = 500;
/** A second announcement within this time is the same request. */
const ASKED_AGAIN_MS = 1_000;

/** Requests to connect. States are derived from stored facts. */
export class Requests {
  readonly #core: Core;
  readonly #pairs: Pairs;
  /** Whose requests wait for an answer, in the order in which they came. */
  readonly #asking = new Map<AccountId, SortedIds<AccountId, number>>();
  readonly #shown = new Map<AccountId, number>();
  readonly #counts = new KeyedCells<AccountId, number>((account) => this.#count(account));

  constructor(core: Core, pairs: Pairs) {
    this.#core = core;
    this.#pairs = pairs;
  }

  /** How many people ask to connect with this account: the badge. Derived from the facts, never counted up. */
  pendingCount(account: AccountId): Cell<number> {
    return this.#counts.cell(account).face;
  }

  /** Whose requests wait for an answer: theirs to us, and ours to theirs that they have not met yet. */
  asking(account: AccountId): SortedIds<AccountId, number> {
    const asking = this.#asking.get(account) ?? new SortedIds<AccountId, number>();
    this.#asking.set(account, asking);
    return asking;
  }

  forget(account: AccountId): void {
    this.asking(account).clear();
    this.#recount(account);
  }

  restore(stored: StoredRequest): void {
    const pair = this.#pairs.get(stored.account, stored.peer);
    // What is in memory is newer.
    if (pair.requestFacts.length === 0) pair.requestFacts = stored.facts;
    pair.name ??= visibleName(stored.name);
    pair.username ??= visibleName(stored.username);
    this.#derive(pair);
  }

  /** Asks for contact. Does nothing while an own request is open, so a second click sends nothing. */
  ask(account: AccountId, peer: AccountId): void {
    const pair = this.#pairs.get(account, peer);
    const { state, openAsk } = this.#pairs.request(pair);
    if (state === 'contact' || openAsk) return;
    this.repeat(pair);
  }

  /** Accepts their ask by asking back (protocol.md C3). */
  accept(account: AccountId, peer: AccountId): void {
    if (this.#pairs.request(this.#pairs.peek(account, peer)).state === 'pending') this.ask(account, peer);
  }

  /** Declines their ask; drawn at once, told to the service as soon as it can be. */
  decline(account: AccountId, peer: AccountId): void {
    const pair = this.#pairs.find(account, peer);
    if (!pair) return;
    if (this.#pairs.request(pair).state !== 'pending') return;
    const requestId = this.#core.requestId();
    this.#add(pair, { type: 'declined', requestId });
    this.sendDecline(pair, requestId);
  }

  /** Withdraws the own request: nothing more is sent. A late yes may still make a contact. */
  withdraw(account: AccountId, peer: AccountId): void {
    const pair = this.#pairs.find(account, peer);
    if (!pair) return;
    if (this.#pairs.request(pair).openAsk) this.#add(pair, { type: 'withdrew' });
  }

  /**
   * The person confirms that the holder of the name is the one they mean, so waiting messages may go. For a contact that was
   * gone from the list; elsewhere it does nothing.
   */
  confirm(account: AccountId, peer: AccountId): void {
    const pair = this.#pairs.find(account, peer);
    if (!pair) return;
    if (this.#pairs.request(pair).needsConfirmation) this.#add(pair, { type: 'confirmed' });
  }

  /** Sends a request, the first time or again. Used by the commands above and by the duty that repeats. */
  repeat(pair: PairState): void {
    const { account, peer } = pair;
    const requestId = this.#core.requestId();
    this.#add(pair, { type: 'asked', requestId });
    const lookAt = this.#core.elapsed() + LOOK_MS;
    this.#core.alarm(`look ${pairKey(account, peer)}`, lookAt, () => this.#outdated(account));
    void this.#core.backend.ask(account, peer, { requestId }).then((answer) => {
      if (answer.ok) return this.#outdated(account); // the proof itself came as an event
      this.refused(account, peer, requestId, answer.failure);
    });
  }

  /** Tells the service of a decline. Used by `decline` and by the duty that repeats it. */
  sendDecline(pair: PairState, requestId: RequestId): void {
    const { account, peer } = pair;
    void this.#core.backend.decline(account, peer, { requestId: this.#core.requestId() }).then((answer) => {
      // Any answer settles it, "No pending registration" too. It proves nothing.
      if (answer.ok || answer.failure.kind === 'refused')
        this.#add(pair, { type: 'decline-answered', requestId });
    });
  }

  /** The request was not accepted. Silence is not a refusal: the request stays open and is repeated. */
  refused(account: AccountId, peer: AccountId, requestId: RequestId, failure: Failure): void {
    if (failure.kind === 'unanswered') return;
    this.#outdated(account);
    if (failure.kind === 'refused' && failure.code === 'already-registered') return;
    const { code, reason } = failure;
    this.#add(this.#pairs.get(account, peer), { type: 'refused', requestId, code, reason });
  }

  /** Their request arrived. A repeat within a second is ignored. */
  received(account: AccountId, peer: AccountId, username: string | null): void {
    const { diagnostics } = this.#core;
    const known = this.#pairs.find(account, peer);
    const state = known ? this.#pairs.request(known).state : 'none';
    // The sender asks again by itself, once there is room.
    if (state === 'none' && this.asking(account).cell.peek().length >= MAX_ASKING)
      return diagnostics.count('too-many-requests');
    const isSame =
      state !== 'none' &&
      this.#core.elapsed() - this.#pairs.newest(known!, 'wanted-by-them') < ASKED_AGAIN_MS;
    if (isSame) return diagnostics.count('coalesced');
    const pair = this.#pairs.get(account, peer);
    if (username) pair.username = username;
    if (this.#pairs.isContact(pair)) this.#outdated(account);
    this.#add(pair, { type: 'wanted-by-them' });
  }

  /** Something proves that the two are in contact. */
  prove(account: AccountId, peer: AccountId, by: ProofSource): void {
    const pair = this.#pairs.get(account, peer);
    if (!this.#pairs.isContact(pair)) this.#add(pair, { type: 'proven', by });
  }

  /** The pair is missing from a list that was asked for at `askedAt` (`Core.elapsed`). */
  missing(pair: PairState, askedAt: number): void {
    const isOlder = this.#pairs.newest(pair, 'proven') < askedAt;
    if (isOlder && this.#pairs.isContact(pair)) this.#add(pair, { type: 'gone' });
  }

  /** Stores the record: its facts, and the names by which the person is known. */
  save(pair: PairState): void {
    const { account, peer, name, username, requestFacts: facts } = pair;
    void this.#core.writer.put({ put: 'request', value: { account, peer, name, username, facts } });
  }

  #outdated(account: AccountId): void {
    this.#core.journal.append('outdated', { account });
  }

  #add(pair: PairState, fact: NewFact<RequestFact>): void {
    this.#core.transact(() => {
      // Times in a record are unique, so that their order is defined.
      const last = pair.requestFacts.reduce((at, known) => Math.max(at, known.at), -1);
      const at = Math.max(this.#core.now(), last + 1);
      const timed = { ...fact, at } as RequestFact;
      this.#core.instant(timed);
      pair.requestFacts = compactRequest([...pair.requestFacts, timed]);
      this.#derive(pair);
      this.save(pair);
      this.#core.touch(pair.account, pair.peer);
    });
  }

  #derive(pair: PairState): void {
    const { account, peer } = pair;
    const { state, since } = this.#pairs.request(pair);
    const isAsking = state === 'pending' || state === 'accepting' || state === 'accepted';
    const asking = this.asking(account);
    // Of thousands of contacts, hardly anybody asks.
    if (!isAsking && !asking.has(peer)) return;
    asking.place(peer, isAsking ? (since ?? 0) : null);
    this.#recount(account);
  }

  #recount(account: AccountId): void {
    const count = this.#count(account);
    if (count === this.#shown.get(account)) return;
    this.#shown.set(account, count);
    this.#counts.changed(account);
  }

  #count(account: AccountId): number {
    const records = this.asking(account)
      .cell.peek()
      .map((peer) => this.#pairs.get(account, peer).requestFacts);
    return countPending(records, this.#core.now());
  }
}
