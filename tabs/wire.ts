import type { TabChannel } from '../ports/tabs.ts';
import { parse, type Envelope, type Kind } from './envelope.ts';

interface WireOptions {
  readonly name: string;
  readonly id: string;
  readonly version: number;
  readonly openChannel: ((name: string) => TabChannel) | null;
  epoch(): number;
  /** Called for every valid message of another tab, also for one to a third tab. */
  hear(heard: Envelope): void;
}

/** Carries the messages of the group between tabs. */
export interface Wire {
  readonly isOpen: boolean;
  /** False: there are no channels here, or none for this page. */
  open(): boolean;
  close(): void;
  /** Throws for a body that cannot be cloned. */
  post(kind: Kind, body?: unknown, to?: string | null): void;
  /** Calls back after a round over the channel; what the others said before it has been heard by then. */
  echo(done: () => void): void;
}

/** A wire that is opened by `open`, and again after every sleep: what was said meanwhile is not heard. */
export function createWire(options: WireOptions): Wire {
  const { name, id, version, openChannel } = options;
  let channel: TabChannel | null = null;
  let echoes: (() => void)[] = [];

  const envelope = (kind: Kind, body: unknown, to: string | null): Envelope => ({
    p2p: version,
    from: id,
    to,
    epoch: options.epoch(),
    kind,
    body,
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
    post(kind, body = null, to = null) {
      channel?.postMessage(envelope(kind, body, to));
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
