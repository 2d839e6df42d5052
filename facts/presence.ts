/** What is known of a peer being there (delivery.md 4). Never inferred from the relation. */
export type Presence = 'online' | 'reachable' | 'offline' | 'unknown';

/** The evidence for a peer's presence. Times in milliseconds, all of one clock that nobody sets. */
export interface PresenceFacts {
  /** Their account is signed in by this very page: nothing needs to be heard over a network. */
  readonly isLocal: boolean;
  /** Our own link to the service is up and our account is signed in; without it only a channel tells anything. */
  readonly isLinked: boolean;
  /** When their *page* last spoke to us: a message, receipt, sync, typing or presence. */
  readonly heardAt: number | null;
  /** What the newest list said of their *service*, and when; null where no list has said anything. */
  readonly listed: { readonly isOnline: boolean; readonly at: number } | null;
  /** Whether a channel to them is up. */
  readonly hasChannel: boolean;
  /** Whether that channel goes on without the link. */
  readonly outlivesLink?: boolean;
}

/** How long a word from their page proves that it is there. A visible page speaks every 45 s. */
export const HEARD_MS = 90_000;
/** How long a list's answer is worth something: two of the slowest reads missed. */
export const LISTED_MS = 150_000;

/** The presence of a peer at the time `now`. */
export function presenceOf(facts: PresenceFacts, now: number): Presence {
  if (facts.isLocal) return 'online';
  if (!facts.isLinked && !(facts.hasChannel && facts.outlivesLink)) return 'unknown';
  if (facts.heardAt !== null && now - facts.heardAt < HEARD_MS) return 'online';
  if (facts.hasChannel) return 'reachable';
  if (facts.listed === null || now - facts.listed.at >= LISTED_MS) return 'unknown';
  return facts.listed.isOnline ? 'reachable' : 'offline';
}
