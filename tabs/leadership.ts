import type { StorageView } from '../facts/view.ts';
import { COMMANDS } from '../stores/commands.ts';
import type { CommandName } from '../stores/commands.ts';
import type { Engine } from '../stores/engine.ts';
import type { Publisher } from './publish.ts';

/** After this long a new leader runs pending commands, whatever the state of its link. */
const SETTLED_MS = 5_000;

interface LeadershipOptions {
  readonly engine: Engine;
  readonly publisher: Publisher;
  say(message: { readonly kind: 'storage'; readonly view: StorageView }, to?: string): void;
  /** Stored or mirrored data can be shown. */
  begin(): void;
  /** More of what was asked can be done. */
  doAsked(): void;
}

/** How a tab begins to lead: it brings what it mirrors together with what is stored, and begins to act. */
export class Leadership {
  readonly #options: LeadershipOptions;
  /** Counts the times that this tab began to lead: what began in an earlier one is over. */
  #term = 0;
  /** This tab leads, and has read what is stored. */
  #isRestored = false;
  /** This tab leads, has its link, and has claimed its accounts. */
  #isSettled = false;
  /** Tabs that asked for a snapshot before that. */
  readonly #wanting = new Set<string>();

  constructor(options: LeadershipOptions) {
    this.#options = options;
    const { core, link, sessionRows } = options.engine;
    core.writer.view.subscribe(() => this.#sayUnread());
    link.subscribe(() => this.#settle());
    sessionRows.subscribe(() => this.#settle());
  }

  /** This tab leads from now on. */
  async begin(hasTakenOver: boolean): Promise<void> {
    const { engine, publisher } = this.#options;
    const { core, sessions } = engine;
    this.#term += 1;
    const term = this.#term;
    this.#isSettled = false;
    core.act();
    // The mirrored link was the former leader's.
    engine.setLink({ state: 'idle' });
    sessions.unlinked();
    await engine.restore.run();
    if (term !== this.#term || !core.isActing) return;
    this.#isRestored = true;
    this.#takeOver(hasTakenOver);
    // Retry what failed while this tab led before.
    void core.writer.again();
    this.#options.doAsked();
    engine.start();
    this.#touchAll();
    core.alarm('settled', core.elapsed() + SETTLED_MS, () => this.#settle(true));
    this.#options.begin();
    for (const tab of this.#wanting) publisher.tell(tab);
    this.#wanting.clear();
  }

  /** This tab leads no longer. */
  end(): void {
    this.#wanting.clear();
    this.#isRestored = false;
  }

  /** Tells a tab everything, as soon as there is something to tell. */
  tell(tab: string): void {
    // Until storage was read, a snapshot would show that there are no accounts.
    if (this.#isRestored) return this.#options.publisher.tell(tab);
    this.#wanting.add(tab);
    this.#sayUnread(tab);
  }

  /** Whether what a command needs is there. */
  isReady(name: CommandName): boolean {
    const { needs } = COMMANDS[name];
    return this.#isSettled || needs === 'nothing' || (this.#isRestored && needs === 'storage');
  }

  /** Takes over what this tab has mirrored. */
  #takeOver(hasTakenOver: boolean): void {
    const { sessions, conversations, messages } = this.#options.engine;
    for (const account of sessions.accounts.peek()) {
      for (const conversation of conversations.of(account)) {
        // The failed disk was the former leader's.
        conversation.setStalled(false);
        conversation.adoptUnstored([]);
        messages.writeUnwritten(conversation);
      }
      const { state, ...session } = sessions.get(account)!;
      // The silent leader's socket may still be open: this very browser holds the account, and may claim it back.
      // One that is open in another browser was held by none of its sockets.
      const epoch = hasTakenOver && state !== 'open-elsewhere' ? (session.epoch ?? 0) : session.epoch;
      // The tab that had the password is gone: ask the service again.
      const isOut = state === 'signed-out-by-service';
      sessions.put({ ...session, epoch, state, ...(isOut ? { state: 'link-down', note: null } : {}) });
    }
  }

  #touchAll(): void {
    const { core, sessions, pairs } = this.#options.engine;
    core.transact(() => {
      for (const account of sessions.accounts.peek())
        for (const { peer } of pairs.of(account)) core.touch(account, peer);
    });
  }

  /** Tells the others that stored data could not be read yet. */
  #sayUnread(to?: string): void {
    const { core } = this.#options.engine;
    const view = core.writer.view.peek();
    if (core.isActing && !this.#isRestored && view.isUnread) this.#options.say({ kind: 'storage', view }, to);
  }

  /**
   * What is asked of a new leader waits for its link and its claims: otherwise it would fail for want of them, and a
   * person in another tab would be told so for no reason of theirs.
   */
  #settle(isLate = false): void {
    const { core, link, sessions } = this.#options.engine;
    if (!core.isActing || this.#isSettled) return;
    const { state } = link.peek();
    if (!isLate && (state === 'idle' || state === 'connecting' || state === 'closed')) return;
    const isClaiming = sessions.accounts.peek().some((account) => {
      const session = sessions.get(account)!;
      return session.state === 'claiming' || session.state === 'link-down';
    });
    if (!isLate && state === 'up' && isClaiming) return;
    this.#isSettled = true;
    this.#options.doAsked();
  }
}
