import type { ReactiveControllerHost, TemplateResult } from 'lit';
import type { MessageId, ThreadMessage } from '../../facts/index.ts';
import { Announcer } from '../internal/announcer.ts';
import { isolated } from '../internal/isolate.ts';
import type { ShownWords } from '../internal/language.ts';
import { previewOf, whyOf } from '../internal/message-words.ts';
import type { Rows } from '../internal/rows.ts';
import { excerpt } from '../internal/texts.ts';
import { timeSource } from '../internal/ticker.ts';
import { Newest } from './newest.ts';
import { Outcomes } from './outcomes.ts';
import { UnreadMark } from './unread-mark.ts';

interface NewsOptions {
  readonly rows: Rows<MessageId, ThreadMessage>;
  /** The other person's name. */
  readonly name: () => string;
  readonly words: () => ShownWords;
  /** Whether the reader may be looking. */
  readonly isReaderHere: () => boolean;
  /** The person has written something. */
  readonly wrote: () => void;
}

/**
 * News in a conversation: messages of theirs are announced and marked, and outcomes of own ones announced. Call
 * `take()` after every change of the rows.
 */
export class News {
  /** Where the mark for new messages stands. */
  readonly mark: UnreadMark;
  readonly #options: NewsOptions;
  readonly #newest = new Newest<MessageId>();
  readonly #announcer: Announcer;
  readonly #outcomes: Outcomes;
  /** When this conversation was opened. */
  #openedAt = 0;

  constructor(host: ReactiveControllerHost, options: NewsOptions) {
    this.#options = options;
    this.mark = new UnreadMark(options.rows);
    this.#announcer = new Announcer(host);
    this.#outcomes = new Outcomes(options.rows, (message) => this.#onOutcome(message));
  }

  /** Whether the rows are those of another conversation, most likely. */
  get isOther(): boolean {
    return this.#newest.knowsNone(this.#options.rows.ids);
  }

  /** Another conversation. */
  restart(firstUnread: MessageId | null | undefined): void {
    this.#openedAt = timeSource().now();
    this.#newest.restart();
    this.mark.put(firstUnread);
    this.#announcer.clear();
    this.#outcomes.stop();
  }

  /** In the document. */
  follow(): void {
    this.#outcomes.follow(this.#options.rows.ids);
  }

  /** Out of the document. */
  stop(): void {
    this.#outcomes.stop();
  }

  /** Handles added rows: follows own messages, announces theirs. */
  take(): void {
    const { rows, wrote } = this.#options;
    const { ids, revision } = rows;
    const came = this.#newest.take(ids, revision);
    const isOwn = (id: MessageId) => rows.read(id, ({ own }) => own);
    // On the first check only messages that came after an empty conversation was opened are new.
    const news = came ?? ids.slice(-20).filter((id) => rows.read(id, ({ place }) => place > this.#openedAt));
    this.#outcomes.follow(came ?? ids);
    if (news.length === 0) return;
    const isAnswered = news.some((id) => isOwn(id));
    const isHere = this.#options.isReaderHere();
    // Counted before more messages arrive.
    this.mark.came(
      news.filter((id) => isOwn(id) === false),
      isHere,
    );
    if (isAnswered) {
      this.mark.put(null);
      wrote();
    }
    const name = this.#options.name();
    for (const id of news.slice(-20))
      rows.read(id, (message) => {
        const words = previewOf(message, name, 300, this.#options.words());
        if (!message.own) this.#announcer.say(`${isolated(name)}: ${isolated(words)}`);
      });
  }

  /** The region in which news are read out. */
  render(): TemplateResult {
    return this.#announcer.render();
  }

  #onOutcome(message: ThreadMessage): void {
    const why = whyOf(message, this.#options.name(), this.#options.words(), false);
    this.#announcer.say(`${why}: ${isolated(excerpt(message.text, 100))}`);
  }
}
