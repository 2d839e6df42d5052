import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { inspect } from 'node:util';
import type { AccountId, RequestId } from '../../facts/index.ts';
import { createPeer } from '../../mocks/index.ts';
import type { LoggedFrame, Peer, SimulatedService } from '../../mocks/index.ts';
import { PASSWORD, openLab, until } from '../journeys/app.ts';
import type { App, Lab, LabOptions, OpenOptions, World } from '../journeys/app.ts';
import { Wire } from '../journeys/wire.ts';
import { decode, encode } from '../../protocol/index.ts';

/** Noor's and Mona's id are lower than Elif's: it is their page that dials. */
export const NOOR = '1037731213400421288' as AccountId;
export const MONA = '2037731213400421288' as AccountId;
const ELIF = '6730932744337814965' as AccountId;
const SAMI = '7730932744337814965' as AccountId;

/**
 * A browser in which Noor and Mona have accounts, and people at another service who speak the wire by hand: Elif, a
 * contact of both, and Sami, whom nobody knows yet.
 */
export interface Scene {
  readonly world: World;
  readonly service: SimulatedService;
  /** What crosses the sockets of the browser's service. */
  readonly wire: Wire;
  readonly elif: Peer;
  readonly sami: Peer;
  /** A browser with nothing stored; its first tab. */
  browser(how?: OpenOptions): Promise<App>;
  /** One more tab, in front of the others. */
  tab(app: App): Promise<App>;
  /** One more tab in a window of its own: both are on screen. */
  beside(app: App, how?: OpenOptions): Promise<App>;
  /** Noor in a new browser: she is signed in, and has a channel to Elif. */
  noor(how?: OpenOptions): Promise<App>;
  /** Two tabs of Noor's, the second covering the first, with the conversation with Elif in both. */
  stacked(): Promise<TwoTabs>;
  /** Two tabs of Noor's, both visible, with the conversation with Elif in both. */
  sideBySide(how?: OpenOptions): Promise<TwoTabs>;
}

/** Two tabs of one browser. */
export interface TwoTabs {
  /** The one that was there before the other: it leads. */
  readonly first: App;
  /** It follows. */
  readonly second: App;
}

/** Makes a test of what somebody goes through in a scene. */
export type Journey = (run: (scene: Scene) => Promise<void>) => () => Promise<void>;

/**
 * A browser for the suite in which this is called: opened before its first journey, and closed after its last one. Its
 * hidden tabs are really hidden. Each journey has a scene of its own, and nothing unexpected may be on the console of
 * any page.
 */
export function journeys(options: Omit<LabOptions, 'visibility'> = {}): Journey {
  let lab: Lab;
  before(async () => {
    lab = await openLab({ ...options, visibility: 'real' });
  });
  after(() => lab.close());
  return (run) => async () => {
    const world = lab.world();
    try {
      await run(await createScene(world));
      const complaints = world.apps.flatMap((app) => app.complaints);
      assert.deepEqual(complaints, []);
    } catch (cause) {
      throw new Error(`seed ${world.seed}: ${inspect(cause)}`, { cause });
    } finally {
      await world.close();
    }
  };
}

async function createScene(world: World): Promise<Scene> {
  const { simulation } = world;
  const [service, away] = await Promise.all([world.service('ours'), world.service('theirs')]);
  simulation.createAccount({ username: 'noor', cid: NOOR, service, password: PASSWORD });
  simulation.createAccount({ username: 'mona', cid: MONA, service, password: PASSWORD });
  simulation.createAccount({ username: 'elif', cid: ELIF, service: away, contacts: [NOOR, MONA] });
  simulation.createAccount({ username: 'sami', cid: SAMI, service: away });
  const { clock } = simulation;
  const elif = createPeer(ELIF, { service: away, clock, username: 'elif' });
  const sami = createPeer(SAMI, { service: away, clock, username: 'sami' });
  // One after the other, as their service wants it.
  await elif.open();
  await sami.open();
  const scene: Scene = {
    world,
    service,
    wire: new Wire(simulation, service.name),
    elif,
    sami,
    browser: (how) => world.person(service, how),
    tab: (app) => world.tab(app),
    beside: (app, how) => world.tab(app, { ...how, isBeside: true }),
    async noor(how) {
      const app = await scene.browser(how);
      await withChannel(scene, app);
      return app;
    },
    async stacked() {
      const first = await scene.noor();
      await talkToElif(first);
      const second = await scene.tab(first);
      await second.sees('noor, Signed in', 'button');
      await talkToElif(second);
      return { first, second };
    },
    async sideBySide(how) {
      const first = await scene.noor(how);
      const second = await scene.beside(first, how);
      await second.sees('noor, Signed in', 'button');
      await talkToElif(first);
      await talkToElif(second);
      return { first, second };
    },
  };
  return scene;
}

/** Signs Noor in, and waits for the channel to Elif. */
export async function withChannel({ elif }: Scene, app: App, account = NOOR): Promise<void> {
  await app.signIn(account === NOOR ? 'noor' : 'mona');
  await hasChannel(elif, account);
}

/** Opens the conversation with Elif, also where nothing has been said yet. */
export async function talkToElif(app: App): Promise<void> {
  await app.press('Find people');
  await app.press('Message');
  await app.sees('Conversation with Elif', 'log');
}

export async function hasChannel(elif: Peer, account = NOOR): Promise<void> {
  await until(`a channel to ${account}`, () => elif.channels.has(account));
}

/** Waits until that many different messages have reached her, and returns the texts as they came, repetitions included. */
export async function arrived(peer: Peer, count: number): Promise<readonly string[]> {
  const texts = (): readonly string[] => peer.received.map(({ payload }) => payload.text);
  await until(`${count} messages at ${peer.cid}`, () => new Set(texts()).size >= count, texts);
  return texts();
}

/** Waits until the service has one socket of this browser, another one than before, and the account on it is claimed. */
export async function claimedAnew(
  { wire, service }: Scene,
  account: AccountId,
  before: readonly string[],
): Promise<string> {
  const answered = ({ direction, frame, socket }: LoggedFrame): boolean =>
    direction === 'out' &&
    !before.includes(socket) &&
    frame?.variant === 'ConnectionManagementSuccess' &&
    frame.body.cid === account;
  const { socket } = await wire.crossing(answered);
  await until('one socket', () => service.sockets.length === 1);
  return socket;
}

/** Another page of the service claims an account that has no owner; returns what it was told. */
export async function claim({ service }: Scene, account: AccountId): Promise<string> {
  return new Promise((resolve) => {
    const socket = service.connect({
      message(text) {
        const decoded = decode(text);
        if (!decoded.ok) return;
        const { frame } = decoded;
        if (frame.variant === 'ServiceConnectionAccepted')
          socket.send(
            encode({
              envelope: 'Request',
              variant: 'ConnectionManagement',
              body: {
                request_id: '00000000-0000-4000-8000-000000000001' as RequestId,
                management_command: { ClaimSession: { session_cid: account, only_if_orphaned: true } },
              },
            }),
          );
        if (frame.variant === 'ConnectionManagementFailure') resolve(frame.body.error);
        if (frame.variant === 'ConnectionManagementSuccess') resolve('claimed');
        if (frame.variant.startsWith('ConnectionManagement')) socket.close();
      },
      close: () => undefined,
    });
  });
}

export const visibilityOf = ({ page }: App): Promise<DocumentVisibilityState> =>
  page.evaluate(() => document.visibilityState);

/** A tab behind others: what follows means nothing if it is not really hidden. */
export async function assertHidden(app: App): Promise<void> {
  assert.equal(await visibilityOf(app), 'hidden');
  assert.equal(await app.page.evaluate(() => document.hasFocus()), false);
}

export async function assertVisible(...apps: readonly App[]): Promise<void> {
  for (const app of apps) assert.equal(await visibilityOf(app), 'visible');
}

/** Brings the tab to the front, as a person does. */
export async function show(app: App): Promise<void> {
  await app.page.bringToFront();
  await until('a visible tab', async () => (await visibilityOf(app)) === 'visible');
}
