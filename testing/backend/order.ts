import { answerTo, bytes, has, holds, received, same, sending, success, talking, until } from './network.ts';
import type { BackendRule, Person } from './network.ts';

/** Several bodies of one pair. */
export const ORDER_RULES: readonly BackendRule[] = [
  {
    title: 'delivers bodies in the order in which they are sent',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const texts = Array.from({ length: 20 }, (_, n) => `body ${n}`);
      const answers = texts.map((text) => send(alice, bob, text));
      for (const answer of answers) await success(subject, answer);
      await until(subject, () => received(bob, alice).length >= texts.length, 'all bodies');
      same(received(bob, alice), texts, 'what came');
    },
  },
  {
    title: 'asks isWithdrawn right before it hands over',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const log: string[] = [];
      const answers = [1, 2, 3].map((n) =>
        alice.backend.send(
          alice.account,
          bob.account,
          bytes(`body ${n}`),
          sending({
            isWithdrawn: () => {
              log.push(`is ${n} withdrawn?`);
              return false;
            },
            handedOver: () => log.push(`${n} handed over`),
          }),
        ),
      );
      for (const answer of answers) await success(subject, answer);
      for (const n of [1, 2, 3]) {
        const at = log.indexOf(`${n} handed over`);
        same(log[at - 1], `is ${n} withdrawn?`, `what came before ${n} was handed over`);
      }
    },
  },
  {
    title: 'accepts no body behind one that it did not accept',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const texts = Array.from({ length: 12 }, (_, n) => `body ${n}`);
      const sends = texts.slice(0, 6).map((text) => send(alice, bob, text));
      // The channel ends between them.
      void bob.backend.hangUp(bob.account, alice.account);
      sends.push(...texts.slice(6).map((text) => send(alice, bob, text)));
      const accepted: boolean[] = [];
      for (const sent of sends) accepted.push((await answerTo(subject, sent)).ok);
      const failed = accepted.indexOf(false);
      if (failed >= 0) holds(!accepted.slice(failed).includes(true), `accepted: ${accepted.join(', ')}`);
      const came = received(bob, alice);
      same(came, texts.slice(0, came.length), 'what came, which is the beginning of what was sent');
    },
  },
  {
    title: 'carries bodies over a channel while the link is down, where it says that channels outlive it',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      if (!alice.backend.capabilities.channelsOutliveLink) return;
      if (!subject.cut) throw new Error('A backend whose channels outlive the link is tested with `cut`.');
      subject.cut(alice.backend);
      await until(subject, () => alice.backend.link.state !== 'up', 'the loss of the link');
      await success(subject, send(alice, bob, 'out'));
      await success(subject, send(bob, alice, 'in'));
      await until(subject, () => received(bob, alice).includes('out'), 'the body that went out');
      await until(subject, () => received(alice, bob).includes('in'), 'the body that came in');
      holds(!has(alice, 'ended', bob) && !has(bob, 'ended', alice), 'the channel ended with the link');
    },
  },
  {
    title: 'keeps the bodies of two conversations apart',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const answers = [1, 2, 3].flatMap((n) => [send(alice, bob, `a${n}`), send(bob, alice, `b${n}`)]);
      for (const answer of answers) await success(subject, answer);
      await until(subject, () => has(bob, 'body', alice) && has(alice, 'body', bob), 'bodies');
      await until(
        subject,
        () => received(bob, alice).length + received(alice, bob).length >= 6,
        'all bodies',
      );
      same([received(bob, alice), received(alice, bob)], [texts('a'), texts('b')], 'what came');
    },
  },
];

function texts(prefix: string): string[] {
  return [1, 2, 3].map((n) => `${prefix}${n}`);
}

function send(from: Person, to: Person, text: string): ReturnType<Person['backend']['send']> {
  return from.backend.send(from.account, to.account, bytes(text), sending());
}
