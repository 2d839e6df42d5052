/** The shapes in which an outside harness speaks of messages and people, and the adapter that it drives. */
import type * as facts from '../facts/index.ts';
import type { memory } from '../storage/memory.ts';
import type * as core from '../core.ts';
import type * as locale from '../locale/index.ts';

export type BenchStatus = 'sending' | 'sent' | 'received' | 'read';

export interface BenchMessage {
  readonly id: string;
  readonly own: boolean;
  readonly authorId: string;
  readonly author: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** The same, as text; the elements format `ts` themselves. */
  readonly time: string;
  /** Of own messages. */
  readonly status?: BenchStatus | null;
}

export interface BenchPeer {
  readonly id: string;
  readonly name: string;
  readonly online: boolean;
  /** The text of the last message. */
  readonly last: string;
  readonly unread: number;
}

export interface BenchAdapter {
  readonly name: string;
  readonly caps: { readonly status: 'native'; readonly virtualised: true; readonly prepend: true };
  /** Resolves when the newest message is drawn. */
  mount(box: HTMLElement, messages: readonly BenchMessage[]): Promise<void>;
  append(message: BenchMessage): void;
  setStatus(id: string, status: BenchStatus): void;
  /** Resolves when the rows are in the list. */
  prepend(messages: readonly BenchMessage[]): Promise<void>;
  /** What is drawn; null where nothing is. */
  statusOf(id: string): BenchStatus | null;
  scroller(): HTMLElement | null;
  destroy(): void;
  mountPeers(box: HTMLElement, peers: readonly BenchPeer[]): Promise<void>;
  setPresence(id: string, online: boolean): void;
  /** What is drawn: whether the row says Online; null where the row is not drawn. */
  presenceOf(id: string): boolean | null;
  filter(text: string): void;
}

/** Makes the adapter over an engine: `dist/`, or the sources. The elements are defined by whoever calls. */
export function createAdapter(engine: {
  readonly facts: typeof facts;
  readonly locale: typeof locale;
  readonly memory: typeof memory;
  readonly core: typeof core;
}): BenchAdapter;
