import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { MessageId } from '../../facts/index.ts';
import { onReader } from '../internal/page.ts';
import { Seen, isReaderHere } from '../internal/seen.ts';

interface ReadingOptions {
  /** The box that scrolls; null before the first render. */
  readonly log: () => HTMLElement | null;
  /** Whether the messenger considers the page visible. */
  readonly isPageShown: () => boolean;
  /** Whether the messages were read from this device, rather than having come since the page was opened. */
  readonly isFromStorage: () => boolean;
  /** The reader is here. */
  readonly here: () => void;
  /** A message of theirs was really on screen. */
  readonly seen: (id: MessageId) => void;
  /** The view has arrived at the newest message. */
  readonly endReached: () => void;
  /** The person came to the end: opened there, scrolled, jumped or wrote. */
  readonly arrived: () => void;
}

/** Tracks reading: whether the reader is present, what was on screen, and when the end was reached. */
export class Reading implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: ReadingOptions;
  readonly #seen: Seen;
  /** Whether no row of this conversation was rendered yet. */
  #isOpening = true;
  /** Whether it was opened while it was empty. */
  #wasEmpty = false;
  #isAtEnd = true;
  #stopReader: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement, options: ReadingOptions) {
    this.#host = host;
    this.#options = options;
    this.#seen = new Seen(host, {
      box: options.log,
      tell: (id) => options.seen(id as MessageId),
      isShown: options.isPageShown,
    });
    host.addController(this);
  }

  /** Whether the view is at the newest message. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Whether the reader may be looking. */
  get isReaderHere(): boolean {
    return isReaderHere(this.#host) && this.#options.isPageShown();
  }

  /** In the document. */
  hostConnected(): void {
    this.#stopReader = onReader(this.#host, this.check);
  }

  /** Out of the document. */
  hostDisconnected(): void {
    this.#stopReader?.();
  }

  /** Another conversation. */
  restart(): void {
    this.#isAtEnd = true;
    this.#seen.restart();
    this.#isOpening = true;
    this.#wasEmpty = false;
  }

  /** What is on the screen may be reported from now on. */
  tellAgain(): void {
    this.#seen.restart();
  }

  /** The page was shown or hidden, or its window got the focus. */
  readonly check: () => void = () => {
    if (this.isReaderHere) this.#options.here();
  };

  /** The view has left the newest message, or is back there. */
  endChanged(isAtEnd: boolean): void {
    if (this.#isAtEnd === isAtEnd) return;
    this.#isAtEnd = isAtEnd;
    this.#host.requestUpdate();
    if (isAtEnd) this.#options.endReached();
  }

  /**
   * Called with the number of rendered rows. Opening a conversation at its end counts as coming there; waiting in an
   * empty one does not.
   */
  drawn(rows: number): void {
    if (!this.#isOpening) return;
    if (rows === 0) {
      this.#wasEmpty = true;
      return;
    }
    this.#isOpening = false;
    // Storage is read after the page was opened.
    const isFromStorage = this.#options.isFromStorage();
    if (this.#isAtEnd && (!this.#wasEmpty || isFromStorage)) this.arrive();
  }

  /** The person came to the end, if the reader is present. Staying there does not count. */
  arrive(): void {
    if (this.#seen.isLooking) this.#options.arrived();
  }
}
