import type { AccountId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { DIAL_DEADLINE_MS, isDialDeclined, isTheirTurn } from '../facts/routes.ts';
import type { ChannelPath } from '../facts/routes.ts';
import type { DialAttempt } from '../facts/view.ts';
import type { Core } from './core.ts';
import { whyOf } from './failure.ts';
import type { Pairs, PairState } from './pairs.ts';
import type { Requests } from './requests.ts';

const LOGGED = 50;
/** The first pause after a dial that failed, doubled for each further one. */
const BACK_OFF_MS = 4_000;
const BACK_OFF_LONGEST_MS = 300_000;
/** How long an offer that meets our own open dial is held. */
const HOLD_MS = 1_000;
/** A channel that ends sooner counts as unstable. */
const LASTING_MS = 10_000;
/** So many unstable channels in a row cause no pause: a reload ends one. */
const FREE_FLAPS = 2;
const REST_MS = 2_000;
const REST_LONGEST_MS = 15_000;
/** After "Peer did not accept connection": how long until the next try where the peer does not turn reachable anew. */
const DECLINED_MS = 600_000;

/** Channels and dials: what is proven about the routes to each peer. */
export class Routes {
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #requests: Requests;
  /** Offers that are being picked up, and whether another one has come meanwhile. */
  readonly #pickingUp = new Map<string, boolean>();

  constructor(core: Core, pairs: Pairs, requests: Requests) {
    this.#core = core;
    this.#pairs = pairs;
    this.#requests = requests;
  }

  /** What was tried to reach the peer, oldest first. */
  attempts(account: AccountId, peer: AccountId): readonly DialAttempt[] {
    return this.#pairs.find(account, peer)?.attempts ?? [];
  }

  /** Dials. One attempt per pair at a time; the duty decides when. */
  async dial(pair: PairState): Promise<void> {
    if (pair.dial || pair.channel) return;
    const { account, peer } = pair;
    const start = this.#core.now();
    const since = this.#core.elapsed();
    const dial = { since, deadline: since + DIAL_DEADLINE_MS };
    pair.dial = dial;
    this.#core.touch(account, peer);
    const answer = await this.#core.backend.dial(account, peer);
    // If the channel came up or the socket closed in the meantime, this dial is settled.
    if (pair.dial !== dial) return;
    this.#core.transact(() => {
      if (answer.ok) return this.up(account, peer);
      const { failure } = answer;
      if (failure.kind === 'refused' && failure.code === 'already-connected') return this.up(account, peer);
      pair.dial = null;
      this.#core.touch(account, peer);
      if (failure.kind === 'not-sent') return;
      const isSilent = failure.kind === 'unanswered';
      pair.failure = { at: this.#core.elapsed(), ...whyOf(failure) };
      const outcome = isSilent ? 'unanswered' : 'failed';
      this.#log(pair, { start, end: this.#core.now(), outcome, ...whyOf(failure) });
      pair.dialFailures += 1;
      const pause = isDialDeclined(pair.failure)
        ? DECLINED_MS
        : this.#core.backOff(pair.dialFailures, BACK_OFF_MS, BACK_OFF_LONGEST_MS);
      pair.nextTry = isTheirTurn(pair.failure) ? null : this.#core.elapsed() + pause;
      if (isTheirTurn(pair.failure)) this.#core.journal.append('outdated', { account });
    });
  }

  /** An offer to connect is picked up, never declined: a decline wedges the pair (protocol.md C4). */
  offered(account: AccountId, peer: AccountId): void {
    const pair = this.#pairs.get(account, peer);
    // Left unanswered, it stays open at the service: after the pause our own dial meets it.
    if (this.#pairs.isPaused(pair)) return;
    const now = this.#core.elapsed();
    // Offers of a peer whose channels keep ending are picked up after a pause.
    const at = Math.max(pair.dial ? now + HOLD_MS : now, pair.restUntil ?? now);
    if (at <= now) return this.#pickUp(pair);
    // An offer that meets our own dial may be one that nobody made: if that dial is declined, it is dropped.
    this.#core.alarm(`offer ${pairKey(account, peer)}`, at, () => {
      if (!pair.channel && !isDialDeclined(pair.failure)) this.#pickUp(pair);
    });
  }

  /** Picks offers up, one at a time. */
  #pickUp(pair: PairState): void {
    const { account, peer } = pair;
    const key = pairKey(account, peer);
    // The service broadcasts offers: the account may be open in another browser, or have been left.
    if (!this.#pairs.isLinked(pair)) return;
    if (this.#pickingUp.has(key)) {
      this.#core.diagnostics.count('coalesced');
      return void this.#pickingUp.set(key, true);
    }
    this.#pickingUp.set(key, false);
    void this.#core.backend.pickUp(account, peer).then(() => {
      const isAsked = this.#pickingUp.get(key);
      this.#pickingUp.delete(key);
      if (isAsked && !pair.channel) this.#pickUp(pair);
    });
  }

  /** A channel is proven to be up, by whatever: a dial of either side, "Already connected", or a message. */
  up(
    account: AccountId,
    peer: AccountId,
    path: ChannelPath | null = null,
    isUpgrading = false,
    by: string | null = null,
  ): void {
    const pair = this.#pairs.get(account, peer);
    // Open elsewhere, or not claimed yet: what comes by broadcast is no channel of ours.
    if (!this.#pairs.isLinked(pair) && !this.#pairs.outlivesLink(pair)) return;
    const now = this.#core.elapsed();
    // Every message proves it again; nothing has changed.
    if (pair.channel && !pair.dial && path === null && this.#pairs.isContact(pair)) return;
    this.#core.transact(() => {
      if (pair.dial) {
        const start = this.#core.timeOf(pair.dial.since);
        this.#log(pair, { start, end: this.#core.now(), outcome: 'connected', reason: null });
      }
      const isNew = pair.channel === null;
      const since = pair.channel?.since ?? now;
      const known = pair.channel;
      pair.channel = path
        ? { since, path, by, isUpgrading }
        : { since, path: known?.path ?? null, by: known?.by ?? null, isUpgrading };
      pair.dial = null;
      pair.failure = null;
      pair.nextTry = null;
      pair.dialFailures = 0;
      pair.reachableSince ??= now;
      this.#requests.prove(account, peer, 'channel');
      this.#core.touch(account, peer);
      if (isNew) this.#core.journal.append('channel', { account, peer });
    });
  }

  /** The service reports the path of a channel. Ignored where there is no channel. */
  pathChanged(
    account: AccountId,
    peer: AccountId,
    path: ChannelPath,
    isUpgrading: boolean,
    by: string | null = null,
  ): void {
    const pair = this.#pairs.find(account, peer);
    if (!pair?.channel) return;
    const { channel } = pair;
    if (channel.path === path && (channel.by ?? null) === by && channel.isUpgrading === isUpgrading) return;
    pair.channel = { ...channel, path, by, isUpgrading };
    this.#core.touch(account, peer);
  }

  /** The channel is down, until something proves it again. */
  down(account: AccountId, peer: AccountId): void {
    const pair = this.#pairs.find(account, peer);
    if (!pair?.channel) return;
    const now = this.#core.elapsed();
    pair.flaps = now - pair.channel.since < LASTING_MS ? pair.flaps + 1 : 0;
    const many = pair.flaps - FREE_FLAPS;
    pair.restUntil = many > 0 ? now + this.#core.backOff(many, REST_MS, REST_LONGEST_MS) : null;
    pair.channel = null;
    pair.downAt = now;
    pair.nextTry = null;
    this.#core.touch(account, peer);
  }

  /** A new socket or a claim: whatever was up or under way has to be proven again, but what goes on without the link. */
  linkLost(account: AccountId): void {
    this.#forget(account, (pair) => !this.#pairs.outlivesLink(pair));
  }

  /** The account's session is no more, or not ours: whatever was up or under way is not either. */
  forgetAll(account: AccountId): void {
    this.#forget(account, () => true);
  }

  #forget(account: AccountId, isOver: (pair: PairState) => boolean): void {
    this.#core.transact(() => {
      for (const pair of this.#pairs.of(account)) {
        const hasLost = pair.channel !== null && isOver(pair);
        if (!hasLost && !pair.dial) continue;
        if (hasLost) pair.channel = null;
        pair.dial = null;
        pair.nextTry = null;
        this.#core.touch(account, pair.peer);
      }
    });
  }

  /** A sign-in: what was given up until then may be tried again. */
  signedIn(account: AccountId): void {
    this.#core.transact(() => {
      for (const pair of this.#pairs.of(account)) {
        if (!isTheirTurn(pair.failure) && !isDialDeclined(pair.failure)) continue;
        pair.failure = null;
        this.#core.touch(account, pair.peer);
      }
    });
  }

  /** Ends the channel on purpose. */
  hangUp(account: AccountId, peer: AccountId): void {
    void this.#core.backend.hangUp(account, peer);
  }

  /** Ends all channels of the account: it is left, or its page is closed. */
  hangUpAll(account: AccountId): void {
    for (const pair of this.#pairs.of(account)) if (pair.channel) this.hangUp(account, pair.peer);
  }

  #log(pair: PairState, attempt: DialAttempt): void {
    pair.attempts = Object.freeze([...pair.attempts.slice(1 - LOGGED), Object.freeze(attempt)]);
  }
}
