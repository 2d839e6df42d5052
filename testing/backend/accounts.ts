import { isAccountId } from '../../facts/ids.ts';
import { reopened } from './link.ts';
import {
  answerTo,
  credentials,
  holds,
  linked,
  newAccount,
  person,
  quiet,
  refused,
  same,
  STRANGER,
  success,
  two,
  until,
} from './network.ts';
import type { BackendRule } from './network.ts';

/** Accounts and sessions. */
export const ACCOUNT_RULES: readonly BackendRule[] = [
  {
    title: 'names accounts by ids of 1 to 128 visible characters without a slash',
    async check(subject) {
      const { account } = await person(subject, 'alice');
      holds(isAccountId(account), `the id is ${JSON.stringify(account)}`);
    },
  },
  {
    title: 'gives everybody an id of their own',
    async check(subject) {
      const { alice, bob } = await two(subject);
      holds(alice.account !== bob.account, 'two people have the same id');
    },
  },
  {
    title: 'puts the same two ids in the same order everywhere',
    async check(subject) {
      const { alice, bob } = await two(subject);
      const carol = await person(subject, 'carol');
      const orders = [alice, bob, carol].map(({ backend }) => {
        const order = (a: typeof alice, b: typeof bob): number =>
          Math.sign(backend.compareIds(a.account, b.account));
        same(order(alice, alice), 0, 'an id and itself');
        holds(order(alice, bob) !== 0 && order(alice, bob) === -order(bob, alice), 'nobody is first');
        return [alice, bob, carol]
          .sort((a, b) => backend.compareIds(a.account, b.account))
          .map(({ account }) => account);
      });
      same(orders[1], orders[0], 'the order in another browser');
      same(orders[2], orders[0], 'the order in another browser');
    },
  },
  {
    title: 'refuses a name that somebody has',
    async check(subject) {
      const { backend } = await person(subject, 'alice');
      if (!backend.capabilities.createsAccounts) return;
      const other = await linked(subject);
      const answer = await answerTo(subject, other.backend.createAccount(newAccount(subject, 'alice')));
      refused(answer, 'the second alice', 'name-taken');
    },
  },
  {
    title: 'signs in again, with the same id',
    async check(subject) {
      const { backend, account, username } = await person(subject, 'alice');
      await success(subject, backend.signOut(account));
      await quiet(subject);
      const again = await success(subject, backend.signIn(credentials(subject, username)));
      same(again.account, account, 'the id');
    },
  },
  {
    title: 'refuses a wrong password, and says that it is one',
    async check(subject) {
      const { backend, account, username } = await person(subject, 'alice');
      await success(subject, backend.signOut(account));
      await quiet(subject);
      const answer = await answerTo(subject, backend.signIn(credentials(subject, username, 'wrong')));
      refused(answer, 'a wrong password', 'bad-password');
    },
  },
  {
    title: 'refuses a name that nobody has, and says so',
    async check(subject) {
      const { backend } = await linked(subject);
      const answer = await answerTo(subject, backend.signIn(credentials(subject, 'nobody')));
      refused(answer, 'an unknown name', 'no-such-account');
    },
  },
  {
    title: 'lists a session from sign-in to sign-out',
    async check(subject) {
      const { backend, account } = await person(subject, 'alice');
      const listed = async (): Promise<boolean> => {
        const sessions = await success(subject, backend.sessions());
        return sessions.some((session) => session.account === account);
      };
      holds(await listed(), 'it is not listed while it is signed in');
      await success(subject, backend.signOut(account));
      await quiet(subject);
      holds(!(await listed()), 'it is listed after the sign-out');
    },
  },
  {
    title: 'tells the end of a session that is signed out',
    async check(subject) {
      const { backend, account, events } = await person(subject, 'alice');
      await success(subject, backend.signOut(account));
      const isEnd = (event: (typeof events)[number]): boolean =>
        event.type === 'ended' && event.account === account && event.peer === null;
      await until(subject, () => events.some(isEnd), 'the end of the session');
    },
  },
  {
    title: 'gives an account back to the link that claims it after another one',
    async check(subject) {
      const alice = await person(subject, 'alice');
      await reopened(subject, alice);
      const { backend, account } = alice;
      const sessions = await success(subject, backend.sessions());
      holds(
        sessions.some((session) => session.account === account),
        'its session is not listed',
      );
      await success(subject, backend.claim(account, false));
      await success(subject, backend.contacts(account));
    },
  },
  {
    title: 'takes no account from a page that is there, unless it is forced to',
    async check(subject) {
      const { backend, account } = await person(subject, 'alice');
      const other = await linked(subject, backend);
      refused(await answerTo(subject, other.backend.claim(account, false)), 'a claim', 'not-orphaned');
      await success(subject, other.backend.claim(account, true));
    },
  },
  {
    title: 'refuses the claim of a session that there is not',
    async check(subject) {
      const { backend } = await linked(subject);
      refused(await answerTo(subject, backend.claim(STRANGER, true)), 'a claim');
    },
  },
];
