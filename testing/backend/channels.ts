import {
  answerTo,
  bytes,
  friends,
  has,
  holds,
  notSent,
  person,
  quiet,
  received,
  refused,
  same,
  sending,
  success,
  talking,
  told,
  two,
  until,
} from './network.ts';
import type { BackendRule } from './network.ts';

/** Channels, and single bodies. */
export const CHANNEL_RULES: readonly BackendRule[] = [
  {
    title: 'brings a channel up at both sides',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const channels = [...told(alice, 'channel', bob), ...told(bob, 'channel', alice)];
      for (const { path, by } of channels)
        holds(by === null || path !== 'direct', `a direct path is relayed by ${by}`);
    },
  },
  {
    title: 'brings no channel up to somebody who is no contact',
    async check(subject) {
      const { alice, bob } = await two(subject);
      const answer = await answerTo(subject, alice.backend.dial(alice.account, bob.account));
      refused(answer, 'the dial');
      await quiet(subject);
      holds(!has(alice, 'channel', bob) && !has(bob, 'channel', alice), 'there is a channel');
    },
  },
  {
    title: 'brings a body to the other side as it is',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const body = Uint8Array.from({ length: 10_000 }, (_, n) => (n * 7) % 256);
      await success(subject, alice.backend.send(alice.account, bob.account, body, sending()));
      await until(subject, () => has(bob, 'body', alice), 'the body');
      same([...told(bob, 'body', alice)[0]!.body], [...body], 'the bytes');
    },
  },
  {
    title: 'brings a body both ways over one channel',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      await success(subject, bob.backend.send(bob.account, alice.account, bytes('hello'), sending()));
      await until(subject, () => has(alice, 'body', bob), 'the body');
      same(received(alice, bob), ['hello'], 'what came');
    },
  },
  {
    title: 'brings a body once, and to nobody else',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const carol = await person(subject, 'carol');
      await success(subject, alice.backend.send(alice.account, bob.account, bytes('hello'), sending()));
      await until(subject, () => has(bob, 'body', alice), 'the body');
      await quiet(subject);
      const bodies = [alice, bob, carol].map(
        ({ events }) => events.filter(({ type }) => type === 'body').length,
      );
      same(bodies, [0, 1, 0], 'the bodies of sender, recipient and a third');
    },
  },
  {
    title: 'calls handedOver once for what leaves, before its answer',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const log: string[] = [];
      const sent = alice.backend.send(
        alice.account,
        bob.account,
        bytes('hello'),
        sending({ handedOver: () => log.push('handed over') }),
      );
      void sent.then(() => log.push('answered'));
      await success(subject, sent);
      await quiet(subject);
      same(log, ['handed over', 'answered'], 'what happened');
    },
  },
  {
    title: 'does not call handedOver for what never leaves',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const { backend, account } = alice;
      const log: string[] = [];
      const options = (name: string, isWithdrawn = false): ReturnType<typeof sending> =>
        sending({ handedOver: () => log.push(name), isWithdrawn: () => isWithdrawn });
      const large = new Uint8Array(backend.capabilities.maxBodyBytes + 1);
      await answerTo(subject, backend.send(account, bob.account, large, options('too large')));
      await answerTo(subject, backend.send(account, bob.account, bytes('x'), options('withdrawn', true)));
      backend.close();
      await answerTo(subject, backend.send(account, bob.account, bytes('x'), options('without a link')));
      await answerTo(subject, backend.ask(account, bob.account, options('an ask without a link')));
      same(log, [], 'what it calls handed over');
    },
  },
  {
    title: 'does not send a body that is withdrawn when its turn comes',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const { backend, account } = alice;
      const withdrawn = backend.send(account, bob.account, bytes('no'), sending({ isWithdrawn: () => true }));
      const meant = backend.send(account, bob.account, bytes('yes'), sending({ isWithdrawn: () => false }));
      notSent(await answerTo(subject, withdrawn), 'the one that is withdrawn', 'withdrawn');
      await success(subject, meant);
      await until(subject, () => received(bob, alice).includes('yes'), 'the other one');
      same(received(bob, alice), ['yes'], 'what came');
    },
  },
  {
    title: 'refuses a body that is larger than it says it takes',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      const { backend, account } = alice;
      const large = new Uint8Array(backend.capabilities.maxBodyBytes + 1);
      const answer = await answerTo(subject, backend.send(account, bob.account, large, sending()));
      holds(!answer.ok && answer.failure.kind !== 'unanswered', 'it was sent');
      if (!answer.ok && answer.failure.kind !== 'unanswered')
        same(answer.failure.code, 'too-large', 'what it means');
      await success(subject, backend.send(account, bob.account, bytes('small'), sending()));
    },
  },
  {
    title: 'refuses what has no channel, and says that there is none',
    async check(subject) {
      const { alice, bob } = await friends(subject);
      const answer = await answerTo(
        subject,
        alice.backend.send(alice.account, bob.account, bytes('hello'), sending()),
      );
      refused(answer, 'the send', 'no-channel', 'no-session', 'channel-dead');
    },
  },
  {
    title: 'tells both sides that a channel was hung up',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      await success(subject, alice.backend.hangUp(alice.account, bob.account));
      await until(
        subject,
        () => has(alice, 'ended', bob) && has(bob, 'ended', alice),
        'the end of the channel',
      );
    },
  },
  {
    title: 'brings a channel up again that was hung up',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      await success(subject, alice.backend.hangUp(alice.account, bob.account));
      await until(subject, () => has(bob, 'ended', alice), 'the end of the channel');
      await quiet(subject);
      await success(subject, bob.backend.dial(bob.account, alice.account));
      await success(subject, bob.backend.send(bob.account, alice.account, bytes('again'), sending()));
      await until(subject, () => received(alice, bob).includes('again'), 'a body over the new channel');
    },
  },
  {
    title: 'tells the other side of a hang-up that is the last thing before the link is closed',
    async check(subject) {
      const { alice, bob } = await talking(subject);
      void alice.backend.hangUp(alice.account, bob.account);
      alice.backend.close();
      await until(subject, () => has(bob, 'ended', alice), 'the end of the channel');
    },
  },
];
