import type { Cid, MessageId } from '../facts/ids.ts';
import type { Messenger } from './messenger.ts';

/** The `detail` of every request event, by its name. */
export interface RequestDetails {
  'p2p-ask-request': { account: Cid; peer: Cid };
  'p2p-accept-request': { account: Cid; peer: Cid };
  'p2p-decline-request': { account: Cid; peer: Cid };
  'p2p-withdraw-request': { account: Cid; peer: Cid };
  'p2p-send-request': { account: Cid; peer: Cid; text: string; replyTo?: MessageId };
  'p2p-retry-request': { account: Cid; peer: Cid; id: MessageId };
  'p2p-cancel-request': { account: Cid; peer: Cid; id: MessageId };
  'p2p-delete-request': { account: Cid; peer: Cid; id: MessageId };
  'p2p-read-request': { account: Cid; peer: Cid; id: MessageId };
  'p2p-older-request': { account: Cid; peer: Cid };
  'p2p-typing-request': { account: Cid; peer: Cid };
  'p2p-discover-request': { account: Cid };
  'p2p-create-account-request': { server: string; fullName: string; username: string; password: string };
  'p2p-sign-in-request': { server: string; username: string; password: string };
  'p2p-sign-out-request': { account: Cid };
  'p2p-exit-request': { account: Cid };
  'p2p-switch-session-request': { account: Cid };
  'p2p-use-here-request': { account: Cid };
  'p2p-reconnect-request': Record<string, never>;
}

type Effects = {
  [Name in keyof RequestDetails]: (messenger: Messenger, detail: RequestDetails[Name]) => unknown;
};

/** The one table from request event to verb. */
const EFFECTS: Effects = {
  'p2p-ask-request': ({ requests }, { account, peer }) => requests.ask(account, peer),
  'p2p-accept-request': ({ requests }, { account, peer }) => requests.accept(account, peer),
  'p2p-decline-request': ({ requests }, { account, peer }) => requests.decline(account, peer),
  'p2p-withdraw-request': ({ requests }, { account, peer }) => requests.withdraw(account, peer),
  'p2p-send-request': ({ messages }, { account, peer, text, replyTo }) =>
    messages.send(account, peer, text, replyTo ?? null),
  'p2p-retry-request': ({ messages }, { account, peer, id }) => messages.retry(account, peer, id),
  'p2p-cancel-request': ({ messages }, { account, peer, id }) => messages.cancel(account, peer, id),
  'p2p-delete-request': ({ messages }, { account, peer, id }) => messages.cancel(account, peer, id),
  'p2p-read-request': ({ messages }, { account, peer, id }) => messages.read(account, peer, id),
  'p2p-older-request': ({ messages }, { account, peer }) => messages.loadOlder(account, peer),
  'p2p-typing-request': (messenger, { account, peer }) => messenger.typing(account, peer),
  'p2p-discover-request': ({ peers }, { account }) => peers.read(account),
  'p2p-create-account-request': ({ sessions }, detail) => sessions.createAccount(detail),
  'p2p-sign-in-request': ({ sessions }, detail) => sessions.signIn(detail),
  'p2p-sign-out-request': ({ sessions }, { account }) => sessions.signOut(account),
  'p2p-exit-request': ({ sessions }, { account }) => sessions.exit(account),
  'p2p-switch-session-request': ({ sessions }, { account }) => sessions.switchTo(account),
  'p2p-use-here-request': ({ sessions }, { account }) => sessions.useHere(account),
  'p2p-reconnect-request': (messenger) => messenger.reconnect(),
};

/** The names of all request events. */
export const REQUEST_EVENTS = Object.keys(EFFECTS) as readonly (keyof RequestDetails)[];

/**
 * Carries out the request events that reach `target`, each once, unless the page has called `preventDefault()`.
 * Returns the function that stops it.
 */
export function connectRequests(target: EventTarget, messenger: Messenger): () => void {
  const stops = REQUEST_EVENTS.map((name) => {
    const listener = (event: Event): void => {
      if (handled.has(event)) return;
      handled.add(event);
      // Once everybody has heard of it: a listener of the page further out may still prevent it.
      queueMicrotask(() => {
        if (event.defaultPrevented) return;
        const effect = EFFECTS[name] as (messenger: Messenger, detail: unknown) => unknown;
        void effect(messenger, (event as CustomEvent).detail);
      });
    };
    target.addEventListener(name, listener);
    return () => target.removeEventListener(name, listener);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** An event bubbles through an element that carries it out and a provider around it: once is enough. */
const handled = new WeakSet<Event>();
