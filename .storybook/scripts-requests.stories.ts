import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { expect } from 'storybook/test';
import type { Storage } from '../ports/storage.ts';
import { memory } from '../storage/memory.ts';
import { PASSWORD, SERVER_ADDRESS, acceptInAnotherTab, askIntoTheVoid } from '../mocks/index.ts';
import { script, tabs } from './script-story.ts';

/**
 * Contact requests while the other side is away, and in two tabs. Each story plays one
 * script of the simulated service, step by step, on a whole messenger, and checks what was drawn in every frame of it.
 */
const meta: Meta = { title: 'Scripts/Requests', tags: ['!autodocs'] };
export default meta;

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
