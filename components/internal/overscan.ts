/** How far beyond the view rows are drawn, in pixels: where the view is going, and where it comes from. */
const AHEAD = 400;
const BEHIND = 100;

/** How much of a list is drawn beyond its view: nothing in the first picture, and then more where the view is going. */
export class Overscan {
  /** Called after the first picture. */
  readonly #painted: () => void;
  readonly #atFirst: -1 | 1;
  #direction: -1 | 1;
  #isPainted = false;
  #frame = 0;

  /** `atFirst`: where the view will go, up (-1) or down (1), before it has gone anywhere. */
  constructor(atFirst: -1 | 1, painted: () => void) {
    this.#atFirst = this.#direction = atFirst;
    this.#painted = painted;
  }

  /** Starts over with another list. */
  restart(): void {
    this.stop();
    this.#isPainted = false;
    this.#direction = this.#atFirst;
  }

  /** Rows were drawn: the first ones are painted soon. */
  drawn(): void {
    if (this.#isPainted || this.#frame) return;
    // The first callback runs before the picture is painted, the second one after it.
    this.#frame = requestAnimationFrame(() => {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#isPainted = true;
        this.#painted();
      });
    });
  }

  /** Nothing is drawn any more. */
  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Somebody scrolled the view from here to there. */
  moved(from: number, to: number): void {
    // What the list itself has set comes back rounded.
    if (Math.abs(to - from) >= 1) this.#direction = to < from ? -1 : 1;
  }

  /** What to draw for a view from `top` to `end`, with this share of what lies beyond it. */
  around(top: number, end: number, share: number): [from: number, to: number] {
    if (!this.#isPainted) return [top, end];
    const [above, below] = this.#direction < 0 ? [AHEAD, BEHIND] : [BEHIND, AHEAD];
    return [top - above * share, end + below * share];
  }
}
