import type { AccountId, MessageId } from '../facts/ids.ts';
import type { AccountSettings } from '../facts/view.ts';
import type { Messenger } from './api.ts';

/** An account of this browser. */
export interface AccountDetail {
  readonly account: AccountId;
}
/** A person, as seen from one of this browser's accounts. */
export interface PeerDetail extends AccountDetail {
  readonly peer: AccountId;
}
/** One message of a conversation. */
export interface MessageDetail extends PeerDetail {
  readonly id: MessageId;
}
interface SignInDetail {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** The `detail` of every request event that is carried out here, by its name. */
export interface RequestDetails {
  /** Ask somebody to connect; also asks again after a refusal. */
  'p2p-ask-request': PeerDetail;
  'p2p-accept-request': PeerDetail;
  'p2p-decline-request': PeerDetail;
  /** Take an own wish back. */
  'p2p-withdraw-request': PeerDetail;
  'p2p-send-request': PeerDetail & { readonly text: string; readonly replyTo?: MessageId };
  'p2p-retry-request': MessageDetail;
  'p2p-cancel-request': MessageDetail;
  /** Delete an own message: taken back if it cannot have left, else the other side is told. */
  'p2p-delete-request': MessageDetail;
  /** Try everything of the account again that failed or got no answer. */
  'p2p-retry-all-request': AccountDetail;
  /** Delete everything of the account that failed. */
  'p2p-delete-all-request': AccountDetail;
  /** A message of theirs was really on screen. */
  'p2p-read-request': MessageDetail;
  /** The person came to the end of the conversation: what has arrived until now no longer counts as unread. */
  'p2p-pass-request': PeerDetail;
  /** The view is near the beginning of what is loaded. */
  'p2p-older-request': PeerDetail;
  'p2p-typing-request': PeerDetail;
  /** Load the people of the server, or load them again. */
  'p2p-discover-request': AccountDetail;
  'p2p-create-account-request': SignInDetail & { readonly fullName: string };
  'p2p-sign-in-request': SignInDetail;
  /** `wipe`: also remove everything of the account from this device. */
  'p2p-sign-out-request': AccountDetail & { readonly wipe?: boolean };
  /** Leave the account signed in at the service, and hide it here. */
  'p2p-exit-request': AccountDetail;
  'p2p-switch-session-request': AccountDetail;
  /** Send nothing more to a contact and keep no channel, until resumed. */
  'p2p-pause-request': PeerDetail;
  'p2p-resume-request': PeerDetail;
  /** Whoever holds the name of a contact that was gone is the one that is meant. */
  'p2p-confirm-contact-request': PeerDetail;
  /** The fingerprints were compared (`compared`: the one on the screen): the peer's (new) key is theirs. */
  'p2p-accept-key-request': PeerDetail & { readonly compared?: string };
  'p2p-change-settings-request': AccountDetail & { readonly settings: Partial<AccountSettings> };
  /** Take over an account that is open in another browser. */
  'p2p-use-here-request': AccountDetail;
  /** Wait no longer for what is stored and cannot be read: nothing is saved until the page is loaded again. */
  'p2p-go-unsaved-request': Record<string, never>;
  /** Try our own link again now. */
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
  delete: ({ messages }, { account, peer, id }) => messages.delete(account, peer, id),
  'retry-all': ({ outbox }, { account }) => outbox.retryAll(account),
  'delete-all': ({ outbox }, { account }) => outbox.deleteAll(account),
  read: ({ messages }, { account, peer, id }) => messages.read(account, peer, id),
  pass: ({ messages }, { account, peer }) => messages.pass(account, peer),
  older: ({ messages }, { account, peer }) => messages.loadOlder(account, peer),
  typing: (messenger, { account, peer }) => messenger.typing(account, peer),
  discover: ({ peers }, { account }) => peers.refresh(account),
  'create-account': ({ sessions }, detail) => sessions.createAccount(detail),
  'sign-in': ({ sessions }, detail) => sessions.signIn(detail),
  'sign-out': ({ sessions }, { account, wipe }) => sessions.signOut(account, wipe),
  exit: ({ sessions }, { account }) => sessions.exit(account),
  'switch-session': ({ sessions }, { account }) => sessions.switchTo(account),
  pause: ({ settings }, { account, peer }) => settings.pause(account, peer),
  resume: ({ settings }, { account, peer }) => settings.resume(account, peer),
  'confirm-contact': ({ requests }, { account, peer }) => requests.confirm(account, peer),
  'accept-key': (messenger, { account, peer, compared }) => messenger.acceptKey(account, peer, compared),
  'change-settings': ({ settings }, detail) => settings.change(detail.account, detail.settings),
  'use-here': ({ sessions }, { account }) => sessions.useHere(account),
  'go-unsaved': (messenger) => messenger.goUnsaved(),
  reconnect: (messenger) => messenger.reconnect(),
};

/** Whose each event is: without that it is a question to the page, and not to the messenger. */
const WHOSE: {
  readonly [Verb in keyof Effects]: Parameters<Effects[Verb]>[1] extends PeerDetail
    ? readonly ['account', 'peer']
    : Parameters<Effects[Verb]>[1] extends AccountDetail
      ? readonly ['account']
      : readonly [];
} = {
  ask: ['account', 'peer'],
  accept: ['account', 'peer'],
  decline: ['account', 'peer'],
  withdraw: ['account', 'peer'],
  send: ['account', 'peer'],
  retry: ['account', 'peer'],
  cancel: ['account', 'peer'],
  delete: ['account', 'peer'],
  'retry-all': ['account'],
  'delete-all': ['account'],
  read: ['account', 'peer'],
  older: ['account', 'peer'],
  typing: ['account', 'peer'],
  discover: ['account'],
  'create-account': [],
  'sign-in': [],
  'sign-out': ['account'],
  exit: ['account'],
  'switch-session': ['account'],
  pause: ['account', 'peer'],
  resume: ['account', 'peer'],
  'confirm-contact': ['account', 'peer'],
  'accept-key': ['account', 'peer'],
  'change-settings': ['account'],
  'use-here': ['account'],
  'go-unsaved': [],
  reconnect: [],
  pass: ['account', 'peer'],
};

/** The names of all request events. */
export const REQUEST_EVENTS = Object.keys(EFFECTS).map(nameOf);

/**
 * An event bubbles through an element that carries it out and a provider around it, which may come from another copy
 * of this library: once is enough, so that the event itself is marked.
 */
const HANDLED: unique symbol = Symbol.for('p2p-elements.handled');

/**
 * Carries out the request events that reach `target`, each once, unless the page has called `preventDefault()`.
 * Returns the function that stops it.
 */
export function connectRequests(target: EventTarget, messenger: Messenger): () => void {
  const stops = Object.entries(EFFECTS).map(([verb, run]) => {
    const name = nameOf(verb);
    const whose: readonly ('account' | 'peer')[] = WHOSE[verb as keyof Effects];
    const effect = run as (messenger: Messenger, detail: unknown) => unknown;
    const listener = (event: Event): void => {
      const marked = event as Event & { [HANDLED]?: true };
      if (marked[HANDLED]) return;
      marked[HANDLED] = true;
      // Once everybody has heard of it: a listener of the page further out may still prevent it.
      queueMicrotask(() => {
        const { detail } = event as CustomEvent<Partial<PeerDetail> | null>;
        if (event.defaultPrevented || !whose.every((key) => detail?.[key])) return;
        void effect(messenger, detail);
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
