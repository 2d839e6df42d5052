import { citadel } from './client/index.ts';
import { createMessenger as createWith } from './core.ts';
import type { MessengerOptions } from './core.ts';
import { indexedDb } from './storage/index.ts';
import type { Messenger } from './stores/api.ts';
import { browserTabs } from './tabs/index.ts';

/** Where the service is. Whatever else is named takes the place of what is chosen here. */
export interface ServiceOptions extends Partial<MessengerOptions> {
  /** The address of the Citadel internal service, e.g. `ws://127.0.0.1:8080`. */
  readonly service: string;
}

/**
 * Makes a messenger on a Citadel internal service. It keeps what it knows in IndexedDB, under the service's address:
 * accounts live at one service. Any number of tabs share its link. It does nothing until it is opened, by `open()` or
 * by the first element that shows it.
 */
export function createMessenger({ service, ...options }: ServiceOptions): Messenger {
  return createWith({
    backend: citadel({ url: service }),
    storage: indexedDb({ name: `p2p-elements ${service}` }),
    tabs: browserTabs({ name: service }),
    ...options,
  });
}

const messengers = new Map<string, Messenger>();

/** The messenger of all elements of this page that name the same service. */
export function messengerOf(service: string): Messenger {
  const messenger = messengers.get(service) ?? createMessenger({ service });
  messengers.set(service, messenger);
  return messenger;
}
