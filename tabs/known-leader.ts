import { parseBeat, type Beat, type Envelope } from './envelope.ts';

const NOBODY: Beat = { tabs: [], visible: [] };

/** What a tab knows of the leader of its group, which may be itself. */
export class KnownLeader {
  #id: string | null = null;
  #epoch = 0;
  #isForeign = false;
  #beat = NOBODY;

  /** null: nobody is known to lead. */
  get id(): string | null {
    return this.#id;
  }

  /** The highest known epoch; the leader's, while there is one. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether it cannot be followed: another version, or no locks. */
  get isForeign(): boolean {
    return this.#isForeign;
  }

  /** Who shares the link, as the leader told it last. */
  get beat(): Beat {
    return this.#beat;
  }

  /** Whether the leader itself said this. */
  hasSaid({ from, epoch }: Envelope): boolean {
    return from === this.#id && epoch === this.#epoch;
  }

  /** Whether this is a leader from before the known one, or a second one in the same epoch. */
  hasPassed({ from, epoch }: Envelope): boolean {
    return epoch < this.#epoch || (epoch === this.#epoch && this.#id !== null && this.#id !== from);
  }

  /** Takes what a leader tells; returns whether it leads only now. */
  take(heard: Envelope, isForeign: boolean): boolean {
    const isNew = !this.hasSaid(heard);
    this.#id = heard.from;
    this.#epoch = heard.epoch;
    this.#isForeign = isForeign;
    this.#beat = parseBeat(heard.body);
    return isNew;
  }

  /** This tab leads, in an epoch of its own. */
  become(id: string, epoch: number): void {
    this.#id = id;
    this.#epoch = epoch;
    this.#beat = NOBODY;
  }

  /** It is silent or gone; who shared its link is believed until somebody else leads. */
  lose(): void {
    this.#id = null;
  }

  /** Nobody leads, and nobody is known; the epoch stays. */
  forget(): void {
    this.#id = null;
    this.#beat = NOBODY;
  }
}
