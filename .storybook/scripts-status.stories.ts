import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { expect } from 'storybook/test';
import {
  laterReadDoesNotLiftSending,
  receiptBeforeAnswer,
  refusalAfterEcho,
  shuffledEvidence,
} from '../mocks/index.ts';
import { TICK, alice, script } from './script-story.ts';

/**
 * What a message is drawn with when answers and receipts come in any order. Each story plays one
 * script of the simulated service, step by step, on a whole messenger, and checks what was drawn in every frame of it.
 */
const meta: Meta = { title: 'Scripts/Status', tags: ['!autodocs'] };
export default meta;

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
