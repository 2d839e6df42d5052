import type { AccountId, RequestId } from '../../facts/ids.ts';
import type { Answer, Backend, BackendEvent, SendOptions } from '../../ports/backend.ts';

/** One network under test. */
export interface BackendUnderTest {
  /**
   * Another browser on the network: a backend that has not been opened. With `beside`, another page of the browser that
   * has that one.
   */
  browser(beside?: Backend): Backend;
  /** Passes a little time; called repeatedly until a condition holds. */
  pass(): Promise<void>;
  /** How often `pass` is called until everything is settled; 200 times by default. */
  readonly patience?: number;
  /** The server address for sign-ins; empty by default. */
  readonly server?: string;
  /** Cuts the link of a backend, like a failing network. Only called if channels outlive the link. */
  cut?(backend: Backend): void;
  /** Signs in somebody new, if the backend creates no accounts. */
  enter?(backend: Backend, username: string): Promise<AccountId>;
}

/** One rule that every backend keeps. */
export interface BackendRule {
  /** A full sentence without its subject, the backend; the title of its test. */
  readonly title: string;
  /** Rejects with an `Error` that names the difference. */
  check(subject: BackendUnderTest): Promise<void>;
}

/** A browser with all events of its backend. */
export interface Browser {
  readonly backend: Backend;
  readonly events: BackendEvent[];
}

/** A browser with an account that is signed in there. */
export interface Person extends Browser {
  readonly account: AccountId;
  readonly username: string;
}

export const PASSWORD = 'correct horse battery staple';

/** Ids that no account has. */
export const STRANGER = '987654321' as AccountId;
export const NOBODY_ELSE = '987654322' as AccountId;

/** A browser that records events and accepts offers. */
export function browser(subject: BackendUnderTest, beside?: Backend): Browser {
  const backend = subject.browser(beside);
  const events: BackendEvent[] = [];
  backend.subscribe((event) => {
    events.push(event);
    if (event.type === 'offer' && !event.isAnswered) void backend.pickUp(event.account, event.peer);
  });
  return { backend, events };
}

/** A browser whose link is up. */
export async function linked(subject: BackendUnderTest, beside?: Backend): Promise<Browser> {
  const made = browser(subject, beside);
  made.backend.open();
  await until(subject, () => isLinked(made), 'a link that is up');
  return made;
}

export function isLinked({ backend, events }: Browser): boolean {
  return backend.link.state === 'up' && events.some(({ type }) => type === 'linked');
}

/** Somebody with an account, signed in in a browser of their own. */
export async function person(subject: BackendUnderTest, username: string): Promise<Person> {
  const made = await linked(subject);
  if (!made.backend.capabilities.createsAccounts) {
    if (!subject.enter) throw new Error('A backend that creates no accounts is tested with `enter`.');
    return { ...made, username, account: await subject.enter(made.backend, username) };
  }
  const { account } = await success(subject, made.backend.createAccount(newAccount(subject, username)));
  return { ...made, username, account };
}

export function credentials(
  { server = '' }: BackendUnderTest,
  username: string,
  password = PASSWORD,
): Parameters<Backend['signIn']>[0] {
  return { server, username, password };
}

export function newAccount(
  subject: BackendUnderTest,
  username: string,
): Parameters<Backend['createAccount']>[0] {
  return { ...credentials(subject, username), fullName: `${username} Example` };
}

/** Two strangers. */
export async function two(subject: BackendUnderTest): Promise<{ alice: Person; bob: Person }> {
  return { alice: await person(subject, 'alice'), bob: await person(subject, 'bobby') };
}

/** Two people who have both asked. */
export async function friends(subject: BackendUnderTest): Promise<{ alice: Person; bob: Person }> {
  const { alice, bob } = await two(subject);
  const asked = alice.backend.ask(alice.account, bob.account, sending());
  await until(subject, () => has(bob, 'request-received', alice), 'an ask at the other side');
  await success(subject, bob.backend.ask(bob.account, alice.account, sending()));
  await success(subject, asked);
  return { alice, bob };
}

/** Two contacts with a channel. */
export async function talking(subject: BackendUnderTest): Promise<{ alice: Person; bob: Person }> {
  const { alice, bob } = await friends(subject);
  await success(subject, alice.backend.dial(alice.account, bob.account));
  await until(subject, () => has(alice, 'channel', bob) && has(bob, 'channel', alice), 'a channel at both');
  return { alice, bob };
}

/** Whether somebody got an event of that type about the other one. */
export function has(whose: Person, type: BackendEvent['type'], about: Person): boolean {
  return told(whose, type, about).length > 0;
}

/** The events of that type that somebody got about the other one. */
export function told<Type extends BackendEvent['type']>(
  { events, account }: Person,
  type: Type,
  { account: peer }: Person,
): Extract<BackendEvent, { type: Type }>[] {
  const isMeant = (event: BackendEvent): event is Extract<BackendEvent, { type: Type }> =>
    event.type === type && 'peer' in event && event.account === account && event.peer === peer;
  return events.filter(isMeant);
}

/** The texts that somebody received from the other one, in the order in which they came. */
export function received(whose: Person, from: Person): string[] {
  return told(whose, 'body', from).map(({ body }) => new TextDecoder().decode(body));
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

let sent = 0;
/** The options of a send: a new request id, and the test's own. */
export function sending(options: Omit<SendOptions, 'requestId'> = {}): SendOptions {
  sent += 1;
  return {
    requestId: `00000000-0000-4000-8000-${String(sent).padStart(12, '0')}` as RequestId,
    ...options,
  };
}

/** Every command, in the name of an account and about a peer. */
export function commands(
  subject: BackendUnderTest,
  backend: Backend,
  account: AccountId,
  peer: AccountId,
  options: SendOptions = sending(),
): Record<string, () => Promise<Answer>> {
  return {
    createAccount: () => backend.createAccount(newAccount(subject, 'somebody')),
    signIn: () => backend.signIn(credentials(subject, 'somebody')),
    signOut: () => backend.signOut(account),
    sessions: () => backend.sessions(),
    claim: () => backend.claim(account, false),
    people: () => backend.people(account),
    contacts: () => backend.contacts(account),
    ask: () => backend.ask(account, peer, options),
    decline: () => backend.decline(account, peer, options),
    dial: () => backend.dial(account, peer),
    pickUp: () => backend.pickUp(account, peer),
    hangUp: () => backend.hangUp(account, peer),
    send: () => backend.send(account, peer, bytes('hello'), options),
  };
}

/** Passes time until the condition holds. */
export async function until(subject: BackendUnderTest, isSo: () => boolean, what: string): Promise<void> {
  for (let n = subject.patience ?? 200; !isSo(); n -= 1) {
    if (n === 0) throw new Error(`Waited in vain for ${what}.`);
    await subject.pass();
  }
}

/** Passes time until everything is settled, for what must not happen. */
export async function quiet(subject: BackendUnderTest): Promise<void> {
  for (let n = 0; n < 10; n += 1) await subject.pass();
}

/** The answer to a command. */
export async function answerTo<Result>(
  subject: BackendUnderTest,
  command: Promise<Answer<Result>>,
  what = 'an answer',
): Promise<Answer<Result>> {
  let answer: Answer<Result> | null = null;
  let error: unknown = null;
  void command.then(
    (came) => (answer = came),
    (reason: unknown) => (error = new Error(`rejected instead of an answer: ${String(reason)}`)),
  );
  await until(subject, () => answer !== null || error !== null, what);
  if (error) throw error as Error;
  return answer!;
}

/** The result of a command that has to succeed. */
export async function success<Result>(
  subject: BackendUnderTest,
  command: Promise<Answer<Result>>,
): Promise<Result> {
  const answer = await answerTo(subject, command);
  if (!answer.ok) throw new Error(`expected a success, got ${JSON.stringify(answer.failure)}`);
  return answer.result;
}

/** Demands a refusal, of one of the codes if some are named. */
export function refused(answer: Answer, what: string, ...codes: readonly string[]): void {
  const isRefused = !answer.ok && answer.failure.kind === 'refused';
  if (isRefused && (codes.length === 0 || codes.includes(answer.failure.code))) return;
  throw new Error(
    `${what}: expected a refusal (${codes.join(', ') || 'any'}), got ${JSON.stringify(answer)}`,
  );
}

/** Demands that nothing was handed over, for one of the reasons. */
export function notSent(answer: Answer, what: string, ...codes: readonly string[]): void {
  if (!answer.ok && answer.failure.kind === 'not-sent' && codes.includes(answer.failure.code)) return;
  throw new Error(`${what}: expected not-sent (${codes.join(', ')}), got ${JSON.stringify(answer)}`);
}

/** Plain data, compared as JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, shall] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== shall) throw new Error(`${what}: expected ${shall}, got ${is}`);
}

export function holds(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}
