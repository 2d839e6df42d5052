import type { FakeClock, Fault, RelayConduct, Simulation } from '../../mocks/index.ts';
import type { Random } from '../../ports/random.ts';
import type { DiskWeather } from './disk.ts';

import type { Side } from './side.ts';

/** A twentieth of all frames each, so that a fifth of them is struck. A fault is asked after those before it. */
const WEATHER: readonly Fault[] = (['in', 'out'] as const).flatMap((direction): Fault[] => [
  { kind: 'drop', direction, probability: 0.05 },
  { kind: 'delay', direction, probability: 0.05 / 0.95, delay: 1_500 },
  {
    kind: 'duplicate',
    direction,
    probability: 0.05 / 0.9,
    // Not a claim: "is not orphaned", the answer to its double, cannot be told from another browser's.
    when: ({ variant }) => variant !== 'ConnectionManagement',
  },
  { kind: 'reorder', direction, probability: 0.05 / 0.85, delay: 800 },
]);

/** How often the disk misbehaves. */
const DISK: DiskWeather = { readFails: 0.01, writeFails: 0.02, hangs: 0.001 };

const SECOND = 1_000;
const CONDUCTS: readonly RelayConduct[] = [
  'drop-answer',
  'drop-answer',
  'drop',
  'drop',
  { refuse: 'The relay is full' },
  { refuse: 'The relay is full' },
  { refuse: 'The relay does not like it', code: 'invalid' },
];

interface Scene {
  readonly simulation: Simulation;
  readonly clock: FakeClock;
  readonly random: Random;
  readonly sides: readonly [Side, Side];
}

/** A fault that may happen after any message. */
type Mishap = (side: Side, storm: Storm) => void | Promise<void>;

/** What may happen, each with its chance after each burst of messages. */
const MISHAPS: readonly (readonly [chance: number, name: string, mishap: Mishap])[] = [
  [0.012, 'sockets cut', ({ service }) => service.sockets[0]?.terminate()],
  [0.006, 'sockets frozen', ({ service }) => service.sockets[0]?.freeze()],
  [
    0.02,
    'pages reloaded',
    (side, { later }) => side.crash().then(() => later(2 * SECOND, () => side.open())),
  ],
  // What the service is given meanwhile it calls sent, and drops.
  [
    0.008,
    'pages closed',
    (side, { later }) => side.crash().then(() => later(40 * SECOND, () => side.open())),
  ],
  [
    0.02,
    'hang-ups',
    (side) => {
      if (side.isReady) side.messenger.routes.hangUp(side.account, side.peer);
    },
  ],
  [
    0.02,
    'relay gone',
    ({ relay }, { later }) => {
      relay.setUp(false);
      later(60 * SECOND, () => relay.setUp(true));
    },
  ],
  [
    0.03,
    'relay turned',
    ({ relay }, { random, later }) => {
      relay.conduct = CONDUCTS[Math.floor(random.next() * CONDUCTS.length)]!;
      later(20 * SECOND, () => (relay.conduct = 'accept'));
    },
  ],
  [
    0.006,
    'no way through',
    ({ service }, storm) => {
      service.nat = 'symmetric';
      storm.later(60 * SECOND, () => (service.nat = 'same-nat'));
    },
  ],
  // The service answers success, and nobody gets it.
  [
    0.01,
    'taken and dropped',
    ({ service }, { later }) => {
      const lift = service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
      later(30 * SECOND, lift);
    },
  ],
  [
    0.006,
    'refused for good',
    ({ service }) => {
      const reason = 'CID 5 is not registered locally';
      service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], times: 1, reason });
    },
  ],
  [
    0.006,
    'refused for a while',
    ({ service }, { later }) => {
      const reason = 'Error sending message: not now';
      later(
        20 * SECOND,
        service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], reason }),
      );
    },
  ],
  [
    0.002,
    'services restarted',
    ({ service }, { later }) => {
      service.kill();
      later(20 * SECOND, () => service.start({ signIns: 'work' }));
    },
  ],
  [
    0.006,
    'pauses',
    (side, { later }) => {
      side.pause();
      later(30 * SECOND, () => side.goOn());
    },
  ],
  [0.02, 'retries', (side) => void (side.isReady && side.retryFirst())],
  [0.01, 'cancels', (side) => void (side.isReady && side.cancelNewest())],
  [
    0.1,
    'scrolls',
    (side, { random }) => {
      const by = (random.next() - 0.5) * 3_000;
      if (side.isReady) side.scroll(by);
    },
  ],
  [0.03, 'jumps', (side) => void (side.isReady && side.scroll(Infinity))],
  [
    0.02,
    'pages covered',
    (side, { later }) => {
      side.show(false);
      later(20 * SECOND, () => side.show(true));
    },
  ],
  [
    0.02,
    'windows left',
    (side, { later }) => {
      side.focus(false);
      later(20 * SECOND, () => side.focus(true));
    },
  ],
];

/** All faults, from the seed. */
export class Storm {
  readonly random: Random;
  /** How often each thing happened. */
  readonly counts = new Map<string, number>();
  readonly #scene: Scene;
  #isOver = false;
  readonly #endings = new Set<() => void>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.random = scene.random;
  }

  begin(): void {
    const { simulation, sides } = this.#scene;
    for (const fault of WEATHER) simulation.faults.add(fault);
    for (const { disk } of sides) disk.weather = DISK;
  }

  /** Does something within that time; when the storm ends, at the latest. */
  readonly later = (within: number, act: () => unknown): void => {
    if (this.#isOver) return void act();
    const ending = (): void => {
      if (this.#endings.delete(ending)) act();
    };
    this.#endings.add(ending);
    this.#scene.clock.setTimeout(ending, this.random.next() * within);
  };

  /** Draws the faults after a burst of messages. */
  async strike(): Promise<void> {
    const { sides, random } = this.#scene;
    for (const [chance, name, mishap] of MISHAPS) {
      if (random.next() >= chance) continue;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      await mishap(sides[random.next() < 0.5 ? 0 : 1], this);
    }
  }

  /** Ends all faults and brings everything up. */
  end(): void {
    const { simulation, sides } = this.#scene;
    this.#isOver = true;
    for (const ending of [...this.#endings]) ending();
    simulation.faults.clear();
    for (const { service, relay, disk } of sides) {
      service.faults.clear();
      service.nat = 'open';
      if (!service.isRunning) service.start({ signIns: 'work' });
      relay.conduct = 'accept';
      relay.setUp(true);
      disk.weather = { readFails: 0, writeFails: 0, hangs: 0 };
    }
  }
}
