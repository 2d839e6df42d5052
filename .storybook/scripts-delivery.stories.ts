import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { expect } from 'storybook/test';
import type { Storage } from '../ports/storage.ts';
import { memory } from '../storage/memory.ts';
import {
  directTimesOutRelayTakesOver,
  hiddenAndHalfOpen,
  leaderDiesMidSend,
  reloadWithAQueue,
  takenAndDropped,
} from '../mocks/index.ts';
import { alice, connected, script, tabs } from './script-story.ts';
import type { Seat } from './script.ts';

/**
 * Messages when a path, a page, a tab or a socket is lost. Each story plays one
 * script of the simulated service, step by step, on a whole messenger, and checks what was drawn in every frame of it.
 */
const meta: Meta = { title: 'Scripts/Delivery', tags: ['!autodocs'] };
export default meta;

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
