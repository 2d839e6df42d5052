import type { AccountId } from '../facts/ids.ts';
import type { Answer } from '../ports/backend.ts';
import type { Core } from './core.ts';
import { READ_AGAIN_LONGEST_MS, READ_AGAIN_MS } from './restore.ts';
import type { Routes } from './routes.ts';
import type { Sessions } from './sessions.ts';
import type { SignIn } from './sign-in.ts';

/** Accounts that leave: hidden, signed out, or removed from this device with everything of them. */
export class Removal {
  readonly #core: Core;
  readonly #sessions: Sessions;
  readonly #routes: Routes;
  readonly #signIn: SignIn;
  readonly #forget: (account: AccountId) => void;

  /** `forget` takes everything of an account out of memory. */
  constructor(
    core: Core,
    sessions: Sessions,
    routes: Routes,
    signIn: SignIn,
    forget: (account: AccountId) => void,
  ) {
    this.#core = core;
    this.#sessions = sessions;
    this.#routes = routes;
    this.#signIn = signIn;
    this.#forget = forget;
  }

  /** Hides the account here, and leaves it signed in at the service. Its channels are hung up. */
  exit(account: AccountId): void {
    // The last moment at which anything may be said in its name.
    if (this.#sessions.has(account)) this.#routes.hangUpAll(account);
    this.#sessions.exit(account);
  }

  /** Signs the account out; with `isWiped` everything of it also leaves this device, once it is signed out. */
  async signOut(account: AccountId, isWiped: boolean): Promise<Answer> {
    const answer = await this.#signIn.signOut(account);
    if (isWiped && !this.#sessions.has(account)) await this.wipe(account);
    return answer;
  }

  /** Removes everything of the account from this device. */
  async wipe(account: AccountId): Promise<void> {
    const { writer, journal } = this.#core;
    this.exit(account);
    await writer.settled();
    writer.wiped.add(account);
    this.#forget(account);
    journal.append('wiped', { account });
    await this.#remove(account);
  }

  /**
   * Somebody was told that it leaves this device: where the device fails, that is said, and it is tried again until it
   * is gone, or the account is signed in anew. Rejects with why it failed.
   */
  async #remove(account: AccountId, failures = 0): Promise<void> {
    const { writer, storage, relay } = this.#core;
    const tried = await Promise.allSettled([storage.wipe(account), relay?.wipe?.(account)]);
    const failed = tried.find((one) => one.status === 'rejected');
    if (!failed) {
      if (failures > 0) writer.waits(false);
      return;
    }
    writer.failed(failed.reason);
    const pause = this.#core.backOff(failures, READ_AGAIN_MS, READ_AGAIN_LONGEST_MS);
    if (!writer.isEphemeral)
      this.#core.alarm(`remove ${account}`, this.#core.elapsed() + pause, () => {
        if (writer.wiped.has(account)) void this.#remove(account, failures + 1).catch(() => undefined);
      });
    throw failed.reason;
  }
}
