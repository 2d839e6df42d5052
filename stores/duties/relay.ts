import type { AccountId } from '../../facts/ids.ts';
import type { Conversations } from '../conversations.ts';
import type { Core } from '../core.ts';
import type { Pairs } from '../pairs.ts';
import type { Receive } from '../receive.ts';
import type { Sessions } from '../sessions.ts';
import type { Synchronisation } from './sync.ts';

/** Every key that somebody publishes is a change at the relay: what follows from one is done once in this time. */
const RELAY_MS = 1_000;

interface Stores {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly pairs: Pairs;
  readonly conversations: Conversations;
  readonly sync: Synchronisation;
  readonly receive: Receive;
}

/** A duty that begins and ends with the link. */
export interface Duty {
  start(): void;
  stop(): void;
}

/** The duty that fetches what a relay holds for the accounts that are signed in here. */
export function fetchFromRelay({ core, sessions, pairs, conversations, sync, receive }: Stores): Duty {
  const { relay, journal } = core;
  const subscriptions = new Map<AccountId, () => void>();
  let unwatch = (): void => undefined;

  journal.on('linked', ({ account }) => {
    if (!relay || subscriptions.has(account)) return;
    subscriptions.set(
      account,
      relay.subscribe(account, async ({ from, body }) => {
        // Ignore what strangers leave at the relay.
        if (!pairs.isContact(pairs.peek(account, from))) return core.diagnostics.count('not-ours');
        if (!(await receive(account, from, body, 'relay')))
          throw new Error('The message could not be stored.');
      }),
    );
  });
  journal.on('session', ({ account }) => {
    // The relay, too, would go on in the account's name: its key is published there, and what comes is fetched.
    if (!core.isActing || !sessions.isSignedOut(account)) return;
    subscriptions.get(account)?.();
    subscriptions.delete(account);
  });

  function relayChanged(): void {
    core.transact(() => {
      for (const account of sessions.accounts.peek())
        for (const pair of pairs.of(account)) {
          if (!pairs.isContact(pair)) continue;
          const { peer } = pair;
          core.touch(account, peer);
          const conversation = conversations.find(account, peer);
          if (relay?.isUp && conversation && conversation.accepted.size > 0) sync.ask(account, peer);
        }
    });
  }

  return {
    start() {
      if (relay) unwatch = relay.watch(() => core.paced('relay', RELAY_MS, relayChanged));
    },
    stop() {
      unwatch();
      for (const unsubscribe of subscriptions.values()) unsubscribe();
      subscriptions.clear();
    },
  };
}
