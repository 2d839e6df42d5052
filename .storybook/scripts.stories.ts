import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import type { Storage } from '../ports/storage.ts';
import { memory } from '../storage/memory.ts';
import {
  PASSWORD,
  SERVER_ADDRESS,
  acceptInAnotherTab,
  askIntoTheVoid,
  directTimesOutRelayTakesOver,
  hiddenAndHalfOpen,
  laterReadDoesNotLiftSending,
  leaderDiesMidSend,
  receiptBeforeAnswer,
  refusalAfterEcho,
  reloadWithAQueue,
  shuffledEvidence,
  takenAndDropped,
} from '../mocks/index.ts';
import type { PairScenario, Scenario, ScenarioInput } from '../mocks/index.ts';
import { playScript } from './script.ts';
import type { Script, Seat } from './script.ts';

/**
 * Each story plays one script of the simulated service, step by step, on a whole messenger, and checks what was
 * drawn in every frame of it.
 */
const meta: Meta = { title: 'Scripts', tags: ['!autodocs'] };
export default meta;

/** A story that plays a script. */
function script<Played extends Scenario>(
  make: (input: ScenarioInput) => Promise<Played> | Played,
  play: (script: Script<Played>) => Promise<void>,
): StoryObj {
  let takeDown: (() => void) | undefined;
  return {
    render: () => html`<div class="scripts"></div>`,
    beforeEach: () => () => {
      takeDown?.();
      takeDown = undefined;
    },
    play: async ({ canvasElement }) => {
      takeDown?.();
      const into = canvasElement.querySelector<HTMLElement>('.scripts')!;
      into.replaceChildren();
      const played = await playScript(make, into);
      takeDown = () => played.takeDown();
      await play(played);
    },
  };
}

/** Alice at her screen, with the conversation with Bob open and its channel up. */
async function alice<Played extends PairScenario>(played: Script<Played>, hasRelay = false): Promise<Seat> {
  const { alice: account, bob } = played.scenario;
  const seat = await played.seat(account, {
    peer: bob.cid,
    ...(hasRelay ? { relay: account.relay } : {}),
  });
  await connected(played, seat);
  // What the two sides tell each other when a channel comes up is through by then.
  await played.pass(1_000);
  return seat;
}

/** Waits until the channel carries. A relay is preferred to it until the other side's page has spoken. */
async function connected<Played extends PairScenario>(played: Script<Played>, seat: Seat): Promise<void> {
  const { alice: account, bob } = played.scenario;
  for (let waited = 0; waited < 120 && seat.screen.route() !== 'Connected'; waited += 1) {
    if (bob.channels.has(account.cid)) bob.say(account.cid, { v: 1, type: 'presence' });
    await played.pass(1_000);
  }
  await expect(seat.screen.route()).toBe('Connected');
}

/** Two tabs of one person stand on one page here, which two tabs never do. */
const tabs = { a11y: { config: { rules: [{ id: 'landmark-unique', enabled: false }] } } };

const TICK = /^(Sent|Delivered|Read)/u;

/** S1: the peer reads a later message while ours is still sending: the sending picture only. */
export const LaterRead: StoryObj = {
  name: 'later-read-does-not-lift-sending',
  ...script(laterReadDoesNotLiftSending, async (played) => {
    const { scenario } = played;
    const { screen } = await alice(played);
    scenario.refuseNext();
    await screen.write('first');
    await played.pass(1_000);
    await expect(screen.statusOf('first')).toBe('Not sent');
    await screen.write('second');
    await played.pass(1_000);
    await expect(screen.statusOf('second')).toBe('Sent');
    const letThrough = scenario.holdAnswers();
    await screen.press('Try again');
    await expect(screen.statusOf('first')).toBe('Sending');
    scenario.readNewest();
    await played.pass(2_000);
    await expect(screen.statusOf('second')).toBe('Read');
    await expect(played.storyOf('first').at(-1)).toBe('Sending');
    await expect(played.storyOf('first').some((status) => TICK.test(status))).toBe(false);
    letThrough();
    await played.pass(1_000);
    await expect(screen.statusOf('first')).toBe('Sent');
  }),
};

/** S3: the service refuses after the row is already drawn: no tick in any frame. */
export const RefusalAfterEcho: StoryObj = {
  name: 'refusal-after-echo',
  ...script(refusalAfterEcho, async (played) => {
    const { screen } = await alice(played);
    await screen.write('refused');
    await played.pass(10_000);
    await expect(played.storyOf('refused')).toContain('Sending');
    await expect(played.storyOf('refused').filter((status) => TICK.test(status))).toEqual([]);
  }),
};

/** S4: the receipt arrives before the answer to the send: one row, Delivered. */
export const ReceiptBeforeAnswer: StoryObj = {
  name: 'receipt-before-answer',
  ...script(receiptBeforeAnswer, async (played) => {
    const { screen } = await alice(played);
    await screen.write('hello');
    await played.pass(500);
    await expect(screen.statusOf('hello')).toBe('Delivered');
    await played.pass(3_000);
    await expect(played.rowsOf('hello')).toBe(1);
    await expect(played.storyOf('hello').filter((status) => TICK.test(status))).toEqual(['Delivered']);
  }),
};

/** S7: facts duplicated and shuffled: the same final status, and no step back on the way. */
export const ShuffledEvidence: StoryObj = {
  name: 'shuffled-evidence',
  ...script(shuffledEvidence, async (played) => {
    const { scenario } = played;
    const { screen } = await alice(played);
    const texts = ['one', 'two', 'three', 'four', 'five'];
    for (const text of texts) await screen.write(text);
    await played.pass(5_000);
    scenario.repeatReceipts();
    await played.pass(5_000);
    const ladder = ['Waiting', 'Sending', 'Sent', 'Delivered', 'Read'];
    for (const text of texts) {
      await expect(screen.statusOf(text)).toBe('Read');
      const steps = played.storyOf(text).map((status) => ladder.indexOf(status));
      await expect(steps).toEqual([...steps].sort((a, b) => a - b));
      await expect(played.rowsOf(text)).toBe(1);
    }
  }),
};

/** S8: PeerConnect times out at 30 s in the middle of an outbox: order kept, none doubled, the route shown. */
export const DirectTimesOut: StoryObj = {
  name: 'direct-times-out-relay-takes-over',
  ...script(directTimesOutRelayTakesOver, async (played) => {
    const { scenario, recorder } = played;
    const { bob, simulation } = scenario;
    const seat = await alice(played, true);
    const { screen } = seat;
    for (const text of ['one', 'two']) await screen.write(text);
    await played.pass(500);
    void scenario.loseDirect();
    for (const text of ['three', 'four']) await screen.write(text);
    await played.pass(5_000);
    await expect(screen.route()).toBe('Through the server');
    await played.pass(35_000);
    const failed = simulation.frames.entries.some(({ text }) => text.includes('timed out after 30 seconds'));
    await expect(failed).toBe(true);
    await screen.write('five');
    await played.pass(1_000);
    scenario.regainDirect();
    await connected(played, seat);
    await screen.write('six');
    await played.pass(2_000);
    const texts = ['one', 'two', 'three', 'four', 'five', 'six'];
    for (const text of texts) await expect(screen.statusOf(text)).toBe('Delivered');
    await expect(bob.received.map(({ payload }) => payload.text)).toEqual(texts);
    await expect(recorder.routes).toContain('Through the server');
  }),
};

/** S14: three messages wait, the page is reloaded, a fourth is written: they arrive in the order written, once. */
export const ReloadWithAQueue: StoryObj = {
  name: 'reload-with-a-queue',
  ...script(reloadWithAQueue, async (played) => {
    const { scenario } = played;
    const seat = await alice(played);
    const { screen } = seat;
    void scenario.loseChannel();
    await played.pass(1_000);
    for (const text of ['one', 'two', 'three']) await screen.write(text);
    await played.pass(1_000);
    for (const text of ['one', 'two', 'three']) await expect(screen.statusOf(text)).toBe('Waiting');
    await seat.reload();
    for (const text of ['one', 'two', 'three']) await expect(screen.statusOf(text)).toBe('Waiting');
    await screen.write('four');
    scenario.regainChannel();
    const texts = ['one', 'two', 'three', 'four'];
    for (let waited = 0; waited < 60 && screen.statusOf('four') !== 'Delivered'; waited += 1)
      await played.pass(5_000);
    for (const text of texts) {
      await expect(screen.statusOf(text)).toBe('Delivered');
      await expect(played.rowsOf(text)).toBe(1);
    }
    await expect(scenario.bob.received.map(({ payload }) => payload.text)).toEqual(texts);
  }),
};

/** S16: the service takes ten messages for a closed page: one tick each; then it opens: ten times Delivered. */
export const TakenAndDropped: StoryObj = {
  name: 'taken-and-dropped',
  ...script(takenAndDropped, async (played) => {
    const { scenario } = played;
    const { screen } = await alice(played);
    scenario.closePage();
    await played.pass(500);
    const texts = Array.from({ length: 10 }, (_, n) => `message ${n + 1}`);
    for (const text of texts) await screen.write(text);
    await played.pass(2_000);
    for (const text of texts) await expect(screen.statusOf(text)).toBe('Sent');
    void scenario.openPage();
    for (let waited = 0; waited < 30 && screen.statusOf('message 10') !== 'Delivered'; waited += 1)
      await played.pass(5_000);
    for (const text of texts) {
      await expect(screen.statusOf(text)).toBe('Delivered');
      await expect(played.rowsOf(text)).toBe(1);
    }
    await expect(scenario.bob.received.map(({ payload }) => payload.text)).toEqual(texts);
  }),
};

/** S17: Alice asks while Bob is signed out; he signs in: his badge shows 1 without a reload on either side. */
export const AskIntoTheVoid: StoryObj = {
  name: 'ask-into-the-void',
  ...script(askIntoTheVoid, async (played) => {
    const { alice: account, bob, simulation } = played.scenario;
    const { screen } = await played.seat(account);
    await screen.press('Find people');
    await played.pass(500);
    await screen.pressFor('Bob Example', 'Ask to connect');
    await played.pass(60_000);
    await expect(screen.facts('Bob Example')).toMatch(/^Request sent/u);
    const service = simulation.services.find(({ state }) => state.accounts.has(bob.cid))!;
    const theirs = await played.seat({
      cid: bob.cid,
      username: 'bob',
      password: PASSWORD,
      serverAddress: SERVER_ADDRESS,
      service,
    });
    await played.pass(12_000);
    await expect(theirs.screen.badge()).toBe(1);
    await expect(screen.facts('Bob Example')).toMatch(/^Request sent/u);
    await theirs.screen.press(/^Requests/u);
    await theirs.screen.pressFor('Alice Example', 'Accept');
    await played.pass(2_000);
    await expect(screen.facts('Bob Example')).toMatch(/^Contact/u);
  }),
};

/** S9: Alice has two tabs open and accepts in one of them: the badge of the other drops in the same frame. */
export const AcceptInAnotherTab: StoryObj = {
  name: 'accept-in-another-tab',
  parameters: tabs,
  ...script(acceptInAnotherTab, async (played) => {
    const { alice: account, browser, bob, ask } = played.scenario;
    const storage: Storage = memory();
    const one = await played.seat(account, { tab: browser.tab(), storage });
    const other = await played.seat(account, { tab: browser.tab(), storage, isFirst: false });
    ask();
    await played.pass(500);
    await expect([one.screen.badge(), other.screen.badge()]).toEqual([1, 1]);
    await expect(account.service.sockets).toHaveLength(1);
    await one.screen.press(/^Requests/u);
    // `press` ends with the frame that follows it.
    await one.screen.pressFor('Bob Example', 'Accept');
    await expect([one.screen.badge(), other.screen.badge()]).toEqual([0, 0]);
    await played.pass(2_000);
    await expect([one.screen.badge(), other.screen.badge()]).toEqual([0, 0]);
    await expect(other.messenger.peers.row(account.cid, bob.cid).relation).toBe('contact');
  }),
};

/** S11: the tab that holds the socket dies in the middle of sending; the other one ends it: no loss, no duplicate. */
export const LeaderDiesMidSend: StoryObj = {
  name: 'leader-dies-mid-send',
  parameters: tabs,
  ...script(leaderDiesMidSend, async (played) => {
    const { alice: account, bob, browser, holdAnswers } = played.scenario;
    const storage: Storage = memory();
    const [first, second] = [browser.tab(), browser.tab()];
    const one = await played.seat(account, { tab: first, storage, peer: bob.cid });
    const other = await played.seat(account, { tab: second, storage, isFirst: false, peer: bob.cid });
    await connected(played, one);
    const letThrough = holdAnswers();
    const texts = ['one', 'two', 'three'];
    for (const text of texts) await other.screen.write(text);
    await played.pass(500);
    await expect(other.screen.statusOf('one')).not.toBe('Sent');
    first.kill();
    letThrough();
    await connected(played, other);
    await played.pass(60_000);
    for (const text of texts) await expect(other.screen.statusOf(text)).toBe('Delivered');
    await expect(bob.received.map(({ payload }) => payload.text)).toEqual(texts);
    // A leader that slept without knowing wakes up beside its successor: it follows, and does nothing twice.
    const third = await played.seat(account, { tab: browser.tab(), storage, isFirst: false, peer: bob.cid });
    second.stop();
    await third.screen.write('four');
    await played.pass(12_000);
    second.wake();
    await connected(played, third);
    await played.pass(60_000);
    for (const { screen } of [other, third]) await expect(screen.statusOf('four')).toBe('Delivered');
    await expect(bob.received.map(({ payload }) => payload.text)).toEqual([...texts, 'four']);
    await expect(account.service.sockets).toHaveLength(1);
  }),
};

/** S12: hidden for 70 s, the socket half-open, then the page is back: found, reconnected, and nothing falsely failed. */
export const HiddenAndHalfOpen: StoryObj = {
  name: 'hidden-and-half-open',
  ...script(hiddenAndHalfOpen, async (played) => {
    const { scenario } = played;
    const { bob, alice: account } = scenario;
    const { messenger, screen } = await alice(played);
    messenger.setVisible(false);
    scenario.goHalfOpen();
    bob.write(account.cid, 'written meanwhile');
    await played.pass(35_000);
    await screen.write('answered blindly');
    await played.pass(35_000);
    await expect(screen.statusOf('answered blindly')).not.toBe('Not sent');
    messenger.setVisible(true);
    await played.pass(5_000);
    await expect(messenger.diagnostics.counters.peek().get('socket-lost')).toBe(1);
    await connected(played, { messenger, screen } as Seat);
    await played.pass(60_000);
    await expect(screen.statusOf('answered blindly')).toBe('Delivered');
    await expect(played.storyOf('answered blindly')).not.toContain('Not sent');
    await expect(played.rowsOf('written meanwhile')).toBe(1);
    await expect(bob.received.filter(({ payload }) => payload.text === 'answered blindly')).toHaveLength(1);
  }),
};
