import type { Step, Stage } from './report.ts';
import { frames, must, payloads } from './report.ts';
import type { Screen } from './screen.ts';

const ONE = 'P2P Test 1';
const TWO = 'P2P Test 2';
const THREE = 'P2P Test 3';
const PASSWORD = 'password';

/** The screen of an account: in one browser the same one, switched. */
async function screenOf(stage: Stage, index: number): Promise<Screen> {
  const screen = stage.screens[index] ?? stage.screens[0]!;
  if (stage.screens.length === 1) await screen.switchTo([ONE, TWO, THREE][index]!);
  return screen;
}

async function openPeople(screen: Screen): Promise<void> {
  if (screen.has('Back')) await screen.press('Back');
  await screen.press('Find people');
}

async function openConversation(screen: Screen, name: string): Promise<void> {
  await openPeople(screen);
  await screen.pressFor(name, 'Message');
}

const accounts: readonly Step[] = [
  {
    phase: 1,
    says: 'Three accounts are created through the form, with the CIDs of the report, every digit of them',
    async run(stage) {
      const { accounts: own } = stage.scenario;
      for (const [index, account] of own.entries()) {
        const screen = stage.screens[index] ?? stage.screens[0]!;
        if (stage.screens.length === 1 && index > 0) await screen.press('Add account');
        await screen.createAccount(account.fullName, account.username, PASSWORD);
        await stage.pass(2_000);
        const [success] = frames(stage, 'ConnectSuccess', `"cid":${account.cid},`);
        must(success !== undefined, `No ConnectSuccess for ${account.cid} crossed the wire.`);
      }
      return own.map(({ username, cid }) => `${username} = ${cid}`).join(', ');
    },
  },
  {
    phase: 1,
    says: 'Each is drawn as signed in, and none with a connection',
    async run(stage) {
      const drawn = stage.screens.flatMap((screen) => screen.accounts());
      must(drawn.length === 3, `${drawn.length} accounts are drawn.`);
      must(
        drawn.every((name) => name.includes('Signed in')),
        `Not all are signed in: ${drawn.join('; ')}`,
      );
      must(!stage.screens.some((screen) => /\bConnected\b/u.test(screen.text())), '“Connected” is drawn.');
      return drawn.join('; ');
    },
  },
];

const registration: readonly Step[] = [
  {
    phase: 2,
    says: 'Discovery draws the others as reachable strangers: nobody is “Connected”',
    async run(stage) {
      const screen = await screenOf(stage, 0);
      await openPeople(screen);
      await stage.pass(1_000);
      const lines = [screen.facts(TWO), screen.facts(THREE)];
      must(!lines.some((line) => /connected|contact|direct/iu.test(line)), `It says: ${lines.join('; ')}`);
      return lines.join('; ');
    },
  },
  {
    phase: 2,
    says: 'An ask raises the badge of the other side to 1, and a click too many sends nothing',
    async run(stage) {
      const one = await screenOf(stage, 0);
      await openPeople(one);
      await one.pressFor(TWO, 'Ask to connect');
      await stage.pass(500);
      must(/^Request sent/u.test(one.facts(TWO)), `The asker’s row says “${one.facts(TWO)}”.`);
      const two = await screenOf(stage, 1);
      if (two.has('Back')) await two.press('Back');
      must(two.badge() === 1, `The badge shows ${two.badge()}.`);
      must(frames(stage, 'PeerRegister').length === 1, 'More than one ask crossed the wire.');
      return 'The badge shows 1; one PeerRegister crossed the wire';
    },
  },
  {
    phase: 2,
    says: 'Accept drops the badge to 0 in that frame, and it stays there',
    async run(stage) {
      const two = await screenOf(stage, 1);
      stage.recorder.clear();
      await two.press(/^Requests/u);
      await two.pressFor(ONE, 'Accept');
      await two.press('Back');
      const now = two.badge();
      must(now === 0, `The badge shows ${now} after Accept.`);
      await stage.pass(10_000);
      must(two.badge() === 0, `The badge went back to ${two.badge()}.`);
      must(!stage.recorder.badges.includes(2), 'The badge was once 2.');
      return 'The badge shows 0';
    },
  },
  {
    phase: 2,
    says: 'Both sides are contacts by proof (both asked, and both are told), not by “proceeding anyway”',
    async run(stage) {
      const asks = frames(stage, 'PeerRegister').length;
      const answers = frames(stage, 'PeerRegisterSuccess').length;
      must(asks === 2 && answers === 2, `${asks} asks and ${answers} answers crossed the wire.`);
      must(frames(stage, 'PeerRegisterRespond').length === 0, 'A PeerRegisterRespond crossed the wire.');
      const one = await screenOf(stage, 0);
      await openPeople(one);
      must(/^Contact\b/u.test(one.facts(TWO)), `The row says “${one.facts(TWO)}”.`);
      must(!/\bconnected\b/iu.test(one.facts(TWO)), `The row says “${one.facts(TWO)}”.`);
      return one.facts(TWO);
    },
  },
];

const loopbackMessaging: readonly Step[] = [
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

const loopbackStatus: readonly Step[] = [
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

const loopbackBackground: readonly Step[] = [
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

const loopbackRetry: readonly Step[] = [
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

const relayMessaging: readonly Step[] = [
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

const channelStatus: readonly Step[] = [
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

const channelBackground: readonly Step[] = [
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

const channelRetry: readonly Step[] = [
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

/** Three accounts in one browser: the messages never leave it. */
export const oneBrowser: readonly Step[] = [
  ...accounts,
  ...registration,
  ...loopbackMessaging,
  ...loopbackStatus,
  ...loopbackBackground,
  ...loopbackRetry,
];

/** Three browsers behind one router: the 30 s failure, the relay, the late success. */
export const threeBrowsers: readonly Step[] = [
  ...accounts,
  ...registration,
  ...relayMessaging,
  ...channelStatus,
  ...channelBackground,
  ...channelRetry,
];
