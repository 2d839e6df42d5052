import type { Step } from './report.ts';
import { frames, must } from './report.ts';
import { ONE, TWO, openConversation, screenOf } from './people.ts';

export const loopbackMessaging: readonly Step[] = [
  {
    phase: 3,
    says: 'The conversation says that it stays on this device',
    async run(stage) {
      const one = await screenOf(stage, 0);
      await openConversation(one, TWO);
      must(one.route() === 'On this device', `The route says “${one.route()}”.`);
      return one.route();
    },
  },
  {
    phase: 3,
    says: 'Messages arrive both ways over loopback, at once, in order, with no dial and no frame on the wire',
    async run(stage) {
      const one = await screenOf(stage, 0);
      for (const text of ['one', 'two', 'three']) await one.write(text);
      await stage.pass(500);
      const two = await screenOf(stage, 1);
      await openConversation(two, ONE);
      await two.write('four');
      await stage.pass(500);
      const texts = two.messages().map(({ text }) => text);
      must(texts.join() === 'one,two,three,four', `They stand as ${texts.join(', ')}.`);
      must(frames(stage, 'Message').length === 0, 'A Message crossed the wire.');
      must(frames(stage, 'PeerConnect').length === 0, 'A dial crossed the wire.');
      return texts.join(', ');
    },
  },
];

export const loopbackStatus: readonly Step[] = [
  {
    phase: 4,
    says: 'Every status is drawn with its proof: Delivered when the other account has stored it, Read when it was on screen',
    async run(stage) {
      const one = await screenOf(stage, 0);
      await openConversation(one, TWO);
      const status = one.statusOf('one');
      must(status === 'Read' || status === 'Delivered', `It says ${status}.`);
      await stage.pass(1_000);
      must(one.statusOf('one') === 'Read', `It was on screen, and says ${one.statusOf('one')}.`);
      return `one: ${one.statusOf('one')}`;
    },
  },
  {
    phase: 4,
    says: 'A message that the other account could not store never gets a tick, in no frame',
    async run(stage) {
      const one = await screenOf(stage, 0);
      await openConversation(one, TWO);
      stage.failStorage(true);
      stage.recorder.clear();
      await one.write('refused');
      await stage.pass(3_000);
      const { id } = one.messages().find(({ text }) => text === 'refused')!;
      const drawn = stage.recorder.statuses.get(id) ?? [];
      must(
        !drawn.some((status) => /Sent\b|Delivered|Read/u.test(status.replace('Not sent', ''))),
        `It was drawn as ${drawn.join(' → ')}.`,
      );
      must(drawn.length > 0, 'It was never drawn.');
      return drawn.join(' → ');
    },
  },
];

export const loopbackBackground: readonly Step[] = [
  {
    phase: 5,
    says: 'A hidden page reads nothing: the message stays Delivered',
    async run(stage) {
      stage.failStorage(false);
      const one = await screenOf(stage, 0);
      await openConversation(one, TWO);
      await stage.pass(60_000);
      await one.write('are you looking?');
      await stage.pass(1_000);
      stage.messengers[0]!.setVisible(false);
      const two = await screenOf(stage, 1);
      await openConversation(two, ONE);
      await stage.pass(5_000);
      must(
        two.messages().some(({ text }) => text === 'are you looking?'),
        'It did not arrive.',
      );
      await screenOf(stage, 0);
      const again = await screenOf(stage, 0);
      must(
        again.statusOf('are you looking?') === 'Delivered',
        `It says ${again.statusOf('are you looking?')}.`,
      );
      return 'are you looking?: Delivered, with the conversation open on a hidden page';
    },
  },
  {
    phase: 5,
    says: 'Shown again, it is read',
    async run(stage) {
      stage.messengers[0]!.setVisible(true);
      const two = await screenOf(stage, 1);
      await openConversation(two, ONE);
      await stage.pass(2_000);
      const one = await screenOf(stage, 0);
      must(one.statusOf('are you looking?') === 'Read', `It says ${one.statusOf('are you looking?')}.`);
      return 'are you looking?: Read';
    },
  },
];

export const loopbackRetry: readonly Step[] = [
  {
    phase: 6,
    says: 'When the tries are spent the row says Not sent and why, with exactly one Try again',
    async run(stage) {
      const one = await screenOf(stage, 0);
      await openConversation(one, TWO);
      stage.failStorage(true);
      await one.write('try me again');
      await stage.pass(12 * 60_000);
      must(one.statusOf('try me again') === 'Not sent', `It says ${one.statusOf('try me again')}.`);
      must(/Not sent after \d+ tries/u.test(one.text()), 'It does not say why.');
      return `try me again: Not sent after 10 tries`;
    },
  },
  {
    phase: 6,
    says: 'Try again sends the same message, and it arrives once',
    async run(stage) {
      stage.failStorage(false);
      const one = await screenOf(stage, 0);
      const before = one.messages().find(({ text }) => text === 'try me again')!.id;
      await one.press('Try again');
      await stage.pass(2_000);
      const after = one.messages().filter(({ text }) => text === 'try me again');
      must(after.length === 1 && after[0]!.id === before, 'It is not the same message.');
      must(['Delivered', 'Read'].includes(after[0]!.status!), `It says ${after[0]!.status}.`);
      const two = await screenOf(stage, 1);
      await openConversation(two, ONE);
      const arrived = two.messages().filter(({ text }) => text === 'try me again');
      must(arrived.length === 1, `It arrived ${arrived.length} times.`);
      return `try me again: ${after[0]!.status}, once`;
    },
  },
];
