import type { CommandName } from '../stores/commands.ts';
import type { Engine } from '../stores/engine.ts';
import { rowOf } from './forward.ts';
import type { ForwardedCommand, Detail } from './forward.ts';
import type { Publisher } from './publish.ts';

/** What the leader says of what it was asked. */
export type WorkMessage =
  | { readonly kind: 'started'; readonly number: number }
  | { readonly kind: 'answer'; readonly number: number; readonly result: unknown };

/** How many results of commands a leader remembers. */
const REMEMBERED = 1_000;

interface WorkOptions {
  readonly engine: Engine;
  readonly publisher: Publisher;
  /** Whether what a command needs is there. */
  isReady(name: CommandName): boolean;
  say(message: WorkMessage, to: string): void;
}

/** Commands that other tabs have asked of the leader. Each is run once. */
export class Work {
  readonly #options: WorkOptions;
  /** What was asked before what it needs was there. */
  readonly #waiting: { readonly from: string; readonly asked: ForwardedCommand }[] = [];
  /** What was last said of each thing asked: a tab that slept may have missed it, and asks again. */
  readonly #begun = new Map<string, WorkMessage>();

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  /** A tab asks for something: it is done now, or as soon as what it needs is there. */
  take(from: string, asked: ForwardedCommand): void {
    this.#waiting.push({ from, asked });
    if (this.#options.isReady(asked.name)) this.run();
  }

  /** Does, in the order in which it was asked, what can be done. */
  run(): void {
    for (const waiting of this.#waiting.splice(0)) {
      if (this.#options.isReady(waiting.asked.name)) this.#do(waiting.from, waiting.asked);
      else this.#waiting.push(waiting);
    }
  }

  /** This tab leads no longer. */
  rest(): void {
    this.#waiting.length = 0;
  }

  #do(from: string, asked: ForwardedCommand): void {
    const { publisher, say } = this.#options;
    const key = `${from} ${asked.number}`;
    const last = this.#begun.get(key);
    if (last) {
      // That tab still shows its guess: send it the state.
      say(last, from);
      return publisher.tell(from);
    }
    if (this.#begun.size >= REMEMBERED) this.#begun.delete(this.#begun.keys().next().value!);
    this.#carryOut(asked, (message) => {
      this.#begun.set(key, message);
      say(message, from);
    });
  }

  /** Who asked is told before it begins; what it changes is told after. */
  #carryOut({ number, name, detail }: ForwardedCommand, say: (message: WorkMessage) => void): void {
    const { engine } = this.#options;
    const row = rowOf(name);
    say({ kind: 'started', number });
    const result = new Promise((resolve) => resolve(row.run(engine, detail)));
    this.#tell(row.about, detail);
    const answer = (value: unknown): void => {
      this.#tell(row.about, detail);
      say({ kind: 'answer', number, result: row.isAnswered ? plain(value) : undefined });
    };
    void result.then(answer, (error: unknown) => {
      // Settle the caller, then rethrow so that the error is reported.
      answer(undefined);
      throw error;
    });
  }

  /** Tells the newest state of what a command is about, whether it has changed or not: a guess has to be replaced. */
  #tell(about: ReturnType<typeof rowOf>['about'], { account, peer, id }: Detail): void {
    const { engine, publisher } = this.#options;
    const { journal } = engine.core;
    if (about === 'account') publisher.session(account!);
    if (about === 'message') journal.append('message', { account: account!, peer: peer!, id: id! });
    if (about === 'pair' || about === 'message') engine.core.touch(account!, peer!);
    publisher.flush();
  }
}

/** An answer without what the backend's own result holds. */
function plain(value: unknown): unknown {
  return (value as { readonly ok?: boolean } | undefined)?.ok ? { ok: true, result: undefined } : value;
}
