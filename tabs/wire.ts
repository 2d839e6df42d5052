import type { TabChannel } from '../ports/tabs.ts';
import { parse, type Envelope, type Kind } from './words.ts';

interface WireOptions {
  readonly name: string;
  readonly id: string;
  readonly version: number;
  readonly openChannel: ((name: string) => TabChannel) | null;
  epoch(): number;
  /** A word of another tab that is for all or for this one, or that somebody else is told: it has sense at least. */
  hear(heard: Envelope): void;
}

/** How the words of the group get to the other tabs. */
export interface Wire {
  readonly isOpen: boolean;
  /** False: there are no channels here, or none for this page. */
  open(): boolean;
  close(): void;
  /** Throws for a word that cannot be cloned. */
  post(kind: Kind, word?: unknown, to?: string | null): void;
  /** Calls back after a round over the channel; what the others said before it has been heard by then. */
  echo(done: () => void): void;
}

/** A wire that is opened by `open`, and again after every sleep: what was said meanwhile is not heard. */
export function createWire(options: WireOptions): Wire {
  const { name, id, version, openChannel } = options;
  let channel: TabChannel | null = null;
  let echoes: (() => void)[] = [];

  const envelope = (kind: Kind, word: unknown, to: string | null): Envelope => ({
    p2p: version,
    from: id,
    to,
    epoch: options.epoch(),
    kind,
    word,
  });

  return {
    get isOpen() {
      return channel !== null;
    },
    open() {
      try {
        channel = openChannel?.(name) ?? null;
      } catch {
        // A sandboxed frame.
        channel = null;
      }
      if (channel === null) return false;
      channel.onmessage = ({ data }: { data: unknown }) => {
        const heard = parse(data);
        if (heard === null) return;
        if (heard.from !== id) options.hear(heard);
        else if (heard.kind === 'echo') echoes.shift()?.();
      };
      return true;
    },
    close() {
      if (channel) channel.onmessage = null;
      channel?.close();
      channel = null;
      echoes = [];
    },
    post(kind, word = null, to = null) {
      channel?.postMessage(envelope(kind, word, to));
    },
    echo(done) {
      if (channel === null) return;
      echoes.push(done);
      // A channel does not deliver to the object that posts.
      const other = openChannel!(name);
      other.postMessage(envelope('echo', null, id));
      other.close();
    },
  };
}
