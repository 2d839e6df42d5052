import type { AccountSettings } from '../facts/view.ts';
import type { Backend } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Relay } from '../ports/relay.ts';
import type { Storage } from '../ports/storage.ts';

/** What holds for accounts whose person has changed nothing, and for the whole messenger. */
export interface Settings extends Omit<AccountSettings, 'paused'> {
  /** How many attempts are handed over before a message is given up. */
  readonly attempts: number;
}

/** The settings of a messenger that was given none. */
export const DEFAULT_SETTINGS: Settings = Object.freeze({
  readReceipts: true,
  typing: true,
  presence: true,
  policy: 'prefer-direct',
  attempts: 10,
});

/** What an engine is made of. Everything is passed in; nothing is global. */
export interface MessengerOptions {
  readonly backend: Backend;
  readonly storage: Storage;
  /** Carries messages when no channel does; none by default. */
  readonly relay?: Relay | null;
  readonly clock: Clock;
  readonly random: Random;
  /** What holds for an account until its person changes it, and for the whole messenger. */
  readonly settings?: Partial<Settings>;
}

export function settingsOf({ settings }: MessengerOptions): Settings {
  return { ...DEFAULT_SETTINGS, ...settings };
}
