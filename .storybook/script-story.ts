import type { StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import type { PairScenario, Scenario, ScenarioInput } from '../mocks/index.ts';
import { playScript } from './script.ts';
import type { Script, Seat } from './script.ts';

/** A story that plays a script. */
export function script<Played extends Scenario>(
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
export async function alice<Played extends PairScenario>(
  played: Script<Played>,
  hasRelay = false,
): Promise<Seat> {
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
export async function connected<Played extends PairScenario>(
  played: Script<Played>,
  seat: Seat,
): Promise<void> {
  const { alice: account, bob } = played.scenario;
  for (let waited = 0; waited < 120 && seat.screen.route() !== 'Connected'; waited += 1) {
    if (bob.channels.has(account.cid)) bob.say(account.cid, { v: 1, type: 'presence' });
    await played.pass(1_000);
  }
  await expect(seat.screen.route()).toBe('Connected');
}

/** Two tabs of one person stand on one page here, which two tabs never do. */
export const tabs = { a11y: { config: { rules: [{ id: 'landmark-unique', enabled: false }] } } };

/** The statuses that claim more than that a message is on its way. */
export const TICK = /^(Sent|Delivered|Read)/u;
