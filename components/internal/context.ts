import { ContextConsumer, ContextProvider, ContextRoot, createContext } from '@lit/context';
import type { ReactiveElement } from 'lit';
import type { Messenger } from '../../stores/api.ts';

/*
 * The context protocol of the web components community: an element requests the messenger by an event, and the
 * nearest provider answers and reports changes. A page, or an element of another library, can use plain events:
 * `context-request` with `context: 'p2p-messenger'`.
 */

/** The context key. */
const messengerContext = createContext<Messenger | null>('p2p-messenger');

// Keeps unanswered requests for a provider that is defined or added after the elements inside it.
if (typeof document !== 'undefined') new ContextRoot().attach(document.documentElement);

/** Calls back with the messenger of the nearest provider, and again whenever it changes. */
export function consumeMessenger(
  host: ReactiveElement,
  callback: (messenger: Messenger | null) => void,
): void {
  new ContextConsumer(host, { context: messengerContext, callback, subscribe: true });
}

/** Makes an element provide a messenger to everything inside it; returns the setter. */
export function provideMessenger(host: ReactiveElement): (messenger: Messenger | null) => void {
  const provider = new ContextProvider(host, { context: messengerContext, initialValue: null });
  return (messenger) => provider.setValue(messenger);
}
