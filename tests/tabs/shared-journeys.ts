import assert from 'node:assert/strict';
import { it } from 'node:test';
import { until } from '../journeys/app.ts';
import type { App } from '../journeys/app.ts';
import { drawnInTurn, framesBehind, recordBadge, recordScreen } from './recorder.ts';
import {
  MONA,
  NOOR,
  arrived,
  assertVisible,
  claim,
  claimedAnew,
  hasChannel,
  show,
  talkToElif,
  withChannel,
} from './scene.ts';
import type { Journey } from './scene.ts';

/** What a browser does with its tabs. */
interface Habits {
  /** Whether it keeps a page for a return that held a socket or a lock up to its `pagehide`. */
  readonly keepsPages: boolean;
}

/** The journeys that every browser makes, whatever drives it. */
export function sharedJourneys(journey: Journey, { keepsPages }: Habits): void {
  it(
    'closes the leading tab, and the other one leads: one claim, no message lost or duplicated',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const { first, second } = await scene.stacked();
      await second.write('Elif', 'by way of the leader');
      await second.shows({ text: 'by way of the leader', status: 'Delivered' });
      const sockets = wire.sockets;
      assert.equal(sockets.length, 1, 'one socket for both tabs');
      await first.page.close();
      const next = await claimedAnew(scene, NOOR, sockets);
      assert.deepEqual(
        wire.claims.filter(({ socket }) => socket === next),
        [{ account: NOOR, isForced: false, socket: next }],
      );
      await second.write('Elif', 'by its own way');
      assert.deepEqual(await arrived(elif, 2), ['by way of the leader', 'by its own way']);
      await second.shows(
        { text: 'by way of the leader', status: 'Delivered' },
        { text: 'by its own way', status: 'Delivered' },
      );
      assert.deepEqual(wire.texts, ['by way of the leader', 'by its own way']);
      assert.deepEqual(wire.requests('PeerDisconnect'), [], 'a tab that is not the last hangs nothing up');
      assert.equal(wire.requests('Connect').length, 1);
      assert.equal(wire.sockets.length, 2);
      // Now it is the last one on the account: it hangs up, and nobody has to find out.
      await second.page.close();
      await wire.crossing(({ frame }) => frame?.variant === 'PeerDisconnect');
      await until('no socket', () => service.sockets.length === 0);
      assert.equal(wire.requests('PeerDisconnect').length, 1);
    }),
  );

  it(
    'goes elsewhere with the leading tab: the other one leads; back again, it follows',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const { first, second } = await scene.sideBySide();
      const sockets = wire.sockets;
      await first.page.evaluate(() => {
        const seen: boolean[] = [];
        Object.assign(globalThis, { seen });
        addEventListener('pagehide', ({ persisted }) => seen.push(persisted));
        addEventListener('pageshow', ({ persisted }) => seen.push(persisted));
      });
      await first.page.goto(new URL('/elsewhere', first.page.url()).href);
      await claimedAnew(scene, NOOR, sockets);
      assert.deepEqual(
        wire.claims.map(({ isForced }) => isForced),
        [false],
        'it has let go',
      );
      await hasChannel(elif);
      elif.write(NOOR, 'while it was away');
      await second.shows({ text: 'while it was away', status: null });
      await first.page.goBack();
      const seen = await first.page.evaluate(() => (globalThis as { seen?: boolean[] }).seen);
      assert.deepEqual(
        seen,
        keepsPages ? [true, true] : undefined,
        'whether it was in the back/forward cache',
      );
      if (!keepsPages) await first.choose('Elif');
      await first.shows({ text: 'while it was away', status: null });
      await first.write('Elif', 'back again');
      assert.deepEqual(await arrived(elif, 1), ['back again']);
      await second.shows(
        { text: 'while it was away', status: null },
        { text: 'back again', status: 'Delivered' },
      );
      assert.deepEqual(wire.requests('PeerDisconnect'), [], 'nothing was hung up');
      assert.equal(wire.sockets.length, 2);
      assert.equal(service.sockets.length, 1);
    }),
  );

  it(
    'shows each of two accounts in its own tab, and nothing of the one in the other',
    journey(async (scene) => {
      const { wire, elif } = scene;
      const first = await scene.noor({ first: recordScreen });
      const second = await scene.beside(first, { first: recordScreen });
      await second.press('Add account');
      await withChannel(scene, second, MONA);
      await second.sees('Messenger of mona', 'region');
      await first.sees('Messenger of noor', 'region');
      await talkToElif(first);
      await talkToElif(second);
      elif.write(MONA, 'for Mona only');
      elif.write(NOOR, 'for Noor only');
      await second.shows({ text: 'for Mona only', status: null });
      await first.shows({ text: 'for Noor only', status: null });
      await second.write('Elif', 'Mona answers');
      await first.write('Elif', 'Noor answers');
      await arrived(elif, 2);
      assert.deepEqual(
        new Map(elif.received.map(({ from, payload }) => [payload.text, from])),
        new Map([
          ['Mona answers', MONA],
          ['Noor answers', NOOR],
        ]),
      );
      assert.deepEqual(await seenWords(first), ['for Noor only']);
      assert.deepEqual(await seenWords(second), ['for Mona only']);
      assert.equal(wire.texts.length, 2);
      // They are gathered for a second.
      await until('two receipts', () => wire.receipts('read').length >= 2);
      assert.equal(wire.receipts('read').length, 2, 'each was read once');
      assert.equal(wire.sockets.length, 1);
      // Each tab remembers whose it is.
      await second.page.reload();
      await second.sees('Messenger of mona', 'region');
      await first.sees('Messenger of noor', 'region');
    }),
  );

  it(
    'signs in in a follower while the leader has no account: only that tab shows it',
    journey(async (scene) => {
      const { wire, elif } = scene;
      const first = await scene.browser({ first: recordScreen });
      await first.sees('Create account', 'button');
      const second = await scene.beside(first);
      await second.createAccount('yara', 'Yara Haddad');
      await second.sees('Messenger of Yara Haddad', 'region');
      await second.press('Add account');
      await withChannel(scene, second, MONA);
      elif.write(MONA, 'for Mona only');
      await second.sees('1 unread', 'image');
      await talkToElif(second);
      await second.shows({ text: 'for Mona only', status: null });
      assert.equal(await first.has('Messenger of mona', 'region'), false, 'it is not adopted');
      assert.deepEqual(await seenWords(first), []);
      assert.equal(wire.requests('Register').length, 1);
      assert.equal(wire.requests('Connect').length, 1);
      assert.equal(wire.sockets.length, 1);
    }),
  );

  it(
    'shows in both tabs of one account what arrives, once, and an answer only in the requesting tab',
    journey(async (scene) => {
      const { wire, elif } = scene;
      const first = await scene.noor();
      const second = await scene.beside(first);
      await talkToElif(first);
      elif.write(NOOR, 'to both');
      await first.shows({ text: 'to both', status: null });
      await second.sees('noor, Signed in', 'button');
      await second.choose('Elif');
      await second.shows({ text: 'to both', status: null });
      await until('a receipt', () => wire.receipts('read').length > 0);
      await second.press('Add account');
      await second.fill('Username', 'mona');
      await second.fill('Password', 'wrong');
      await second.press('Sign in');
      await second.reads('Incorrect password.');
      await first.press('Add account');
      await first.sees('Sign in', 'button');
      assert.equal((await first.text()).includes('Incorrect password.'), false);
      // A tab that comes late has missed nothing: it learns that the channel is up, and nobody dials again.
      const dials = wire.requests('PeerConnect').length;
      const late = await scene.beside(first);
      await late.choose('Elif');
      await late.shows({ text: 'to both', status: null });
      await late.write('Elif', 'at once');
      assert.deepEqual(await arrived(elif, 1), ['at once']);
      await first.choose('Elif');
      for (const app of [first, late])
        await app.shows({ text: 'to both', status: null }, { text: 'at once', status: 'Delivered' });
      assert.equal(wire.requests('PeerConnect').length, dials);
      assert.equal(wire.receipts('read').length, 1, 'read in three tabs, and told once');
      assert.equal(wire.sockets.length, 1);
    }),
  );

  it(
    'accepts in one tab, and the badge drops in both within a frame',
    journey(async (scene) => {
      const { wire, sami } = scene;
      const first = await scene.browser();
      await first.signIn('noor');
      const second = await scene.beside(first);
      await second.sees('noor, Signed in', 'button');
      sami.ask(NOOR);
      for (const app of [first, second]) await app.sees('1 pending request', 'image');
      await assertVisible(first, second);
      await second.press('Find people');
      await second.sees('Accept', 'button');
      await Promise.all([first, second].map(recordBadge));
      await second.press('Accept');
      for (const app of [first, second]) await app.misses('1 pending request', 'image');
      for (const app of [first, second])
        await until('a frame without', () => app.page.evaluate(() => samples.at(-1)?.drawn === null));
      const behind = await Promise.all([framesBehind(first, second), framesBehind(second, first)]);
      assert.ok(Math.max(...behind) <= 1, `frames behind: ${behind.join(' and ')}`);
      // In the column of people there is no badge; the chip of the account is in both tabs.
      assert.deepEqual(await drawnInTurn(first), ['1 and 1', null]);
      assert.deepEqual(await drawnInTurn(second), ['1', null]);
      await wire.crossing(({ frame }) => frame?.variant === 'PeerRegisterSuccess');
      await second.sees('Message', 'button');
      assert.equal(wire.requests('PeerRegister').length, 1, 'accepted once');
      assert.equal(wire.requests('PeerRegisterRespond').length, 0);
      assert.equal(wire.sockets.length, 1);
    }),
  );

  it(
    'opens ten tabs at once: one socket, and all of them show the account',
    journey(async (scene) => {
      const { wire, service, elif, world } = scene;
      const first = await scene.noor();
      const left = await world.leave(first);
      await until('no socket', () => service.sockets.length === 0);
      const tabs = await Promise.all(Array.from({ length: 10 }, () => left.back()));
      for (const app of tabs) await app.sees('noor, Signed in', 'button');
      assert.equal(service.sockets.length, 1);
      assert.equal(wire.sockets.length, 2, 'there was never another one');
      assert.equal(wire.claims.length, 1);
      await hasChannel(elif);
      const last = tabs.at(-1)!;
      await show(last);
      await talkToElif(last);
      await last.write('Elif', 'from one of ten');
      assert.deepEqual(await arrived(elif, 1), ['from one of ten']);
      assert.equal(wire.texts.length, 1);
      assert.equal(wire.requests('Connect').length, 1);
    }),
  );

  it(
    'asks for the password again in both tabs when the service has forgotten them, and loses nothing',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const { first, second } = await scene.sideBySide();
      await first.write('Elif', 'before');
      await first.shows({ text: 'before', status: 'Delivered' });
      service.kill();
      for (const app of [first, second]) await app.reads('Not connected to the service');
      await second.write('Elif', 'written without a service');
      for (const app of [first, second])
        await app.shows(
          { text: 'before', status: 'Delivered' },
          { text: 'written without a service', status: 'Waiting' },
        );
      service.start({ signIns: 'work' });
      for (const app of [first, second]) await app.reads('Signed out by the service');
      await second.press('Add account');
      await second.signIn('noor');
      for (const app of [first, second]) await app.sees('noor, Signed in', 'button');
      assert.deepEqual(await arrived(elif, 2), ['before', 'written without a service']);
      for (const app of [first, second])
        await app.shows(
          { text: 'before', status: 'Delivered' },
          { text: 'written without a service', status: 'Delivered' },
        );
      assert.equal(wire.requests('Connect').length, 2);
      assert.equal(service.sockets.length, 1);
    }),
  );

  it(
    'opens an account in a second browser and takes it back with Use here, from a tab that follows',
    journey(async (scene) => {
      const { wire, elif, service, world } = scene;
      const first = await scene.noor();
      const left = await world.leave(first);
      const other = await scene.browser();
      await other.signIn('noor');
      await hasChannel(elif);
      const leader = await left.back();
      await leader.reads('Open in another browser');
      const follower = await scene.beside(leader);
      await follower.reads('Open in another browser');
      assert.equal(
        wire.claims.some(({ isForced }) => isForced),
        false,
        'nothing is taken without a word of the person',
      );
      await follower.press('Use here');
      for (const app of [leader, follower]) await app.sees('noor, Signed in', 'button');
      assert.deepEqual(
        wire.claims.filter(({ isForced }) => isForced).map(({ account }) => account),
        [NOOR],
      );
      await hasChannel(elif);
      await talkToElif(follower);
      await follower.write('Elif', 'here again');
      assert.deepEqual(await arrived(elif, 1), ['here again']);
      assert.equal(service.sockets.length, 2, 'one for each browser');
      assert.equal(wire.requests('Connect').length, 2);
    }),
  );

  it(
    'exits one account and signs out another: the first stays at the service, claimable once the socket is closed',
    journey(async (scene) => {
      const { wire, service, world } = scene;
      const first = await scene.noor();
      await first.press('Add account');
      await withChannel(scene, first, MONA);
      const second = await scene.beside(first);
      await second.sees('Messenger of noor', 'region');
      await second.press('Account options');
      await second.press('Hide account');
      for (const app of [first, second]) await app.misses('noor, Signed in', 'button');
      await first.sees('mona, Signed in', 'button');
      await wire.crossing(({ frame }) => frame?.variant === 'PeerDisconnect' && frame.body.cid === NOOR);
      assert.deepEqual(wire.requests('Disconnect'), []);
      assert.deepEqual(service.sessions, [NOOR, MONA], 'both are signed in at the service');
      await first.press('Account options');
      await first.press('Sign out');
      for (const app of [first, second]) await app.misses('mona, Signed in', 'button');
      await until('one session', () => service.sessions.length === 1);
      assert.deepEqual(service.sessions, [NOOR], 'no other account was touched');
      assert.equal(wire.requests('Disconnect').length, 1);
      assert.match(await claim(scene, NOOR), /is not orphaned/);
      await Promise.all([first, second].map((app) => world.leave(app)));
      await until('no socket', () => service.sockets.length === 0);
      assert.equal(await claim(scene, NOOR), 'claimed');
    }),
  );
}

const seenWords = ({ page }: App): Promise<string[]> => page.evaluate(() => [...globalThis.seenWords].sort());
