import { notSent } from '../../client/index.ts';
import { memory } from '../../client/memory.ts';
import type { MemoryWorld } from '../../client/memory.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { Backend, BackendEvent } from '../../ports/backend.ts';

/** What goes over the channels themselves, and not over the link. */
const OF_CHANNELS: readonly string[] = ['body', 'path', 'ended', 'channel'];
const WITHOUT_LINK: readonly string[] = ['send', 'hangUp'];

/** A backend whose channels go on without the link, and which can lose it. */
export interface OutlivingBackend extends Backend {
  lose(): void;
  regain(): void;
  /** The commands that were given, by name. */
  readonly asked: string[];
}

export function outliving(clock: FakeClock, world: MemoryWorld): OutlivingBackend {
  const inner = memory(clock, world, { channelsOutliveLink: true });
  const listeners = new Set<(event: BackendEvent) => void>();
  const asked: string[] = [];
  let isLost = false;
  let epoch = 0;
  let lostLink: Backend['link'] = { state: 'idle' };
  const tell = (event: BackendEvent): void => listeners.forEach((listener) => listener(event));
  inner.subscribe((event) => {
    if (event.type === 'linked') tell({ type: 'linked', epoch: (epoch += 1) });
    else if (!isLost || OF_CHANNELS.includes(event.type) || event.type === 'link') tell(event);
  });
  const own: Partial<OutlivingBackend> = {
    asked,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lose() {
      isLost = true;
      const since = clock.now();
      lostLink = { state: 'reconnecting', since, retryAt: since + 1_000, attempt: 1 };
      tell({ type: 'link', link: lostLink });
    },
    regain() {
      isLost = false;
      tell({ type: 'link', link: inner.link });
      tell({ type: 'linked', epoch: (epoch += 1) });
    },
    close() {
      isLost = false;
      inner.close();
    },
  };
  return new Proxy(inner as OutlivingBackend, {
    get(target, name: keyof OutlivingBackend) {
      if (name === 'link') return isLost ? lostLink : target.link;
      if (own[name] !== undefined) return own[name];
      const value: unknown = target[name];
      if (typeof value !== 'function') return value;
      return (...parts: unknown[]): unknown => {
        asked.push(name);
        const result: unknown = isLost && !WITHOUT_LINK.includes(name) ? notSent('link-down') : null;
        const isCommand = !['open', 'reconnect', 'probe', 'compareIds'].includes(name);
        return result && isCommand ? Promise.resolve(result) : (value.apply(target, parts) as unknown);
      };
    },
  });
}
