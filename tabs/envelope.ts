/** What a tab may say to the others. The kinds and this envelope stay the same in all versions of the library. */
export type Kind =
  /** The leader is alive; tells who is there. */
  | 'beat'
  /** Who leads? The leader beats at once. */
  | 'ask'
  /** This tab is about to take over. */
  | 'claim'
  /** To the leader: this tab follows. */
  | 'hello'
  /** To the leader: shown or hidden. */
  | 'seen'
  /** To the leader: there has been a leader with a higher epoch than yours. */
  | 'stale'
  /** This tab goes, or sleeps. */
  | 'bye'
  /** Heard by its own sender only: a round over the channel. */
  | 'echo'
  /** A message of the group's user. */
  | 'message';

/** What crosses the channel. */
export interface Envelope {
  /** The version of the library that speaks. */
  readonly p2p: number;
  readonly from: string;
  /** null: to all. */
  readonly to: string | null;
  /** The leader's epoch; of another tab, the highest that it knows. */
  readonly epoch: number;
  readonly kind: Kind;
  readonly body: unknown;
}

/**
 * Reads what came over the channel; null for what no tab of any version says. A kind that only another version knows
 * is a sign of life and nothing else.
 */
export function parse(data: unknown): Envelope | null {
  if (typeof data !== 'object' || data === null) return null;
  const { p2p, from, to, epoch, kind } = data as Partial<Envelope>;
  const isWhole =
    isCount(p2p) &&
    typeof from === 'string' &&
    from !== '' &&
    (to === null || typeof to === 'string') &&
    isCount(epoch) &&
    typeof kind === 'string';
  return isWhole ? (data as Envelope) : null;
}

/** Who shares the link, as the leader tells it. */
export interface Beat {
  readonly tabs: readonly string[];
  readonly visible: readonly string[];
}

/** Reads the body of a `beat`. */
export function parseBeat(body: unknown): Beat {
  const { tabs, visible } = (body ?? {}) as { tabs?: unknown; visible?: unknown };
  return { tabs: strings(tabs), visible: strings(visible) };
}

/** How a follower presents itself: `life` is new after every sleep. */
export interface Hello {
  readonly life: number;
  readonly isVisible: boolean;
}

/** Reads the body of a `hello`; null for what is none. */
export function parseHello(body: unknown): Hello | null {
  const { life, isVisible } = (body ?? {}) as { life?: unknown; isVisible?: unknown };
  return isCount(life) ? { life, isVisible: isVisible === true } : null;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Leaves room for the next epoch. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < Number.MAX_SAFE_INTEGER;
}
