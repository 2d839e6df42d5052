/** The shapes in which a harness speaks of messages and people, and the adapter that it drives. */
import type * as facts from '../facts/index.ts';
import type { indexedDb } from '../storage/index.ts';
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

/** What a kit can do. */
export interface BenchCaps {
  /** `native`: the kit draws statuses itself. `text`: the adapter puts a word into a field of the kit. */
  readonly status: 'native' | 'text' | 'none';
  readonly virtualised: boolean;
  readonly prepend: boolean;
  /** False where the kit has no list of people. */
  readonly people?: false;
}

export interface BenchAdapter {
  readonly name: string;
  readonly caps: BenchCaps;
  /** Fills what the kit reads from, before the clock starts. `mount` does it where this was not called. */
  prepare?(messages: readonly BenchMessage[]): Promise<void>;
  preparePeers?(peers: readonly BenchPeer[]): Promise<void>;
  /** Opens what an app has open before it shows a list; what it keeps counts as memory. `mount` does it, too. */
  ready?(): Promise<void>;
  /** Resolves when the element is in the box. Whoever times it begins when the first element enters the box. */
  mount(box: HTMLElement, messages: readonly BenchMessage[]): Promise<void>;
  append(message: BenchMessage): void;
  setStatus(id: string, status: BenchStatus): void;
  /** From now on nothing older is loaded before `prepend`. */
  hold?(): void;
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

/** What the library's own adapter uses: `dist/`, or the sources. The elements are defined by whoever calls. */
export interface BenchEngine {
  readonly facts: typeof facts;
  readonly locale: typeof locale;
  readonly storage: { readonly indexedDb: typeof indexedDb };
  readonly core: typeof core;
}

/** Makes the adapter over an engine. A function is called once, when something is to be shown. */
export function createAdapter(engine: BenchEngine | (() => Promise<BenchEngine>)): BenchAdapter;
