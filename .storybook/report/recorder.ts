import { deepAll, drawnStatuses } from './screen.ts';

/** Texts that claim a connection to the other person. */
const CONNECTED = /^(Connected|Direct|Through .+|On this device)$/u;

/**
 * Records everything that is drawn below an element, after every step and in every animation frame. Shadow roots are
 * searched again each time, to include new ones.
 */
export class Recorder {
  readonly #root: ParentNode;
  /** Every status that a message was ever drawn with, in order, by its id. */
  readonly statuses = new Map<string, string[]>();
  /** Every text of the route indicator, in order. */
  readonly routes: string[] = [];
  /** Every number on a badge of pending requests, in order. */
  readonly badges: number[] = [];
  #isRunning = false;

  constructor(root: ParentNode) {
    this.#root = root;
  }

  /** Looks in every animation frame, until the returned function is called. */
  start(): () => void {
    this.#isRunning = true;
    const frame = (): void => {
      if (!this.#isRunning) return;
      this.look();
      requestAnimationFrame(frame);
    };
    frame();
    return () => {
      this.#isRunning = false;
    };
  }

  /** Looks now. */
  look(): void {
    for (const row of deepAll(this.#root, '[part~="message"][data-id]')) {
      const drawn = drawnStatuses(row)[0];
      if (!drawn) continue;
      const id = row.dataset['id']!;
      // The icon and its name have to agree; both are recorded if they differ.
      const said = PICTURES[drawn.icon] === drawn.name ? drawn.name : `${drawn.name} (${drawn.icon})`;
      const known = this.statuses.get(id) ?? [];
      if (known.at(-1) !== said) this.statuses.set(id, [...known, said]);
    }
    for (const chip of deepAll(this.#root, 'p2p-route-indicator')) {
      const text = chip.shadowRoot
        ?.querySelector<HTMLElement>('.chip')
        ?.textContent?.replace(/\s+/gu, ' ')
        .trim();
      if (text && this.routes.at(-1) !== text) this.routes.push(text);
    }
    for (const badge of deepAll(this.#root, '.head p2p-pending-badge')) {
      const count = Number(badge.shadowRoot?.textContent?.replace(/\D+/gu, '') || '0');
      if (this.badges.at(-1) !== count) this.badges.push(count);
    }
  }

  /** Whether any message was ever drawn with one of these statuses. */
  everDrawn(...words: string[]): boolean {
    return [...this.statuses.values()].flat().some((status) => words.some((word) => status.startsWith(word)));
  }

  /** Whether a connection was ever claimed. */
  get everConnected(): boolean {
    return this.routes.some((route) => CONNECTED.test(route));
  }

  /** Forgets what was seen so far. */
  clear(): void {
    this.statuses.clear();
    this.routes.length = 0;
    this.badges.length = 0;
  }
}

/** The name of each icon. Written out, because the recorder must not share the elements' own table. */
const PICTURES: Readonly<Record<string, string>> = {
  clock: 'Waiting',
  dash: 'Sending',
  ask: 'Unconfirmed',
  tick: 'Sent',
  ticks: 'Delivered',
  read: 'Read',
  fail: 'Not sent',
};
