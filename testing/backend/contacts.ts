import { answerTo, friends, has, holds, person, quiet, refused, same, sending } from './network.ts';
import { STRANGER, success, told, two, until } from './network.ts';
import type { BackendRule, BackendUnderTest, Person } from './network.ts';

/** People, asks and contacts. */
export const CONTACT_RULES: readonly BackendRule[] = [
  {
    title: 'lists people by the ids that they have themselves',
    async check(subject) {
      const { alice, bob } = await two(subject);
      if (!alice.backend.capabilities.listsPeople) return;
      const people = await success(subject, alice.backend.people(alice.account));
      const [found] = people.filter(({ username }) => username === bob.username);
      same(found?.peer, bob.account, 'the id in the list');
    },
  },
  {
    title: 'never names ourselves as a peer',
    async check(subject) {
      const { alice, bob } = await friends(subject);
      for (const { backend, account, events } of [alice, bob]) {
        const { result: people } = await listed(subject, backend.people(account));
        const { result: contacts } = await listed(subject, backend.contacts(account));
        const named = [...people, ...contacts].map(({ peer }) => peer);
        holds(!named.includes(account), 'a list names its own account');
        const isOwn = (event: (typeof events)[number]): boolean =>
          'peer' in event && event.peer === event.account;
        holds(!events.some(isOwn), 'an event names its own account as the peer');
      }
    },
  },
  {
    title: 'lists nobody as a contact who has not asked and been asked',
    async check(subject) {
      const { alice, bob } = await two(subject);
      void alice.backend.ask(alice.account, bob.account, sending());
      await quiet(subject);
      same(await contactsOf(subject, alice), [], 'the contacts of who asked');
      same(await contactsOf(subject, bob), [], 'the contacts of who was asked');
    },
  },
  {
    title: 'brings an ask to the person who is asked, with the id of who asks',
    async check(subject) {
      const { alice, bob } = await two(subject);
      void alice.backend.ask(alice.account, bob.account, sending());
      await until(subject, () => has(bob, 'request-received', alice), 'the ask');
      await quiet(subject);
      same(told(alice, 'request-received', bob), [], 'the asks at who has asked');
    },
  },
  {
    title: 'makes contacts of two people who have both asked',
    async check(subject) {
      const { alice, bob } = await friends(subject);
      same(await contactsOf(subject, alice), [bob.account], 'the contacts of who asked');
      same(await contactsOf(subject, bob), [alice.account], 'the contacts of who asked back');
    },
  },
  {
    title: 'lists a contact to each of the two also while the other is away',
    async check(subject) {
      const { alice, bob } = await friends(subject);
      bob.backend.close();
      await quiet(subject);
      same(await contactsOf(subject, alice), [bob.account], 'the contacts of who asked');
      const links = linksOf(bob);
      bob.backend.open();
      await until(subject, () => linksOf(bob) > links, 'another link');
      await success(subject, bob.backend.claim(bob.account, false));
      alice.backend.close();
      await quiet(subject);
      same(await contactsOf(subject, bob), [alice.account], 'the contacts of who asked back');
    },
  },
  {
    title: 'answers an ask when it is asked back, and not before',
    async check(subject) {
      const { alice, bob } = await two(subject);
      let isAnswered = false;
      const asked = alice.backend.ask(alice.account, bob.account, sending());
      void asked.then(() => (isAnswered = true));
      await quiet(subject);
      holds(!isAnswered, 'it was answered before the other person did anything');
      void bob.backend.ask(bob.account, alice.account, sending());
      await success(subject, asked);
    },
  },
  {
    title: 'tells both of the contact, each with the id of their own ask',
    async check(subject) {
      const { alice, bob } = await two(subject);
      const [first, second] = [sending(), sending()];
      void alice.backend.ask(alice.account, bob.account, first);
      await until(subject, () => has(bob, 'request-received', alice), 'the ask');
      void bob.backend.ask(bob.account, alice.account, second);
      await until(
        subject,
        () => has(alice, 'request-accepted', bob) && has(bob, 'request-accepted', alice),
        'a proof at both',
      );
      const proofs = (whose: Person, about: Person): string[] =>
        told(whose, 'request-accepted', about).map(({ requestId }) => requestId);
      holds(proofs(alice, bob).includes(first.requestId), 'who asked was told of another request');
      holds(proofs(bob, alice).includes(second.requestId), 'who asked back was told of another request');
    },
  },
  {
    title: 'tells who asked that it was declined, and makes no contact',
    async check(subject) {
      const { alice, bob } = await two(subject);
      const asked = alice.backend.ask(alice.account, bob.account, sending());
      await until(subject, () => has(bob, 'request-received', alice), 'the ask');
      await success(subject, bob.backend.decline(bob.account, alice.account, sending()));
      refused(await answerTo(subject, asked), 'the ask', 'declined');
      same(await contactsOf(subject, alice), [], 'the contacts');
    },
  },
  {
    title: 'lets somebody ask again who was declined',
    async check(subject) {
      const { alice, bob } = await two(subject);
      const asked = alice.backend.ask(alice.account, bob.account, sending());
      await until(subject, () => has(bob, 'request-received', alice), 'the ask');
      await success(subject, bob.backend.decline(bob.account, alice.account, sending()));
      await answerTo(subject, asked);
      void alice.backend.ask(alice.account, bob.account, sending());
      await until(subject, () => told(bob, 'request-received', alice).length > 1, 'the second ask');
    },
  },
  {
    title: 'says of an ask when it is handed over',
    async check(subject) {
      const { alice, bob } = await two(subject);
      let calls = 0;
      void alice.backend.ask(alice.account, bob.account, sending({ handedOver: () => (calls += 1) }));
      await until(subject, () => has(bob, 'request-received', alice), 'the ask');
      same(calls, 1, 'calls of handedOver');
    },
  },
  {
    title: 'makes no contact of somebody whom it does not know',
    async check(subject) {
      const alice = await person(subject, 'alice');
      const asked = alice.backend.ask(alice.account, STRANGER, sending());
      const answer = await Promise.race([asked, quiet(subject).then(() => null)]);
      holds(answer?.ok !== true, 'an ask of a stranger succeeded');
      same(await contactsOf(subject, alice), [], 'the contacts');
    },
  },
];

function linksOf({ events }: Person): number {
  return events.filter(({ type }) => type === 'linked').length;
}

async function contactsOf(subject: BackendUnderTest, { backend, account }: Person): Promise<unknown[]> {
  const contacts = await success(subject, backend.contacts(account));
  return contacts.map(({ peer }) => peer);
}

/** A list; empty if the backend has none. */
async function listed(
  subject: BackendUnderTest,
  list: ReturnType<Person['backend']['people']>,
): Promise<{ result: readonly { readonly peer: unknown }[] }> {
  const answer = await answerTo(subject, list);
  return answer.ok ? answer : { result: [] };
}
