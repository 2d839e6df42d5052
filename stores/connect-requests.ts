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
  [Name in keyof RequestDetails as Name extends `p2p-${infer Verb}-request` ? Verb : never]: (
    messenger: Messenger,
    detail: RequestDetails[Name],
  ) => unknown;
};

/** The one table from request event to verb. */
const EFFECTS: Effects = {
  ask: ({ requests }, { account, peer }) => requests.ask(account, peer),
  accept: ({ requests }, { account, peer }) => requests.accept(account, peer),
  decline: ({ requests }, { account, peer }) => requests.decline(account, peer),
  withdraw: ({ requests }, { account, peer }) => requests.withdraw(account, peer),
  send: ({ messages }, { account, peer, text, replyTo }) =>
    messages.send(account, peer, text, replyTo ?? null),
  retry: ({ messages }, { account, peer, id }) => messages.retry(account, peer, id),
  cancel: ({ messages }, { account, peer, id }) => messages.cancel(account, peer, id),
  delete: ({ messages }, { account, peer, id }) => messages.cancel(account, peer, id),
  read: ({ messages }, { account, peer, id }) => messages.read(account, peer, id),
  older: ({ messages }, { account, peer }) => messages.loadOlder(account, peer),
  typing: (messenger, { account, peer }) => messenger.typing(account, peer),
  discover: ({ peers }, { account }) => peers.read(account),
  'create-account': ({ sessions }, detail) => sessions.createAccount(detail),
  'sign-in': ({ sessions }, detail) => sessions.signIn(detail),
  'sign-out': ({ sessions }, { account }) => sessions.signOut(account),
  exit: ({ sessions }, { account }) => sessions.exit(account),
  'switch-session': ({ sessions }, { account }) => sessions.switchTo(account),
  'use-here': ({ sessions }, { account }) => sessions.useHere(account),
  reconnect: (messenger) => messenger.reconnect(),
};

/** The names of all request events. */
export const REQUEST_EVENTS = Object.keys(EFFECTS).map(nameOf);

/**
 * Carries out the request events that reach `target`, each once, unless the page has called `preventDefault()`.
 * Returns the function that stops it.
 */
export function connectRequests(target: EventTarget, messenger: Messenger): () => void {
  const stops = Object.entries(EFFECTS).map(([verb, run]) => {
    const name = nameOf(verb);
    const effect = run as (messenger: Messenger, detail: unknown) => unknown;
    const listener = (event: Event): void => {
      if (handled.has(event)) return;
      handled.add(event);
      // Once everybody has heard of it: a listener of the page further out may still prevent it.
      queueMicrotask(() => {
        if (event.defaultPrevented) return;
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

function nameOf(verb: string): keyof RequestDetails {
  return `p2p-${verb}-request` as keyof RequestDetails;
}

/** An event bubbles through an element that carries it out and a provider around it: once is enough. */
const handled = new WeakSet<Event>();
