import type { AccountId } from '../facts/ids.ts';
import type { AccountSettings, Cell } from '../facts/view.ts';
import { computed } from './cells.ts';
import type { Core } from './core.ts';
import type { Sessions } from './sessions.ts';

/** The settings of each account: kept on this device, and in force at once. */
export class SettingsStore {
  readonly #core: Core;
  readonly #sessions: Sessions;

  constructor(core: Core, sessions: Sessions) {
    this.#core = core;
    this.#sessions = sessions;
  }

  /** The account's settings, now. What the person has not changed is as the messenger was made. */
  of(account: AccountId): AccountSettings {
    const settings = this.#sessions.get(account)?.stored?.settings;
    return { ...this.#core.settings, ...settings, paused: [...this.#paused(account)] };
  }

  /** The account's settings, as a cell. */
  cell(account: AccountId): Cell<AccountSettings> {
    const session = this.#sessions.cell(account);
    return computed(() => {
      void session.value;
      return this.of(account);
    });
  }

  /** Changes some of them. An account that this browser does not know has none. */
  change(account: AccountId, change: Partial<AccountSettings>): void {
    const stored = this.#sessions.get(account)?.stored;
    if (stored) this.#sessions.save({ ...stored, settings: { ...stored.settings, ...change } });
  }

  isPaused(account: AccountId, peer: AccountId): boolean {
    return this.#paused(account).includes(peer);
  }

  /** Stops sending to a contact and keeps no channel to them: what is written waits, their offers stay unanswered. */
  pause(account: AccountId, peer: AccountId): void {
    this.change(account, { paused: [...new Set([...this.#paused(account), peer])] });
  }

  /** Goes on where the contact was paused. */
  resume(account: AccountId, peer: AccountId): void {
    this.change(account, { paused: this.#paused(account).filter((paused) => paused !== peer) });
  }

  /** The list as it is stored: asked for each contact, so it is not copied. */
  #paused(account: AccountId): readonly AccountId[] {
    return this.#sessions.get(account)?.stored?.settings?.paused ?? [];
  }
}
