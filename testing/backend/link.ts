import {
  answerTo,
  browser,
  commands,
  holds,
  isLinked,
  linked,
  NOBODY_ELSE,
  notSent,
  person,
  quiet,
  same,
  sending,
  STRANGER,
  until,
} from './network.ts';
import type { Browser, BackendRule, BackendUnderTest } from './network.ts';

const FLAGS = ['listsPeople', 'createsAccounts', 'carriesReceipts', 'channelsOutliveLink'] as const;

/** The link, and every command's answer. */
export const LINK_RULES: readonly BackendRule[] = [
  {
    title: 'says of each capability whether it has it',
    async check(subject) {
      const { capabilities } = subject.browser();
      for (const flag of FLAGS) same(typeof capabilities[flag], 'boolean', flag);
      const { maxBodyBytes, maxInFlight } = capabilities;
      holds(Number.isInteger(maxBodyBytes) && maxBodyBytes > 0, `maxBodyBytes is ${maxBodyBytes}`);
      holds(Number.isInteger(maxInFlight) && maxInFlight >= 1, `maxInFlight is ${maxInFlight}`);
    },
  },
  {
    title: 'describes its sign-in form, with words for a field that the library has none for',
    async check(subject) {
      const { server } = subject.browser().accountForm;
      const isDescribed =
        server === null ||
        server === 'socket-address' ||
        (typeof server.label === 'string' && server.label !== '');
      holds(isDescribed, `the field is ${JSON.stringify(server)}`);
    },
  },
  {
    title: 'does nothing before it is opened',
    async check(subject) {
      const { backend, events } = browser(subject);
      await quiet(subject);
      same(backend.link.state, 'idle', 'the link');
      same(events, [], 'what it has told');
    },
  },
  {
    title: 'tells of the link before anything else',
    async check(subject) {
      const { events } = await linked(subject);
      const linkedAt = events.findIndex(({ type }) => type === 'linked');
      const first = events.find((event) => event.type !== 'counted');
      same(first?.type, 'link', 'the first event');
      const last = events.slice(0, linkedAt).findLast((event) => event.type === 'link');
      same(last?.link.state, 'up', 'the link before it is linked');
    },
  },
  {
    title: 'shows the link that it tells of',
    async check(subject) {
      const backend = subject.browser();
      const shown: unknown[] = [];
      const listened: unknown[] = [];
      backend.subscribe((event) => {
        if (event.type !== 'link') return;
        listened.push(event.link);
        shown.push(backend.link);
      });
      backend.open();
      await until(subject, () => backend.link.state === 'up', 'a link that is up');
      backend.close();
      same(shown, listened, 'the link when it was told');
      same(backend.link.state, 'closed', 'the link after it was closed');
    },
  },
  {
    title: 'opens one link, however often it is told to',
    async check(subject) {
      const { backend, events } = browser(subject);
      backend.open();
      backend.open();
      await quiet(subject);
      backend.open();
      await quiet(subject);
      same(linkedIn(events).length, 1, 'links');
    },
  },
  {
    title: 'stays linked when it is probed, or told to try again',
    async check(subject) {
      const { backend, events } = await linked(subject);
      backend.probe();
      backend.reconnect();
      await quiet(subject);
      same(backend.link.state, 'up', 'the link');
      same(linkedIn(events).length, 1, 'links');
    },
  },
  {
    title: 'opens again after it was closed, with a higher epoch',
    async check(subject) {
      const made = await linked(subject);
      const { first, second } = await reopened(subject, made);
      holds(second > first, `the epoch was ${first} and is ${second}`);
    },
  },
  {
    title: 'tells everybody who listens, and nobody who has left',
    async check(subject) {
      const { backend, events } = browser(subject);
      const others: unknown[] = [];
      const gone: unknown[] = [];
      backend.subscribe((event) => others.push(event));
      backend.subscribe((event) => gone.push(event))();
      backend.open();
      await until(subject, () => isLinked({ backend, events }), 'a link that is up');
      same(others, events, 'what another listener heard');
      same(gone, [], 'what a listener heard after it had left');
    },
  },
  {
    title: 'answers every command that finds no link with not-sent',
    async check(subject) {
      const { backend } = browser(subject);
      for (const [name, command] of Object.entries(commands(subject, backend, STRANGER, NOBODY_ELSE)))
        notSent(await answerTo(subject, command(), `an answer to ${name}`), name, 'link-down', 'invalid');
    },
  },
  {
    title: 'never rejects, whoever is named',
    async check(subject) {
      const { backend, account } = await person(subject, 'alice');
      for (const [ours, theirs] of [
        [account, STRANGER],
        [STRANGER, account],
        [account, 'no such/id'],
        ['', ''],
      ] as const) {
        const all = commands(subject, backend, ours as typeof account, theirs as typeof account);
        for (const [name, command] of Object.entries(all)) {
          // It would end the session of the only account.
          if (name === 'signOut' && ours === account) continue;
          let pending: ReturnType<typeof command>;
          try {
            pending = command();
          } catch (error) {
            throw new Error(`${name} throws: ${String(error)}`, { cause: error });
          }
          const outcome = await Promise.race([
            pending.then(
              () => null,
              (error: unknown) => new Error(`${name} rejects.`, { cause: error }),
            ),
            quiet(subject).then(() => null),
          ]);
          if (outcome) throw outcome;
        }
      }
    },
  },
  {
    title: 'answers what is in flight when it is closed',
    async check(subject) {
      const alice = await person(subject, 'alice');
      const bob = await person(subject, 'bobby');
      // It is not answered.
      const asked = alice.backend.ask(alice.account, bob.account, sending());
      await quiet(subject);
      alice.backend.close();
      const answer = await answerTo(subject, asked);
      same(answer.ok, false, 'a success');
      if (!answer.ok)
        same(answer.failure, { kind: 'unanswered', cause: 'connection-lost' }, 'what became of it');
    },
  },
  {
    title: 'tells nothing but of the link once it is closed',
    async check(subject) {
      const alice = await person(subject, 'alice');
      const bob = await person(subject, 'bobby');
      alice.backend.close();
      await quiet(subject);
      const before = alice.events.length;
      void bob.backend.ask(bob.account, alice.account, sending());
      await quiet(subject);
      const after = alice.events.slice(before).filter(({ type }) => type !== 'link' && type !== 'counted');
      same(after, [], 'what it told');
    },
  },
];

function linkedIn(events: Browser['events']): number[] {
  return events.flatMap((event) => (event.type === 'linked' ? event.epoch : []));
}

/** Closes the link and opens it again. */
export async function reopened(
  subject: BackendUnderTest,
  { backend, events }: Browser,
): Promise<{ first: number; second: number }> {
  backend.close();
  await quiet(subject);
  backend.open();
  await until(subject, () => linkedIn(events).length > 1, 'another link');
  const [first, second] = linkedIn(events).slice(-2);
  return { first: first!, second: second! };
}
