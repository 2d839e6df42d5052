import type { AccountId } from '../facts/ids.ts';
import { isAccountId } from '../facts/ids.ts';
import { shortText, visibleName } from '../facts/outside.ts';
import type { Answer, Backend, BackendEvent, PersonEntry } from '../ports/backend.ts';
import type { Relay } from '../ports/relay.ts';
import type { DiagnosticCounter } from './diagnostics.ts';

/** The most accounts that one claim can move. */
const MANY = 10_000;

/** Refusals by which the service may mean that it does not have the account's session any more. */
const DOUBTS: readonly string[] = [
  'no-session',
  'session-not-found',
  'not-owner',
  'unknown-self',
  'not-connected',
];
/** Commands in the name of an account that is signed in. */
const COMMANDS: readonly string[] = [
  'people',
  'contacts',
  'ask',
  'decline',
  'dial',
  'pickUp',
  'hangUp',
  'send',
];

const NOT_SIGNED_IN: Answer = {
  ok: false,
  failure: { kind: 'not-sent', code: 'signed-out', reason: null },
};

type Count = (what: DiagnosticCounter) => void;

/**
 * The backend, whichever it is, behind the gate: what it says of people passes here before any store sees it. Words
 * about oneself, and about nobody, are counted and dropped; names and reasons are of a kind that can be shown. `doubted`
 * hears of an account whose session the service does not seem to have. No command goes out in the name of an account
 * for which `isSignedOut` is true: it may be somebody else's by now, and the service obeys whoever asks.
 */
export function gatedBackend(
  backend: Backend,
  count: Count,
  doubted: (account: AccountId) => void = () => undefined,
  isSignedOut: (account: AccountId) => boolean = () => false,
): Backend {
  const isPeer = (account: AccountId, peer: unknown): boolean => {
    if (isAccountId(peer) && peer !== account) return true;
    count('no-peer');
    return false;
  };
  const people = async (
    account: AccountId,
    asked: Promise<Answer<readonly PersonEntry[]>>,
  ): Promise<Answer<readonly PersonEntry[]>> => {
    const answer = await asked;
    if (!answer.ok) return answer;
    return { ok: true, result: answer.result.filter(({ peer }) => isPeer(account, peer)).map(person) };
  };
  const entered = async <Result extends { readonly account: AccountId }>(
    asked: Promise<Answer<Result>>,
  ): Promise<Answer<Result>> => {
    const answer = await asked;
    if (!answer.ok || isAccountId(answer.result.account)) return answer;
    count('no-peer');
    return { ok: false, failure: { kind: 'refused', code: 'unreadable', reason: null } };
  };
  const replaced: Partial<Backend> = {
    subscribe: (listener) =>
      backend.subscribe((event) => {
        if ('peer' in event && event.peer !== null && !isPeer(event.account, event.peer)) return;
        listener(cleaned(event));
      }),
    people: (account) => people(account, backend.people(account)),
    contacts: (account) => people(account, backend.contacts(account)),
    createAccount: (credentials) => entered(backend.createAccount(credentials)),
    signIn: (credentials) => entered(backend.signIn(credentials)),
    claim: async (account, force) => {
      const answer = await backend.claim(account, force);
      return answer.ok ? { ok: true, result: Math.min(answer.result, MANY) } : answer;
    },
  };
  return new Proxy(backend, {
    get(target, name: keyof Backend) {
      const value = target[name] as unknown;
      if (typeof value !== 'function') return value;
      const call = ((replaced[name] as unknown) ?? value) as (...parts: unknown[]) => unknown;
      return (...parts: unknown[]) => {
        if ((COMMANDS.includes(name) || name === 'signOut') && isSignedOut(parts[0] as AccountId))
          return Promise.resolve(NOT_SIGNED_IN);
        const result = call.apply(target, parts);
        if (typeof (result as PromiseLike<Answer> | undefined)?.then !== 'function') return result;
        return Promise.resolve(result as PromiseLike<Answer>).then((answer) => {
          const isDoubt =
            !answer.ok && answer.failure.kind === 'refused' && DOUBTS.includes(answer.failure.code);
          if (isDoubt && COMMANDS.includes(name)) doubted(parts[0] as AccountId);
          return withShortReason(answer);
        });
      };
    },
  });
}

/** The relay behind the gate: an envelope is from somebody else, and for the account that it is brought to. */
export function gatedRelay(relay: Relay, count: Count): Relay {
  const replaced: Partial<Relay> = {
    send: async (envelope) => {
      const answer = await relay.send(envelope);
      return answer.outcome === 'refused' ? { ...answer, reason: shortText(answer.reason) } : answer;
    },
    subscribe: (account, receive) =>
      relay.subscribe(account, async (envelope) => {
        const { from, to } = envelope;
        if (isAccountId(from) && from !== account && to === account) return receive(envelope);
        count('no-peer');
      }),
  };
  return new Proxy(relay, {
    get(target, name: keyof Relay) {
      const value = (Object.hasOwn(replaced, name) ? replaced : target)[name] as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function person({ peer, name, username, online }: PersonEntry): PersonEntry {
  return { peer, name: visibleName(name), username: visibleName(username), online };
}

function cleaned(event: BackendEvent): BackendEvent {
  switch (event.type) {
    case 'request-received':
    case 'request-accepted':
      return { ...event, username: visibleName(event.username) };
    case 'channel':
    case 'path':
      return { ...event, by: visibleName(event.by) };
    case 'request-refused':
      return { ...event, reason: shortText(event.reason) };
    case 'send-answered':
      return event.refused
        ? { ...event, refused: { ...event.refused, reason: shortText(event.refused.reason) } }
        : event;
    default:
      return event;
  }
}

function withShortReason(answer: Answer): Answer {
  if (answer.ok || answer.failure.kind === 'unanswered') return answer;
  const { failure } = answer;
  return { ok: false, failure: { ...failure, reason: shortText(failure.reason) } };
}
