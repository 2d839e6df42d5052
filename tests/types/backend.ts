/*
 * What compiles and what does not: `npm run check -- types` reads this file. Nothing runs it.
 */
import { notSent } from '../../client/answers.ts';
import type { AccountId } from '../../facts/index.ts';
import type { Answer, Backend, BackendEvent, Capabilities } from '../../ports/index.ts';
import { memory } from '../../storage/memory.ts';
import { systemClock, systemRandom } from '../../client/index.ts';
import { createMessenger } from '../../core.ts';

const nothing = (): Promise<Answer<never>> => Promise.resolve(notSent('link-down'));
const capabilities: Capabilities = {
  listsPeople: false,
  createsAccounts: false,
  carriesReceipts: true,
  maxBodyBytes: 1_000,
  channelsOutliveLink: true,
  maxInFlight: 16,
};

// Somebody's own backend is an object like any other.
const own: Backend = {
  capabilities,
  accountForm: { server: { label: 'Home server', hint: 'Its address', placeholder: 'https://…' } },
  link: { state: 'idle' },
  open: () => undefined,
  close: () => undefined,
  reconnect: () => undefined,
  probe: () => undefined,
  subscribe: () => () => undefined,
  createAccount: nothing,
  signIn: nothing,
  signOut: nothing,
  sessions: nothing,
  claim: nothing,
  people: nothing,
  contacts: nothing,
  ask: nothing,
  decline: nothing,
  compareIds: (a, b) => a.localeCompare(b),
  dial: nothing,
  pickUp: nothing,
  hangUp: nothing,
  send: nothing,
};
export const messenger = createMessenger({
  backend: own,
  storage: memory(),
  clock: systemClock,
  random: systemRandom,
});

// @ts-expect-error a command is missing
export const withoutSend: Backend = { ...own, send: undefined };

// @ts-expect-error it has to say whether channels outlive the link
export const silent: Capabilities = { ...capabilities, channelsOutliveLink: undefined };

// @ts-expect-error a command answers with an answer, not with its result alone
export const bare: Backend = { ...own, sessions: () => Promise.resolve([]) };

// @ts-expect-error a field of the form has a label
export const unlabelled: Backend = { ...own, accountForm: { server: { hint: 'Its address' } } };

const account = 'alice' as AccountId;
// @ts-expect-error a plain text is nobody's id
export const plain = own.dial(account, 'bob');

// @ts-expect-error whoever reports a path says who relays, or that nobody does
export const unnamed: BackendEvent = {
  type: 'path',
  account,
  peer: account,
  path: 'turn',
  isUpgrading: false,
};
