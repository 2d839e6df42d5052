import type { AccountId } from '../../facts/index.ts';
import type { SimulatedService } from '../../mocks/index.ts';
import { encode } from '../../protocol/index.ts';
import type { Browser } from './world.ts';

/** Delivers a body to a page as if it had come over the channel: a payload, or any bytes. */
export function arrive(browser: Browser, account: AccountId, from: AccountId, body: unknown): void {
  const message = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body));
  browser.inject(
    encode({
      envelope: 'Response',
      variant: 'MessageNotification',
      body: { cid: account, peer_cid: from, message, request_id: null },
    }),
  );
}

/** The same service, whose words are rewritten on their way to the page; null: they do not arrive. */
export function rewritten(
  service: SimulatedService,
  rewrite: (text: string) => string | null,
): SimulatedService {
  return new Proxy(service, {
    get(target, name) {
      if (name !== 'webSocket') return Reflect.get(target, name, target) as unknown;
      return () =>
        class extends target.webSocket() {
          constructor(url: string) {
            super(url);
            let handler: ((event: MessageEvent<string>) => unknown) | null = null;
            const hear = (event: MessageEvent<string>): unknown => {
              const data = rewrite(event.data);
              return data === null ? undefined : handler?.({ data } as MessageEvent<string>);
            };
            Object.defineProperty(this, 'onmessage', {
              get: () => hear,
              set: (next: typeof handler) => (handler = next),
            });
          }
        };
    },
  });
}

/** How often something was counted in the page's diagnostics. */
export function counted({ messenger }: Browser, what: string): number {
  return new Map<string, number>(messenger.diagnostics.counters.peek()).get(what) ?? 0;
}
