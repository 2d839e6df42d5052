import type { Stage, Step } from './report.ts';
import { frames, must, payloads } from './report.ts';
import { ONE, TWO, openConversation } from './people.ts';

export const relayMessaging: readonly Step[] = [
  {
    phase: 3,
    says: 'While hole punching is tried, the messages go through the server, and the screen says both',
    async run(stage) {
      const one = stage.screens[0]!;
      await openConversation(one, TWO);
      await stage.pass(2_000);
      must(one.route() === 'Through the server', `The route says “${one.route()}”.`);
      must(/No direct connection/u.test(one.notice()), `The notice says “${one.notice()}”.`);
      await one.write('over the relay');
      await stage.pass(2_000);
      must(one.statusOf('over the relay') === 'Delivered', `It says ${one.statusOf('over the relay')}.`);
      must(payloads(stage, 'message').length === 0, 'It went over a channel that is not there.');
      return `${one.route()}; ${one.notice()}`;
    },
  },
  {
    phase: 3,
    says: 'The dial fails after 30 s, as in the report, and nothing is claimed',
    async run(stage) {
      for (let waited = 0; waited < 40 && frames(stage, 'PeerConnectFailure').length === 0; waited += 1)
        await stage.pass(1_000);
      const [failure] = frames(stage, 'PeerConnectFailure');
      must(/timed out after 30 seconds/u.test(failure?.text ?? ''), 'The service did not say so.');
      must(!stage.recorder.routes.includes('Connected'), '“Connected” was drawn.');
      return 'PeerConnectFailure “P2P connection timed out after 30 seconds”; “Connected” was never drawn';
    },
  },
  {
    phase: 3,
    says: 'The late success is the truth: Connected, and the next messages take the channel, in order, once',
    async run(stage) {
      const one = stage.screens[0]!;
      await stage.pass(4_000);
      must(one.route() === 'Connected', `The route says “${one.route()}”.`);
      for (const text of ['five', 'six', 'seven']) await one.write(text);
      await stage.pass(2_000);
      must(
        payloads(stage, 'message').length === 3,
        `${payloads(stage, 'message').length} messages took the channel.`,
      );
      const two = stage.screens[1]!;
      await openConversation(two, ONE);
      const texts = two.messages().map(({ text }) => text);
      must(texts.join() === 'over the relay,five,six,seven', `They stand as ${texts.join(', ')}.`);
      return texts.join(', ');
    },
  },
];

/** How many read receipts have crossed the wire. */
function readReceipts(stage: Stage): number {
  return payloads(stage, 'receipt', 'out').filter((text) => text.includes('"kind":"read"')).length;
}

export const channelStatus: readonly Step[] = [
  {
    phase: 4,
    says: 'One tick for what the service took, two for the receipt, a disc when it was on screen, each with its frame',
    async run(stage) {
      const one = stage.screens[0]!;
      stage.recorder.clear();
      const before = readReceipts(stage);
      await one.write('what becomes of me?');
      await stage.pass(3_000);
      const { id } = one.messages().find(({ text }) => text === 'what becomes of me?')!;
      const drawn = stage.recorder.statuses.get(id) ?? [];
      must(drawn.at(-1) === 'Read', `It was drawn as ${drawn.join(' → ')}.`);
      const receipts = payloads(stage, 'receipt', 'out').filter((text) => text.includes(id));
      must(
        receipts.some((text) => text.includes('"kind":"delivered"')),
        'No delivered receipt crossed the wire.',
      );
      must(readReceipts(stage) > before, 'No read receipt crossed the wire.');
      return drawn.join(' → ');
    },
  },
  {
    phase: 4,
    says: 'A message that the service refuses never gets a tick, in no frame',
    async run(stage) {
      const one = stage.screens[0]!;
      const { cid } = stage.scenario.accounts[0];
      const reason = `Connection for ${cid} not found`;
      stage.recorder.clear();
      stage.scenario.services[0]!.faults.add({
        kind: 'refuse',
        direction: 'in',
        variants: ['Message'],
        reason,
      });
      stage.scenario.accounts[0].relay.conduct = { refuse: 'The relay refused it', code: 'invalid' };
      await one.write('refused');
      await stage.pass(60_000);
      const { id } = one.messages().find(({ text }) => text === 'refused')!;
      const drawn = stage.recorder.statuses.get(id) ?? [];
      must(frames(stage, 'MessageSendFailure', reason).length > 0, 'The service did not refuse it.');
      must(drawn.length > 0, 'It was never drawn.');
      must(
        !drawn.some((status) => /^(Sent|Delivered|Read)/u.test(status)),
        `It was drawn as ${drawn.join(' → ')}.`,
      );
      must(/Not sent/u.test(drawn.at(-1)!), `It ended as ${drawn.at(-1)}.`);
      return drawn.join(' → ');
    },
  },
];

export const channelBackground: readonly Step[] = [
  {
    phase: 5,
    says: 'A hidden page reads nothing: the message stays Delivered, and no read receipt crosses the wire',
    async run(stage) {
      stage.scenario.services[0]!.faults.clear();
      stage.scenario.accounts[0].relay.conduct = 'accept';
      await stage.pass(120_000);
      stage.messengers[1]!.setVisible(false);
      await stage.pass(1_000);
      const one = stage.screens[0]!;
      const before = readReceipts(stage);
      await one.write('are you looking?');
      await stage.pass(10_000);
      must(one.statusOf('are you looking?') === 'Delivered', `It says ${one.statusOf('are you looking?')}.`);
      must(readReceipts(stage) === before, 'A read receipt crossed the wire.');
      return 'are you looking?: Delivered';
    },
  },
  {
    phase: 5,
    says: 'Shown again, it is read',
    async run(stage) {
      stage.messengers[1]!.setVisible(true);
      await stage.pass(3_000);
      const one = stage.screens[0]!;
      must(one.statusOf('are you looking?') === 'Read', `It says ${one.statusOf('are you looking?')}.`);
      return 'are you looking?: Read';
    },
  },
];

export const channelRetry: readonly Step[] = [
  {
    phase: 6,
    says: 'Try again, one control, sends the same message, and it arrives once',
    async run(stage) {
      const one = stage.screens[0]!;
      const before = one.messages().find(({ text }) => text === 'refused')!.id;
      await one.press('Try again');
      await stage.pass(3_000);
      const after = one.messages().filter(({ text }) => text === 'refused');
      must(after.length === 1 && after[0]!.id === before, 'It is not the same message.');
      must(['Delivered', 'Read'].includes(after[0]!.status!), `It says ${after[0]!.status}.`);
      must(!one.has('Try again'), 'Try again is still there.');
      const arrived = stage.screens[1]!.messages().filter(({ text }) => text === 'refused');
      must(arrived.length === 1, `It arrived ${arrived.length} times.`);
      return `refused: ${after[0]!.status}, once`;
    },
  },
];
