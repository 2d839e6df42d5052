import type { RouteName } from './evidence.ts';
import type { WhyCode } from './refusals.ts';

/** How a newer service says that a channel runs. */
export type ChannelPath = 'direct' | 'turn' | 'server_relay';

/** A channel that was proven to be up. */
export interface Channel {
  readonly since: number;
  /** What the service reports about the way; null where it reports nothing. */
  readonly path: ChannelPath | null;
  /** The name of whoever relays, as the backend gives it; absent or null where nobody does, or it has no name. */
  readonly by?: string | null;
  /** The service is still trying for a better way. */
  readonly isUpgrading: boolean;
}

/** A dial that failed. */
export interface DialFailure {
  readonly at: number;
  /** The raw text of whoever said so; null where nobody said anything. */
  readonly reason: string | null;
  /** What it means. */
  readonly code: WhyCode;
}

/** Whether the other side declined the dial: the next one by itself is made much later. */
export function isDialDeclined(failure: DialFailure | null): boolean {
  return failure?.code === 'dial-declined';
}

/** Whether the other side has to connect first: none is made by itself. */
export function isTheirTurn(failure: DialFailure | null): boolean {
  return failure?.code === 'target-pair-not-found';
}

/** What is known about the ways to one peer. Times in milliseconds since the epoch, our clock. */
export interface PathFacts {
  /** Both accounts are held by this browser. */
  readonly isLocal: boolean;
  readonly channel: Channel | null;
  /** The dial that is open, if one is. */
  readonly dial: { readonly since: number; readonly deadline: number } | null;
  readonly failure: DialFailure | null;
  /** When the next dial is planned, or null. */
  readonly nextTry: number | null;
}

/** Who relays: the service's own server, a TURN server, or the relay that was plugged in. */
export type Relayer = 'server' | 'turn' | 'relay';

/**
 * How messages to a peer travel, as far as it is proven. `unknown-but-up`: a channel without any report about how.
 * Nothing here is inferred from relation or presence.
 */
export type Path =
  | { readonly kind: 'none' }
  | { readonly kind: 'connecting'; readonly since: number; readonly deadline: number }
  | { readonly kind: 'direct' }
  | {
      readonly kind: 'relayed';
      readonly by: Relayer;
      /** Its name, as the backend or the page gives it; absent or null: it has none. */
      readonly name?: string | null;
    }
  | { readonly kind: 'loopback' }
  | { readonly kind: 'unknown-but-up' }
  | {
      readonly kind: 'failed';
      /** What the failure means; absent where it is not known. */
      readonly code?: WhyCode;
      /** The raw text of whoever said so; null where nobody said anything. */
      readonly reason: string | null;
      readonly nextTry: number | null;
    };

/** The path of the channel itself, without any relay of ours. */
export function pathOf({ isLocal, channel, dial, failure, nextTry }: PathFacts): Path {
  if (isLocal) return { kind: 'loopback' };
  if (channel) {
    if (channel.path === 'direct') return { kind: 'direct' };
    const name = channel.by ?? null;
    if (channel.path === 'turn') return { kind: 'relayed', by: 'turn', name };
    if (channel.path === 'server_relay') return { kind: 'relayed', by: 'server', name };
    return { kind: 'unknown-but-up' };
  }
  if (dial) return { kind: 'connecting', since: dial.since, deadline: dial.deadline };
  if (failure) return { kind: 'failed', code: failure.code, reason: failure.reason, nextTry };
  return { kind: 'none' };
}

/** Which routes a person allows. */
export type RoutePolicy = 'prefer-direct' | 'direct-only' | 'relay-only';

/** What a route is decided from. */
export interface RouteFacts {
  readonly isLocal: boolean;
  /** Our account is signed in on a link that is up. */
  readonly isLinked: boolean;
  /** Our account is not signed in here, and no link alone will change that: a person has to. */
  readonly isSignedOut?: boolean;
  readonly isContact: boolean;
  /** The person paused this contact. */
  readonly isPaused: boolean;
  /** The contact was gone: nothing leaves until a person confirms. */
  readonly needsConfirmation: boolean;
  readonly hasChannel: boolean;
  /** A channel that is up goes on without the link. */
  readonly outlivesLink?: boolean;
  readonly isDialling: boolean;
  readonly peer: 'online' | 'reachable' | 'offline' | 'unknown';
  readonly relay: {
    readonly isUp: boolean;
    /** The peer's key has changed, and nothing is sealed to the new one until a person has accepted it. */
    readonly isBlocked?: boolean;
  } | null;
  /** The other side has to connect first. */
  readonly isTheirTurn: boolean;
}

/** Why a message waits. */
export type WaitReason =
  | 'link-down'
  /** The account was signed out by the service, or is open elsewhere: a person has to sign it in here again. */
  | 'signed-out'
  | 'not-a-contact'
  | 'paused'
  | 'held'
  | 'peer-offline'
  | 'connecting'
  | 'their-turn'
  | 'relay-down'
  | 'key-changed'
  /** This device could not save it yet: it is durable before it leaves. */
  | 'not-stored'
  | 'no-path';

/** Why a route was chosen: of a relay, because there is no channel, or because their page is closed. */
export type RouteReason = 'both-here' | 'channel-up' | 'no-channel' | 'page-closed';

/** The decision, and why it is this one. */
export type RouteDecision =
  | { readonly route: RouteName; readonly reason: RouteReason }
  | { readonly route: 'none'; readonly reason: WaitReason };

/** Which way the next message goes (delivery.md 5). Pure. */
export function decideRoute(facts: RouteFacts, policy: RoutePolicy = 'prefer-direct'): RouteDecision {
  const wait = (reason: WaitReason): RouteDecision => ({ route: 'none', reason });
  const unlinked = wait(facts.isSignedOut ? 'signed-out' : 'link-down');
  if (facts.isPaused) return wait('paused');
  if (facts.needsConfirmation) return wait('held');
  if (!facts.isContact) return facts.isLinked ? wait('not-a-contact') : unlinked;
  if (facts.isLocal) return { route: 'loopback', reason: 'both-here' };
  // Nothing goes out in its name, by whatever way: it may be somebody else's by now.
  if (facts.isSignedOut && !facts.isLinked) return unlinked;
  const usable = policy === 'direct-only' || !facts.relay?.isUp ? null : facts.relay;
  const relay = usable?.isBlocked ? null : usable;
  const isUsable = facts.isLinked || facts.outlivesLink === true;
  const channel = facts.hasChannel && isUsable && policy !== 'relay-only';
  // A relay stores; the service drops what arrives while their page is closed.
  if (channel && (facts.peer === 'online' || !relay)) return { route: 'channel', reason: 'channel-up' };
  if (relay) return { route: 'relay', reason: channel ? 'page-closed' : 'no-channel' };
  if (usable) return wait('key-changed');
  if (policy === 'relay-only') return wait('relay-down');
  if (!facts.isLinked) return unlinked;
  if (facts.isDialling) return wait('connecting');
  if (facts.isTheirTurn) return wait('their-turn');
  return wait(facts.peer === 'offline' ? 'peer-offline' : 'no-path');
}

/** Who dials at once and who waits for the other's dial: the later id gives the earlier one this long. */
export const HIGHER_WAITS_MS = 5_000;
/** Our own wait for a dial: the service says no at 30 s and may still succeed later. */
export const DIAL_DEADLINE_MS = 75_000;
