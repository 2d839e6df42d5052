import type { Step } from './report.ts';
import { frames, must } from './report.ts';
import { ONE, THREE, TWO, openPeople, screenOf } from './people.ts';

const PASSWORD = 'password';

export const accounts: readonly Step[] = [
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

export const registration: readonly Step[] = [
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
