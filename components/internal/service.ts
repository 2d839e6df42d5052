import { isServer } from 'lit';
import type { ReactiveElement } from 'lit';
import { report, tell } from '../../facts/listeners.ts';
import type { Messenger } from '../../stores/api.ts';
import { isMessenger } from './expected.ts';
import { warn } from './warn.ts';

type Factory = (service: string) => Messenger;

let factory: Factory | null = null;
/** Elements on the page that named a service before anybody had said how its messenger is made. */
const waiting = new Set<ReactiveElement>();

/** Registers the factory for the messenger of a `service` attribute: one per service, shared by its elements. */
export function setMessengerFactory(make: Factory): void {
  factory ??= make;
  for (const host of waiting) host.requestUpdate('service');
  waiting.clear();
}

/** The messenger of an element: from its property, else from its service; null without both. */
export function givenMessenger(
  host: ReactiveElement & {
    readonly messenger?: Messenger | null | undefined;
    readonly service?: string | null | undefined;
  },
): Messenger | null {
  if (isMessenger(host.messenger)) return host.messenger!;
  return host.service ? messengerOfService(host, host.service) : null;
}

/** The messenger of an element's service; null without a registered factory. */
function messengerOfService(host: ReactiveElement, service: string): Messenger | null {
  if (!factory) {
    waitOnPage(host);
    warn(
      host.localName,
      'service',
      'service needs p2p-elements/define (or the bundle), which knows how to make a messenger',
    );
    return null;
  }
  try {
    return factory(service);
  } catch (error) {
    report(error);
    return null;
  }
}

/** One that leaves the page is not kept; it asks again when it is back. */
function waitOnPage(host: ReactiveElement): void {
  if (!host.isConnected || waiting.has(host)) return;
  waiting.add(host);
  const controller = {
    hostDisconnected() {
      waiting.delete(host);
      host.removeController(controller);
    },
  };
  host.addController(controller);
}

/** The first element that is connected in a browser opens its messenger; on a server nothing is opened. */
export function openInBrowser(messenger: Messenger): void {
  if (isServer) return;
  tell(() => void messenger.open());
}
