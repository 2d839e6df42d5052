import type { ReceivedMessage } from '../peer-streams.ts';
import type { Peer } from '../peer.ts';
import { createStage, type OwnAccount, type Scenario, type ScenarioInput, type Stage } from './scenario.ts';

/** Alice, whose screen is tested, and Bob, her contact, each with their own service. */
export interface PairScenario extends Scenario {
  readonly alice: OwnAccount;
  /** His page is open; he picks up offers. */
  readonly bob: Peer;
}

/** Two contacts of whom Bob's page is open already. */
export async function createPair(
  name: string,
  input: ScenarioInput,
  stage: Stage = createStage(input),
): Promise<PairScenario> {
  const alice = stage.own(stage.service('alice'), { username: 'alice', fullName: 'Alice Example' });
  const bob = stage.peer(stage.service('bob'), {
    username: 'bob',
    fullName: 'Bob Example',
    contacts: [alice.cid],
  });
  await bob.open();
  return { name, clock: input.clock, simulation: stage.simulation, alice, bob };
}

/** A pair whose channel can be lost, with no dial getting through until it may again. */
async function createBreakable(
  name: string,
  input: ScenarioInput,
): Promise<{ pair: PairScenario; lose(): Promise<void>; regain(): void }> {
  const pair = await createPair(name, input, createStage(input, { stun: false }));
  const { alice, bob, simulation } = pair;
  const setNat = (nat: 'same-nat' | 'open'): void => {
    for (const service of simulation.services) service.nat = nat;
  };
  return {
    pair,
    async lose() {
      setNat('same-nat');
      await bob.hangUp(alice.cid);
    },
    regain: () => setNat('open'),
  };
}

/** What Bob got last. */
function newest(bob: Peer): ReceivedMessage | undefined {
  return bob.received.at(-1);
}

/** S1. */
export interface LaterReadScenario extends PairScenario {
  /** Refuses the next message permanently, so that it does not block later ones. */
  refuseNext(reason?: string): void;
  /** The service's answers to messages are kept back from now on; returns what lets them through. */
  holdAnswers(): () => void;
  /** Bob reports the newest message as read. */
  readNewest(): void;
}

/**
 * S1: the peer reads a later message while ours is still sending. Bob sends receipts only when he is told to.
 * The script: `refuseNext`, write the first; write a second, which arrives; `holdAnswers`, try the first again;
 * Bob reads the second.
 */
export async function laterReadDoesNotLiftSending(input: ScenarioInput): Promise<LaterReadScenario> {
  const pair = await createPair('later-read-does-not-lift-sending', input);
  pair.bob.habits = { acknowledges: false };
  const { faults } = pair.alice.service;
  return {
    ...pair,
    refuseNext: (reason = `CID ${pair.bob.cid} is not registered locally`) =>
      void faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], times: 1, reason }),
    holdAnswers: () => faults.add({ kind: 'hold', direction: 'out', variants: ['MessageSendSuccess'] }),
    readNewest() {
      const message = newest(pair.bob);
      if (message) pair.bob.receipt(pair.alice.cid, message.payload.id, 'read');
    },
  };
}

/** S3. */
export interface RefusalScenario extends PairScenario {
  /** Ends the refusals. */
  relent(): void;
}

/** S3: every message is refused, half a second after it was sent: its row is drawn by then. */
export async function refusalAfterEcho(input: ScenarioInput): Promise<RefusalScenario> {
  const pair = await createPair('refusal-after-echo', input);
  const relent = pair.alice.service.faults.add({
    kind: 'refuse',
    direction: 'in',
    variants: ['Message'],
    delay: 500,
    reason: `Connection for ${pair.alice.cid} not found`,
  });
  return { ...pair, relent };
}

/** S4: the receipt for a message comes a second before the service's own answer to it. */
export async function receiptBeforeAnswer(input: ScenarioInput): Promise<PairScenario> {
  const pair = await createPair('receipt-before-answer', input);
  pair.alice.service.faults.add({
    kind: 'delay',
    direction: 'out',
    variants: ['MessageSendSuccess'],
    delay: 1000,
  });
  return pair;
}

/** S7. */
export interface ShuffledScenario extends PairScenario {
  /** Bob sends every receipt for everything he has again: delivered and read, mixed up. */
  repeatReceipts(): void;
}

/** S7: receipts come several times and in any order. */
export async function shuffledEvidence(input: ScenarioInput): Promise<ShuffledScenario> {
  const pair = await createPair('shuffled-evidence', input);
  const { alice, bob } = pair;
  for (const kind of ['duplicate', 'reorder'] as const) {
    alice.service.faults.add({
      kind,
      direction: 'out',
      variants: ['MessageNotification'],
      probability: 0.4,
      delay: 300,
    });
  }
  return {
    ...pair,
    repeatReceipts() {
      // In reverse, so that each `read` comes before its `delivered`.
      for (const { payload } of [...bob.received].reverse()) {
        for (const kind of ['read', 'delivered', 'read', 'delivered'] as const)
          bob.receipt(alice.cid, payload.id, kind);
      }
    },
  };
}

/** S8. */
export interface RelayTakesOverScenario extends PairScenario {
  /** The direct way is gone: the channel ends, and every further dial fails after 30 s. */
  loseDirect(): Promise<void>;
  /** Lets direct channels work again. */
  regainDirect(): void;
}

/** S8: a direct channel at first; in the middle of an outbox it is lost, and dialling times out from then on. */
export async function directTimesOutRelayTakesOver(input: ScenarioInput): Promise<RelayTakesOverScenario> {
  const { pair, lose, regain } = await createBreakable('direct-times-out-relay-takes-over', input);
  return { ...pair, loseDirect: lose, regainDirect: regain };
}

/** S14. */
export interface QueueScenario extends PairScenario {
  /** The channel ends, and no dial gets through from now on: what is written waits. */
  loseChannel(): Promise<void>;
  /** Lets dials get through again. */
  regainChannel(): void;
}

/**
 * S14: three messages wait for a way, the page is reloaded, a fourth is written, and then there is a way. Reloading
 * is the page's own part.
 */
export async function reloadWithAQueue(input: ScenarioInput): Promise<QueueScenario> {
  const { pair, lose, regain } = await createBreakable('reload-with-a-queue', input);
  return { ...pair, loseChannel: lose, regainChannel: regain };
}

/** S16. */
export interface TakenAndDroppedScenario extends PairScenario {
  /** Bob's page is gone without an event; the service still reports messages to him as sent, and drops them. */
  closePage(): void;
  /** Bob's page opens again and claims his account. */
  openPage(): Promise<void>;
}

/**
 * S16: the service answers success for what nobody gets, because the recipient's page is closed; then it opens.
 * What Bob has not got he asks for when his channel is asked about it (`sync`).
 */
export async function takenAndDropped(input: ScenarioInput): Promise<TakenAndDroppedScenario> {
  const pair = await createPair('taken-and-dropped', input);
  return { ...pair, closePage: () => pair.bob.close(), openPage: () => pair.bob.open() };
}

/** S17. */
export interface IntoTheVoidScenario extends Scenario {
  readonly alice: OwnAccount;
  /** His account exists; he is signed out. */
  readonly bob: Peer;
  /** Bob signs in. */
  signIn(): Promise<void>;
  /** The asks that Bob's page was told of. */
  readonly asksSeen: number;
}

/** S17: Alice asks while Bob is signed out: the ask is lost. Then he signs in. He leaves asks unanswered. */
export function askIntoTheVoid(input: ScenarioInput): IntoTheVoidScenario {
  const stage = createStage(input);
  const alice = stage.own(stage.service('alice'), { username: 'alice', fullName: 'Alice Example' });
  const bob = stage.peer(stage.service('bob'), { username: 'bob', fullName: 'Bob Example' });
  return {
    name: 'ask-into-the-void',
    clock: input.clock,
    simulation: stage.simulation,
    alice,
    bob,
    signIn: () => bob.open(),
    get asksSeen() {
      return bob.frames.filter((frame) => frame.variant === 'PeerRegisterNotification').length;
    },
  };
}
