import type { Cid, MessageId } from '../../facts/ids.ts';
import type { SignInView } from '../../facts/view.ts';
import type { Answer, Credentials } from '../../ports/backend.ts';
import type { Engine, Messenger } from '../messenger.ts';
import type { Published } from './published.ts';
import type { Asked, Verbs } from './verbs.ts';

/** What the leader says of what it was asked. */
export type WorkWord =
  | { readonly kind: 'started'; readonly number: number }
  | { readonly kind: 'answer'; readonly number: number; readonly result: unknown };

const LOST: Answer = { ok: false, failure: { kind: 'unanswered', cause: 'connection-lost' } };

/** Verbs whose answer means something to who asked. */
const ANSWERED = new Set(['sessions.enter', 'sessions.signOut']);

/** What a person does in any tab is done by the leader: these are the verbs of the stores. */
export function shareStores(verbs: Verbs, messenger: Messenger): void {
  const { sessions, settings, requests, peers, messages } = messenger;
  const isGuess = true;
  for (const name of ['ask', 'accept', 'decline', 'withdraw', 'confirm'])
    verbs.share(requests, 'requests', name, { isGuess });
  for (const name of ['retry', 'cancel', 'delete']) verbs.share(messages, 'messages', name, { isGuess });
  // What was on a screen is joined: told twice, it is the same.
  verbs.share(messages, 'messages', 'join', { isRepeatable: true });
  verbs.share(messages, 'messages', 'loadOlder');
  verbs.share(peers, 'peers', 'read');
  verbs.share(settings, 'settings', 'change', { isGuess });
  for (const name of ['exit', 'useHere']) verbs.share(sessions, 'sessions', name, { isGuess });
  verbs.share(sessions, 'sessions', 'signOut', { lost: () => LOST });
  verbs.share(sessions, 'sessions', 'enter', {
    lost: ([{ username }]: readonly unknown[] & readonly [Credentials]): SignInView => ({
      state: 'failed',
      username,
      code: 'connection-lost',
      reason: null,
    }),
  } as object);
}

/** Does what a follower asks, once: it is told before it begins, and what it changes is told after. */
export function work(
  { core }: Engine,
  published: Published,
  verbs: Verbs,
  asked: Asked,
  say: (word: WorkWord) => void,
): void {
  const { number, verb, parts } = asked;
  say({ kind: 'started', number });
  const result = new Promise((resolve) => resolve(verbs.run(asked)));
  const tell = (): void => {
    const [account, peer, id] = parts as [Cid, Cid?, MessageId?];
    if (typeof account === 'string') {
      if (typeof peer === 'string') core.touch(account, peer);
      else published.session(account);
      if (typeof peer === 'string' && typeof id === 'string') published.message(account, peer, id);
    }
    published.flush();
  };
  tell();
  const answer = (value: unknown): void => {
    tell();
    say({ kind: 'answer', number, result: ANSWERED.has(verb) ? plain(value) : undefined });
  };
  void result.then(answer, (error: unknown) => {
    // Who asked must not wait for ever; the error itself belongs on the console.
    answer(undefined);
    throw error;
  });
}

/** An answer without what the backend's own result holds. */
function plain(value: unknown): unknown {
  return (value as Answer | undefined)?.ok ? { ok: true, result: undefined } : value;
}
