import type { Messenger } from '../../stores/messenger.ts';
import type { P2pElement } from './element.ts';

/*
 * The context protocol of the web components community, in the one shape that is needed here: whoever wants the
 * messenger asks by an event, and the nearest provider answers and keeps the asker told. A page, or an element of
 * another library, takes part with plain events: `context-request` with `context: 'p2p-messenger'`.
 */

/** The name of what is handed down. */
const CONTEXT = 'p2p-messenger';

/** Hears what is provided, at once and after every change; `leave` ends that. */
type Told = (messenger: Messenger | null, leave?: () => void) => void;

interface ContextRequest extends Event {
  readonly context: unknown;
  readonly contextTarget?: Element;
  readonly callback: Told;
  readonly subscribe?: boolean;
}

function dispatch(host: Element, type: string, rest?: object): void {
  const event = new Event(type, { bubbles: true, composed: true });
  host.dispatchEvent(Object.assign(event, { context: CONTEXT, contextTarget: host }, rest));
}

/** Asks for the messenger of the nearest provider; without one, nobody answers. */
export function askForMessenger(host: Element, callback: Told): void {
  dispatch(host, 'context-request', { callback, subscribe: true });
}

/** Calls back when a provider has come: elements inside it that had asked before it was there ask again. */
export function onProvider(event: Event, ask: () => void): void {
  if ((event as ContextRequest).context === CONTEXT) ask();
}

/** Makes an element hand a messenger to everything inside it; returns the setter. */
export function provideMessenger(host: P2pElement): (messenger: Messenger | null) => void {
  let provided: Messenger | null = null;
  const followers = new Map<Told, () => void>();
  host.addEventListener('context-request', (event) => {
    const { context, contextTarget, callback, subscribe } = event as ContextRequest;
    // An element that provides and asks does not answer itself.
    if (context !== CONTEXT || (contextTarget ?? event.composedPath()[0]) === host) return;
    event.stopPropagation();
    if (!subscribe) return callback(provided);
    const leave = (): void => void followers.delete(callback);
    followers.set(callback, leave);
    callback(provided, leave);
  });
  host.addController({ hostConnected: () => dispatch(host, 'context-provider') });
  return (messenger) => {
    if (messenger === provided) return;
    provided = messenger;
    for (const [told, leave] of followers) told(messenger, leave);
  };
}
