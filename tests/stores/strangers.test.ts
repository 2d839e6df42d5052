import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import type { SimulatedService } from '../../mocks/index.ts';
import { createSeededRandom } from '../../mocks/index.ts';
import { decode } from '../../protocol/index.ts';
import type { StorageWrite } from '../../ports/storage.ts';
import { memory } from '../../storage/memory.ts';
import type { Browser, World } from './world.ts';
import { SERVER, createWorld, storageWith, texts } from './world.ts';

const ALICE = '12095806147926564911' as AccountId;
const BOB = '13102510480313128741' as AccountId;
/** What both say in the recordings. */
const PEOPLE = [ALICE, BOB];
const RECORDINGS = [
  'asker-without-socket-is-broadcast',
  'ask-target-without-socket',
  'offer-and-hang-up-to-a-closed-page',
  'two-accounts-on-one-socket',
  'sign-out',
  'page-frozen-then-taken-over',
];

/** Every text that a socket of the recording got from the service. */
async function heard(name: string): Promise<string[]> {
  const answer = await fetch(new URL(`../recordings/${name}.jsonl`, import.meta.url));
  expect(answer.ok, `${name} is served`).to.equal(true);
  const lines = (await answer.text()).trim().split('\n');
  return lines.flatMap((line) => {
    const { dir, frame, cutFrom } = JSON.parse(line) as { dir: string; frame?: string; cutFrom?: number };
    return dir === 'in' && frame && cutFrom === undefined ? [frame] : [];
  });
}

/** Whether a text is news for an account, and no answer that somebody waits for. */
function isNews(text: string): boolean {
  const decoded = decode(text);
  if (!decoded.ok) return false;
  const { variant, body } = decoded.frame;
  return (
    ['PeerRegisterNotification', 'PeerConnectNotification', 'MessageNotification'].includes(variant) ||
    variant === 'PeerConnectSuccess' ||
    variant === 'DisconnectNotification' ||
    (variant === 'PeerRegisterSuccess' && body.request_id === null)
  );
}

interface Page {
  readonly world: World;
  readonly a: Browser;
  readonly writes: StorageWrite[];
}

/** A page that keeps what it writes for us to look at. */
async function page(): Promise<Page> {
  const writes: StorageWrite[] = [];
  const inner = memory();
  const storage = storageWith(
    {
      write: (batch) => {
        writes.push(...batch);
        return inner.write(batch);
      },
    },
    inner,
  );
  const world = createWorld();
  return { world, a: await world.browser('a', { storage }), writes };
}

/** Brings all that was recorded to the page, a millisecond apart; returns how much of it was news. */
async function replay({ world, a }: Page, names = RECORDINGS): Promise<number> {
  let news = 0;
  for (const name of names)
    for (const text of await heard(name)) {
      if (isNews(text)) news += 1;
      a.inject(text);
      await world.clock.advance(1);
    }
  await world.clock.advance(5_000);
  await a.messenger.stored();
  return news;
}

/** Everything that the page could show or has kept of these two. */
async function traces({ a, writes }: Page): Promise<unknown> {
  const { messenger, storage } = a;
  const found: unknown[] = [];
  for (const account of [...messenger.sessions.accounts.peek(), ...PEOPLE]) {
    const others = PEOPLE.filter((peer) => peer !== account);
    found.push(
      messenger.messages.list(account).ids.peek(),
      others.map((peer) => texts(messenger, account, peer)),
      messenger.requests.pendingCount(account).peek(),
      messenger.peers.asking(account).ids.peek(),
      messenger.messages.unread(account).peek(),
      others.map((peer) => messenger.path(account, peer).kind).filter((kind) => kind !== 'none'),
      others.filter((peer) => messenger.peers.row(account, peer).relation !== 'none'),
      await storage.requests(account),
      await storage.conversations(account),
      await storage.unsettled(account),
      ...(await Promise.all(others.map((peer) => storage.history(account, peer, { limit: 10 })))),
    );
  }
  const kept = writes.filter(({ put }) => put !== 'account');
  return { found: found.filter((what) => (Array.isArray(what) ? what.flat().length > 0 : what !== 0)), kept };
}

const NOTHING = { found: [], kept: [] };
const notOurs = ({ a }: Page): number => a.messenger.diagnostics.counters.peek().get('not-ours') ?? 0;
/** The requests of the page that name one of the two. */
const inTheirName = ({ world }: Page, from: number): string[] =>
  world.simulation.frames.entries
    .slice(from)
    .filter(({ direction, text }) => direction === 'in' && PEOPLE.some((cid) => text.includes(cid)))
    .map(({ text }) => text);

describe('what the service broadcasts for other people', () => {
  it('is counted, and neither stored nor shown nor answered (case 140)', async () => {
    const here = await page();
    await here.world.account(here.a, 'zelda');
    const from = here.world.simulation.frames.entries.length;
    const news = await replay(here);
    expect(news).to.be.greaterThan(20);
    expect(notOurs(here)).to.equal(news);
    expect(await traces(here)).to.deep.equal(NOTHING);
    expect(inTheirName(here, from)).to.deep.equal([]);
  });

  for (const how of ['left', 'signed out'] as const)
    it(`is the same for an account that was ${how} here (case 140)`, async () => {
      const here = await page();
      await here.world.account(here.a, 'zelda');
      expect(await here.world.account(here.a, 'alice')).to.equal(ALICE);
      if (how === 'left') here.a.messenger.sessions.exit(ALICE);
      else void here.a.messenger.sessions.signOut(ALICE);
      await here.world.clock.advance(1_000);
      const from = here.world.simulation.frames.entries.length;
      const before = notOurs(here);
      const news = await replay(here);
      expect(notOurs(here) - before).to.equal(news);
      expect(await traces(here)).to.deep.equal(NOTHING);
      expect(inTheirName(here, from)).to.deep.equal([]);
    });

  it('is the same after a reload, when the account is known to have been left', async () => {
    const here = await page();
    await here.world.account(here.a, 'zelda');
    await here.world.account(here.a, 'alice');
    here.a.messenger.sessions.exit(ALICE);
    await here.a.messenger.stored();
    await here.a.reload();
    const news = await replay(here);
    expect(notOurs(here)).to.equal(news);
    expect(await traces(here)).to.deep.equal(NOTHING);
  });

  it('is matched on our own cid alone: what names our account as the other side is not ours', async () => {
    const here = await page();
    await here.world.account(here.a, 'zelda');
    const zelda = here.a.messenger.sessions.current.peek()!;
    const swapped: string[] = [
      `{"PeerRegisterNotification":{"cid":${BOB},"peer_cid":${zelda},"peer_username":"zelda","request_id":null}}`,
      `{"MessageNotification":{"cid":${BOB},"peer_cid":${zelda},"message":[104,105],"request_id":null}}`,
      `{"PeerConnectSuccess":{"cid":${BOB},"peer_cid":${zelda},"request_id":null}}`,
      `{"DisconnectNotification":{"cid":${BOB},"peer_cid":${zelda},"request_id":null}}`,
      `{"DisconnectNotification":{"cid":${BOB},"peer_cid":null,"request_id":null}}`,
    ];
    for (const text of swapped) here.a.inject(`{"Response":${text}}`);
    await here.world.clock.advance(1_000);
    await here.a.messenger.stored();
    expect(notOurs(here)).to.equal(swapped.length);
    expect(await traces(here)).to.deep.equal(NOTHING);
    expect(here.a.messenger.sessions.get(zelda)!.state).to.equal('signed-in');
  });

  it('is processed if the account is signed in here: the same recordings have effects', async () => {
    const here = await page();
    await here.world.account(here.a, 'alice');
    await replay(here);
    const { found, kept } = (await traces(here)) as { found: unknown[]; kept: unknown[] };
    expect(found.length).to.be.greaterThan(3);
    expect(kept.length).to.be.greaterThan(3);
  });
});

/** The same service, which records what one browser sends. */
function overheard(service: SimulatedService, hear: (text: string) => void): SimulatedService {
  return new Proxy(service, {
    get(target, name) {
      if (name !== 'webSocket') return Reflect.get(target, name, target) as unknown;
      return () =>
        class extends target.webSocket() {
          override send(data: string): void {
            hear(data);
            super.send(data);
          }
        };
    },
  });
}

describe('two browsers on one service', () => {
  const seed = Number(new URLSearchParams(location.search).get('seed') ?? Date.now() % 1_000_000);

  it(`never name an account that is not theirs, over a day of sign-ins, exits, lost links and messages (seed ${seed})`, async function () {
    this.timeout(60_000);
    const world = createWorld({ seed });
    const random = createSeededRandom(seed);
    const pick = <One>(from: readonly One[]): One => from[Math.floor(random.next() * from.length)]!;
    const service = world.simulation.service('shared');
    const wrong: string[] = [];
    const named = { own: 0, goodbye: 0 };
    const browsers: Browser[] = [];
    /** Accounts that are just being left: their channels are hung up right before. */
    const leaving = new Set<string>();
    const hearing = (index: number) => (text: string) => {
      const cids = /"(?:cid|session_cid)":(\d+)/u.exec(text);
      if (!cids) return;
      const cid = cids[1] as AccountId;
      const isHeld = browsers[index]?.messenger.sessions.has(cid) === true;
      if (!isHeld) wrong.push(`browser ${index}: ${text.slice(0, 200)}`);
      else if (text.includes('"PeerDisconnect"') && leaving.has(`${index} ${cid}`)) named.goodbye += 1;
      else named.own += 1;
    };
    for (const index of [0, 1])
      browsers.push(await world.browser(`shared`, { on: overheard(service, hearing(index)) }));
    // The third is somebody to talk to, at another service.
    const far = await world.browser('far');
    const names = ['alice', 'bobby', 'carol', 'david', 'erika'];
    const cids: AccountId[] = [];
    for (const [position, name] of names.entries())
      cids.push(await world.account(position === 4 ? far : browsers[position % 2]!, name));
    const erika = cids[4]!;
    const ownOf = (browser: Browser): AccountId | undefined =>
      pick(browser.messenger.sessions.accounts.peek());

    const actions: ((browser: Browser, index: number) => void | Promise<void>)[] = [
      ({ messenger }) => {
        // Also an account that the other browser has: it moves, and the other is told nothing.
        const username = pick(names.slice(0, 4));
        void messenger.sessions.signIn({ server: SERVER, username, password: 'correct horse' });
      },
      ({ messenger }, index) => {
        const account = ownOf(browsers[index]!);
        if (!account) return;
        leaving.add(`${index} ${account}`);
        messenger.sessions.exit(account);
        leaving.clear();
      },
      async ({ messenger }, index) => {
        const account = ownOf(browsers[index]!);
        if (!account) return;
        leaving.add(`${index} ${account}`);
        void messenger.sessions.signOut(account);
        await world.clock.advance(500);
        leaving.clear();
      },
      () => pick(service.sockets)?.terminate(),
      () => pick(service.sockets)?.freeze(),
      ({ reload }) => reload(),
      ({ messenger }) => {
        const account = pick(messenger.sessions.accounts.peek());
        if (account && messenger.sessions.get(account)!.state === 'open-elsewhere')
          void messenger.sessions.useHere(account);
      },
      ({ messenger }) => {
        messenger.setVisible(false);
        messenger.setVisible(true);
      },
    ];
    const talk = ({ messenger }: Browser): void => {
      const account = pick(messenger.sessions.accounts.peek());
      if (!account) return;
      const peer = pick(cids.filter((cid) => cid !== account));
      if (random.next() < 0.5) messenger.requests.ask(account, peer);
      else messenger.requests.accept(account, peer);
      messenger.requests.accept(account, erika);
      void messenger.messages.send(account, peer, `at ${world.clock.now()}`);
      messenger.typing(account, peer);
    };
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      const index = Math.floor(random.next() * 2);
      talk(browsers[index]!);
      const cid = pick(cids.slice(0, 4));
      far.messenger.requests.ask(erika, cid);
      far.messenger.requests.accept(erika, cid);
      void far.messenger.messages.send(erika, cid, 'from afar');
      await world.clock.advance(Math.round(random.next() * 5_000));
      if (random.next() < 0.6) await pick(actions)(browsers[index]!, index);
      if (random.next() < 0.01) service.restart({ signIns: 'work' });
      await world.clock.advance(5 * 60_000);
    }
    expect(wrong).to.deep.equal([]);
    expect(named.own).to.be.greaterThan(5_000);
    expect(named.goodbye, 'channels were hung up').to.be.greaterThan(0);
    const broadcast = browsers.map(
      ({ messenger }) => messenger.diagnostics.counters.peek().get('not-ours') ?? 0,
    );
    console.log(
      `two browsers on one service, seed ${seed}:`,
      named,
      'not ours since the last reload:',
      broadcast,
    );
  });
});
