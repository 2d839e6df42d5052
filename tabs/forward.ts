import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { COMMANDS, isCommand, runCommand } from '../stores/commands.ts';
import type { Command, CommandName, DetailOf } from '../stores/commands.ts';
import type { Engine } from '../stores/engine.ts';
import type { Guesses } from './apply.ts';

/** A command that a tab which follows asks the one that leads to carry out. */
export interface ForwardedCommand {
  readonly number: number;
  readonly name: CommandName;
  readonly detail: Detail;
}

/** What a command may name, as far as it is about something. */
export interface Detail {
  readonly account?: AccountId;
  readonly peer?: AccountId;
  readonly id?: MessageId;
}

interface Pending extends ForwardedCommand {
  isStarted: boolean;
  settle(result: unknown): void;
}

/** A row of the table, whichever. */
export function rowOf(name: CommandName): Command<Detail, unknown> {
  return COMMANDS[name] as Command<never, unknown> as Command<Detail, unknown>;
}

/** Reads what another tab asks; null where it is no command. */
export function parseForwardedCommand(asked: unknown): ForwardedCommand | null {
  const { number, name, detail } = (asked ?? {}) as Partial<Record<keyof ForwardedCommand, unknown>>;
  const isWhole =
    typeof number === 'number' && isCommand(name) && typeof detail === 'object' && detail !== null;
  return isWhole ? (asked as ForwardedCommand) : null;
}

interface ForwardOptions {
  readonly engine: Engine;
  /** Asks the tab that leads. */
  ask(asked: ForwardedCommand): void;
  /** Runs a guess in this tab, without reporting it as a change. */
  guess(run: () => void): void;
}

/**
 * Commands that are asked of the tab that leads: each once, whatever happens to leaders (delivery.md 6). What a row of
 * the table allows is shown here at once, and replaced by what the leader says.
 */
export class Forward implements Guesses {
  readonly #options: ForwardOptions;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  constructor(options: ForwardOptions) {
    this.#options = options;
  }

  /** Asks the tab that leads, or whichever will lead next. Resolves with its answer. */
  ask<Name extends CommandName>(name: Name, detail: DetailOf<Name>): Promise<unknown> {
    const { engine, ask, guess } = this.#options;
    const answer = new Promise((settle) => {
      const asked = { number: (this.#last += 1), name, detail: detail as Detail };
      this.#pending.set(asked.number, { ...asked, isStarted: false, settle });
      ask(asked);
    });
    if (rowOf(name).isGuessed) guess(() => void runCommand(engine, name, detail));
    return answer;
  }

  /** The leader has started the command: from now on its result counts. */
  started(number: number): void {
    const pending = this.#pending.get(number);
    if (pending) pending.isStarted = true;
  }

  answered(number: number, result: unknown): void {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    pending?.settle(result);
  }

  /**
   * Another tab leads from now on: what was never begun is asked of it, or run by this very tab. What was begun and
   * not answered is lost: nobody knows how it went, and it is not done twice. This tab runs what it is ready for.
   */
  handOver(isReady: (name: CommandName) => boolean = () => true): void {
    const { engine, ask } = this.#options;
    for (const pending of [...this.#pending.values()]) {
      const { number, name, detail } = pending;
      const { isRepeatable, lost } = rowOf(name);
      if (pending.isStarted && !isRepeatable) this.answered(number, lost?.(detail));
      else if (engine.core.isActing) {
        if (isReady(name)) this.answered(number, rowOf(name).run(engine, detail));
      } else {
        pending.isStarted = false;
        ask({ number, name, detail });
      }
    }
  }

  isAccount(account: AccountId): boolean {
    return this.#isGuessed('account', (detail) => detail.account === account);
  }

  isPair(account: AccountId, peer: AccountId): boolean {
    const key = pairKey(account, peer);
    return this.#isGuessed('pair', (detail) => pairKey(detail.account!, detail.peer!) === key);
  }

  isMessage(id: MessageId): boolean {
    return this.#isGuessed('message', (detail) => detail.id === id);
  }

  #isGuessed(about: Command<never, unknown>['about'], isMeant: (detail: Detail) => boolean): boolean {
    for (const { name, detail, isStarted } of this.#pending.values()) {
      const row = rowOf(name);
      if (row.isGuessed && row.about === about && !isStarted && isMeant(detail)) return true;
    }
    return false;
  }
}
