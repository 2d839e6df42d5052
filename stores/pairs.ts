import type { AccountId } from '../facts/ids.ts';

import { presenceOf } from '../facts/presence.ts';
import type { Presence } from '../facts/presence.ts';
import { ACCEPTING_MS, newestAt, requestView } from '../facts/requests.ts';
import type { RequestFact, RequestView } from '../facts/requests.ts';
import type { Channel, DialFailure, RouteFacts } from '../facts/routes.ts';
import { decideRoute, isTheirTurn, pathOf } from '../facts/routes.ts';
import type { Path, RouteDecision } from '../facts/routes.ts';
import type { DialAttempt } from '../facts/view.ts';
import type { Core } from './core.ts';
import type { Sessions } from './sessions.ts';
import type { SettingsStore } from './settings.ts';

/**
 * What is known of one peer by one of our accounts. Each field has one writing store. Moments are
 * those of `Core.elapsed`, but for the facts and the log of dials, which are stored or shown.
 */
export interface PairState {
  readonly account: AccountId;
  readonly peer: AccountId;
  /** peers */
  name: string | null;
  username: string | null;
  listed: { isOnline: boolean; at: number } | null;
  heardAt: number | null;
  note: string | null;
  /** Since when the peer has been reachable or online, as far as we saw. */
  reachableSince: number | null;
  typingAt: number | null;
  /** requests */
  requestFacts: readonly RequestFact[];
  /** routes */
  channel: Channel | null;
  /** When the channel was last found to be down. */
  downAt: number | null;
  dial: { since: number; deadline: number } | null;
  failure: DialFailure | null;
  dialFailures: number;
  nextTry: number | null;
  /** How many channels in a row have ended as soon as they were up. */
  flaps: number;
  /** Until then no channel is tried, nor an offer picked up. */
  restUntil: number | null;
  attempts: readonly DialAttempt[];
}

/** What is known of a pair: what is not named is as it is of somebody of whom nothing is known. */
export type KnownOfPair = Pick<PairState, 'account' | 'peer'> & Readonly<Partial<PairState>>;

/** What is known of a pair, without what is known of nobody. */
export function knownOf(pair: Readonly<PairState>): KnownOfPair {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(pair))
    if (value !== UNKNOWN[name as keyof PairState] && !(Array.isArray(value) && value.length === 0))
      known[name] = value;
  return known as unknown as KnownOfPair;
}

/** All pairs of this browser, and what follows from one of them. */
export class Pairs {
  readonly #core: Core;
  readonly #sessions: Sessions;
  readonly #settings: SettingsStore;
  readonly #byAccount = new Map<AccountId, Map<AccountId, PairState>>();
  readonly #requests = new WeakMap<readonly RequestFact[], RequestView>();

  constructor(core: Core, sessions: Sessions, settings: SettingsStore) {
    this.#core = core;
    this.#sessions = sessions;
    this.#settings = settings;
  }

  /** The pair, created where it is not known yet. */
  get(account: AccountId, peer: AccountId): PairState {
    return this.find(account, peer) ?? this.#add(emptyPair(account, peer));
  }

  #add(pair: PairState): PairState {
    const pairs = this.#byAccount.get(pair.account) ?? new Map<AccountId, PairState>();
    this.#byAccount.set(pair.account, pairs);
    pairs.set(pair.peer, pair);
    return pair;
  }

  /** The pair, for reading: an empty one where it is not known. Creates nothing. */
  peek(account: AccountId, peer: AccountId): Readonly<PairState> {
    return this.find(account, peer) ?? emptyPair(account, peer);
  }

  /** Takes everything that the tab that leads knows of a pair. */
  mirror(known: KnownOfPair): PairState {
    const { account, peer } = known;
    const pair = this.find(account, peer);
    // Most are new here: the record is made once, and not filled a second time.
    if (pair) return Object.assign(pair, emptyPair(account, peer), known);
    return this.#add({ ...emptyPair(account, peer), ...known });
  }

  find(account: AccountId, peer: AccountId): PairState | undefined {
    return this.#byAccount.get(account)?.get(peer);
  }

  of(account: AccountId): Iterable<PairState> {
    return this.#byAccount.get(account)?.values() ?? [];
  }

  forget(account: AccountId): void {
    this.#byAccount.delete(account);
  }

  /** Both accounts are held by this browser. */
  isLocal({ account, peer }: Readonly<PairState>): boolean {
    return this.#sessions.has(account) && this.#sessions.has(peer);
  }

  /** The account is signed in on a link that is up: only then may anything be done in its name. */
  isLinked({ account }: Readonly<PairState>): boolean {
    return this.#sessions.isLinked(account);
  }

  /**
   * Its channel goes on without the link. Not that of an account which is not signed in here until a person says so:
   * it may be somebody else's by now.
   */
  outlivesLink({ account }: Readonly<PairState>): boolean {
    return this.#core.backend.capabilities.channelsOutliveLink && !this.#sessions.isSignedOut(account);
  }

  /** The person has paused this contact. */
  isPaused({ account, peer }: Readonly<PairState>): boolean {
    return this.#settings.isPaused(account, peer);
  }

  /** Whether the account's person lets others know what was read. */
  tellsReads(account: AccountId): boolean {
    return this.#settings.of(account).readReceipts;
  }

  /** Where the request of a pair stands. Worked out once for each set of facts: most pairs change in other ways. */
  request(pair: Readonly<PairState>): RequestView {
    const { requestFacts: facts } = pair;
    const known = this.#requests.get(facts);
    if (known) return known;
    const view = requestView(facts, this.#core.now());
    if (view.state !== 'accepting' && view.state !== 'accepted') {
      this.#requests.set(facts, view);
      return view;
    }
    // Only these two differ by time, and the time of day may have been set since.
    const passed = this.#core.elapsed() - this.wishedAt(pair, view);
    return { ...view, state: passed < ACCEPTING_MS ? 'accepting' : 'accepted' };
  }

  /** When the own wish began (`Core.elapsed`), as far as there is one. */
  wishedAt({ requestFacts }: Readonly<PairState>, { since }: RequestView): number {
    const first = requestFacts.find((fact) => fact.type === 'asked' && fact.at === since);
    return first ? this.#core.instant(first) : -Infinity;
  }

  /** When the newest fact of a type was noted (`Core.elapsed`); minus infinity where there is none. */
  newest({ requestFacts }: Readonly<PairState>, type: RequestFact['type']): number {
    const at = newestAt(requestFacts, type);
    const newest = requestFacts.find((fact) => fact.type === type && fact.at === at);
    return newest ? this.#core.instant(newest) : -Infinity;
  }

  isContact(pair: Readonly<PairState>): boolean {
    return this.request(pair).state === 'contact';
  }

  presence(pair: Readonly<PairState>): Presence {
    const facts = {
      heardAt: pair.heardAt,
      listed: pair.listed,
      isLocal: this.isLocal(pair),
      isLinked: this.isLinked(pair),
      hasChannel: pair.channel !== null,
      outlivesLink: this.outlivesLink(pair),
    };
    return presenceOf(facts, this.#core.elapsed());
  }

  /** The state of the channel itself, whatever way messages take meanwhile. */
  channelPath(pair: Readonly<PairState>): Path {
    if (this.isPaused(pair)) return { kind: 'none' };
    const { dial, nextTry } = pair;
    return pathOf({
      ...pair,
      isLocal: this.isLocal(pair),
      dial: dial && { since: this.#core.timeOf(dial.since), deadline: this.#core.timeOf(dial.deadline) },
      nextTry: nextTry === null ? null : this.#core.timeOf(nextTry),
    });
  }

  /** The way that the next message takes; where there is none, the state of the channel. */
  path(pair: Readonly<PairState>): Path {
    const { relay } = this.#core;
    if (relay && this.route(pair).route === 'relay')
      return { kind: 'relayed', by: 'relay', name: relay.name };
    return this.channelPath(pair);
  }

  /** By which route anything goes. */
  route(pair: Readonly<PairState>): RouteDecision {
    const request = this.request(pair);
    const { relay } = this.#core;
    const { policy } = this.#settings.of(pair.account);
    const { account, peer, channel } = pair;
    const isRelayed = channel?.path === 'turn' || channel?.path === 'server_relay';
    const facts: RouteFacts = {
      isLocal: this.isLocal(pair),
      isLinked: this.isLinked(pair),
      isSignedOut: this.#sessions.isSignedOut(account),
      isContact: request.state === 'contact',
      isPaused: this.isPaused(pair),
      needsConfirmation: request.needsConfirmation,
      // With `direct-only`, a channel that the service reports as relayed does not count.
      hasChannel: channel !== null && !(isRelayed && policy === 'direct-only'),
      outlivesLink: this.outlivesLink(pair),
      isDialling: pair.dial !== null,
      peer: this.presence(pair),
      relay: relay && {
        isUp: relay.isUp,
        isBlocked: relay.keys?.trust(account, peer).state === 'changed',
      },
      isTheirTurn: isTheirTurn(pair.failure),
    };
    return decideRoute(facts, policy);
  }
}

/** One for all: what is derived from it is kept once. */
const NO_FACTS: readonly RequestFact[] = [];

function emptyPair(account: AccountId, peer: AccountId): PairState {
  return {
    account,
    peer,
    name: null,
    username: null,
    listed: null,
    heardAt: null,
    note: null,
    reachableSince: null,
    typingAt: null,
    requestFacts: NO_FACTS,
    channel: null,
    downAt: null,
    dial: null,
    failure: null,
    dialFailures: 0,
    nextTry: null,
    flaps: 0,
    restUntil: null,
    attempts: [],
  };
}

const UNKNOWN = emptyPair('' as AccountId, '' as AccountId);
