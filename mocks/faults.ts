import { decode, type Frame } from './wire.ts';
import { parseJson, writeJson } from '../protocol/json.ts';
import type { Random } from '../ports/random.ts';

/** `in`: towards the service. `out`: towards the page. */
export type Direction = 'in' | 'out';

/** A fault of frames, and which frames it affects. */
export interface Fault {
  readonly kind:
    /** The frame is lost. */
    | 'drop'
    /** It is delayed by `delay` ms; later ones overtake it. */
    | 'delay'
    /** It comes twice. */
    | 'duplicate'
    /** It is held until the next frame in its direction was sent, or for `delay` ms. */
    | 'reorder'
    /** It is held until the fault is lifted; held frames then follow in order. */
    | 'hold'
    /** Its end is missing. */
    | 'truncate'
    /** One of its fields has another type. */
    | 'wrong-type'
    /** The service refuses a request it would have granted (`in` only). */
    | 'refuse'
    /** The service does what was asked and answers with a refusal (`in` only). */
    | 'refuse-after-delivery'
    /** The socket stays open and is dead from here on, both ways. */
    | 'half-open'
    /** The socket closes instead, with `code`. */
    | 'close';
  readonly direction: Direction;
  /** Which frames, by variant; default all. */
  readonly variants?: readonly string[];
  /** Which frames, by a predicate. */
  readonly when?: (frame: Frame) => boolean;
  /** The probability for a matching frame. Default 1. */
  readonly probability?: number;
  /** How often at most. Default: unlimited. */
  readonly times?: number;
  /** Milliseconds, for `delay`, `reorder` and the refusals. Default 1000, for a refusal none. */
  readonly delay?: number;
  /** For `close`. Default 1006. */
  readonly code?: number;
  /** The text of a refusal. Default "Refused by the simulation". */
  readonly reason?: string;
}

/** Faults in force. */
export interface Faults {
  /** Puts a fault in force; returns what lifts it. */
  add(fault: Fault): () => void;
  clear(): void;
}

/** The fault, if any, for a frame. */
export interface FaultSource extends Faults {
  /** Runs `release` when the fault is lifted; at once when it already is. */
  whenLifted(fault: Fault, release: () => void): void;
  strike(direction: Direction, text: string): Fault | undefined;
}

export function createFaults(random: Random): FaultSource {
  const active = new Map<Fault, { left: number }>();
  const held = new Map<Fault, (() => void)[]>();

  function lift(fault: Fault): void {
    active.delete(fault);
    const waiting = held.get(fault) ?? [];
    held.delete(fault);
    for (const release of waiting) release();
  }

  function matches(fault: Fault, direction: Direction, frame: Frame | undefined): boolean {
    if (fault.direction !== direction) return false;
    if (fault.variants === undefined && fault.when === undefined) return true;
    if (frame === undefined) return false;
    const name = frame.variant === 'Unknown' ? frame.name : frame.variant;
    return (fault.variants?.includes(name) ?? true) && (fault.when?.(frame) ?? true);
  }

  return {
    add(fault) {
      const copy = { ...fault };
      active.set(copy, { left: fault.times ?? Infinity });
      if (copy.kind === 'hold') held.set(copy, []);
      return () => lift(copy);
    },
    clear() {
      for (const fault of new Set([...active.keys(), ...held.keys()])) lift(fault);
    },
    whenLifted(fault, release) {
      const waiting = held.get(fault);
      if (waiting) waiting.push(release);
      else release();
    },
    strike(direction, text) {
      if (active.size === 0) return undefined;
      const decoded = decode(text);
      const frame = decoded.ok ? decoded.frame : undefined;
      for (const [fault, budget] of active) {
        if (!matches(fault, direction, frame)) continue;
        if (fault.probability !== undefined && random.next() >= fault.probability) continue;
        if (--budget.left <= 0) active.delete(fault);
        return fault;
      }
      return undefined;
    },
  };
}

/** The text without its end: somewhere between nothing and all but one character is left. */
export function truncated(text: string, random: Random): string {
  return text.slice(0, Math.floor(random.next() * text.length));
}

/** The text with one field of the body turned into another type. */
export function mistyped(text: string, random: Random): string {
  const envelope = entry(parse(text));
  const variant = entry(envelope?.[1]);
  if (!envelope || !variant || typeof variant[1] !== 'object' || variant[1] === null) return text;
  const body = variant[1] as Record<string, unknown>;
  const keys = Object.keys(body);
  const key = keys[Math.floor(random.next() * keys.length)];
  if (key === undefined) return text;
  const wrong = { ...body, [key]: typeof body[key] === 'boolean' ? 'yes' : { wrong: true } };
  return writeJson({ [envelope[0]]: { [variant[0]]: wrong } });
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function entry(value: unknown): [string, unknown] | undefined {
  return typeof value === 'object' && value !== null ? Object.entries(value)[0] : undefined;
}
