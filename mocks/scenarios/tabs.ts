import { createBrowser, type SimulatedBrowser } from '../browser.ts';
import type { Peer } from '../peer.ts';
import { createSeededRandom } from '../random.ts';
import { createPair, type PairScenario } from './messages.ts';
import { createStage, type OwnAccount, type Scenario, type ScenarioInput } from './scenario.ts';

/** Several tabs of Alice's browser; the client under test opens them and puts a messenger into each. */
interface InTabs {
  readonly browser: SimulatedBrowser;
}

function browserOf({ clock, seed = 1 }: ScenarioInput): SimulatedBrowser {
  return createBrowser({ clock, random: createSeededRandom(seed) });
}

/** S9. */
export interface OtherTabScenario extends Scenario, InTabs {
  readonly alice: OwnAccount;
  /** No contact of hers yet. */
  readonly bob: Peer;
  /** Bob asks, and once more each time it is called. */
  ask(): void;
}

/** S9: Bob asks Alice, who has two tabs open: she accepts in one and looks at the badge of the other. */
export async function acceptInAnotherTab(input: ScenarioInput): Promise<OtherTabScenario> {
  const stage = createStage(input);
  const alice = stage.own(stage.service('alice'), { username: 'alice', fullName: 'Alice Example' });
  const bob = stage.peer(stage.service('bob'), { username: 'bob', fullName: 'Bob Example' });
  await bob.open();
  return {
    name: 'accept-in-another-tab',
    clock: input.clock,
    simulation: stage.simulation,
    alice,
    bob,
    browser: browserOf(input),
    ask: () => void bob.ask(alice.cid),
  };
}

/** S11. */
export interface LeaderDiesScenario extends PairScenario, InTabs {
  /**
   * From now on messages are carried to Bob, and the service's answers to them are kept back: whoever sent them is in
   * the middle of it. Returns what lets the answers through.
   */
  holdAnswers(): () => void;
  /** From now on messages are lost on their way to the service; returns what ends it. */
  loseMessages(): () => void;
}

/**
 * S11: the tab that holds the socket dies in the middle of sending, before or after the service took the message; or
 * it sleeps, is replaced, and wakes up as if it still led. Killing, stopping and waking is the tab's own part.
 */
export async function leaderDiesMidSend(input: ScenarioInput): Promise<LeaderDiesScenario> {
  const pair = await createPair('leader-dies-mid-send', input);
  const { faults } = pair.alice.service;
  return {
    ...pair,
    browser: browserOf(input),
    holdAnswers: () => faults.add({ kind: 'hold', direction: 'out', variants: ['MessageSendSuccess'] }),
    loseMessages: () => faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] }),
  };
}

/** S12. */
export interface HalfOpenScenario extends PairScenario {
  /** Alice's socket is dead from now on, and looks alive to her page and to her service. */
  goHalfOpen(): void;
}

/**
 * S12: Alice's page is hidden for 70 s; meanwhile its socket becomes half-open, Bob writes, and the service calls that
 * sent. Then she comes back. Hiding is the page's own part. Bob sends again what her `sync` shows to be missing.
 */
export async function hiddenAndHalfOpen(input: ScenarioInput): Promise<HalfOpenScenario> {
  const pair = await createPair('hidden-and-half-open', input);
  pair.bob.habits = { sendsAgain: true };
  return {
    ...pair,
    goHalfOpen() {
      for (const socket of pair.alice.service.sockets) socket.freeze();
    },
  };
}
