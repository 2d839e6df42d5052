import type { AccountId } from '../../facts/ids.ts';
import type { SessionState } from '../../facts/view.ts';
import type { FailureCode } from '../../ports/backend.ts';
import type { Core } from '../core.ts';
import type { Sessions } from '../sessions.ts';

const SECOND = 1_000;
/** How often, a second apart, a claim is repeated that finds a live owner after a reload. */
const RELOAD_TRIES = 3;
/** After how long a claim is repeated that was refused for a reason which says nothing about the session. */
const REFUSED_MS = 5 * SECOND;
/** Refusals of a claim by which the service says that the session is no more. */
const FORGOTTEN: readonly string[] = ['session-not-found', 'not-claimable', 'no-session'];
/** States in which a claim has nothing to say about an account. */
const SETTLED: readonly SessionState[] = ['signed-in', 'signed-out', 'signed-out-by-service'];

/** One try to make this page's socket the owner of an account's session. */
interface Claim {
  readonly account: AccountId;
  /** Takes the session also from a live owner. */
  readonly force: boolean;
  /** The socket on which this page last held the account; null where it has not. */
  readonly heldOn: number | null;
  /** How often a live owner was found. */
  readonly tries: number;
}

/**
 * The duty that claims the accounts of this browser on every new socket, one after the other (protocol.md C1), and
 * finds out when the service has forgotten one.
 */
export class Claims {
  readonly #core: Core;
  readonly #sessions: Sessions;
  /** How many accounts have come along with another one's claim on this socket and are not accounted for. */
  #along = 0;

  constructor(core: Core, sessions: Sessions) {
    this.#core = core;
    this.#sessions = sessions;
  }

  /** A new socket is up. */
  async linked(epoch: number): Promise<void> {
    const sessions = this.#sessions;
    sessions.begin(epoch);
    this.#along = 0;
    const held = sessions.all().filter(({ stored }) => !stored.isLeft);
    if (held.length === 0) return;
    for (const { stored, state } of held)
      if (state !== 'signed-out-by-service')
        sessions.change(stored.account, { state: 'claiming', note: null, linkedAt: null });
    const answer = await this.#core.backend.sessions();
    if (this.#isOld(epoch)) return;
    const known = answer.ok ? new Set(answer.result.map(({ account }) => account)) : null;
    for (const { stored } of held)
      // Signed in meanwhile: the list may be older.
      if (known?.has(stored.account) === false && !sessions.isLinked(stored.account))
        sessions.ended(stored.account);
    for (const { stored, epoch: heldOn } of held) {
      const { account } = stored;
      if (sessions.isLinked(account) || known?.has(account) === false) continue;
      await this.#claim({ account, force: false, heldOn, tries: 0 });
      if (this.#isOld(epoch)) return;
    }
  }

  /** Takes the account from whoever holds it, after the person said so. */
  async useHere(account: AccountId): Promise<void> {
    if (!this.#sessions.has(account)) return;
    this.#sessions.change(account, { state: 'claiming', note: null });
    await this.#claim({ account, force: true, heldOn: null, tries: 0 });
  }

  /** Something suggests that the service has forgotten the account: looks, and says so if it is so. */
  async verify(account: AccountId): Promise<void> {
    const sessions = this.#sessions;
    const { epoch } = sessions;
    const linkedAt = sessions.linkedAt(account);
    const answer = await this.#core.backend.sessions();
    // Signed in anew meanwhile: the list may be older.
    if (!answer.ok || this.#isOld(epoch) || linkedAt === null || sessions.linkedAt(account) !== linkedAt)
      return;
    if (!answer.result.some((session) => session.account === account)) sessions.ended(account);
  }

  async #claim(claim: Claim): Promise<void> {
    const { account, force, heldOn } = claim;
    if (!this.#sessions.has(account)) return;
    const { epoch } = this.#sessions;
    const answer = await this.#core.backend.claim(account, force);
    if (this.#isOld(epoch) || !this.#sessions.has(account)) return;
    if (answer.ok) {
      // What is taken from another browser brings other people's accounts along; an own lost claim does not.
      if (!force || heldOn === epoch) this.#along += answer.result - 1;
      return this.#sessions.claimed(account);
    }
    const { failure } = answer;
    if (failure.kind === 'refused') return this.#refused(claim, failure.code);
    if (failure.kind === 'not-sent') return;
    // It may have succeeded: whom the service calls the owner from here on may be this very page.
    this.#sessions.change(account, { epoch });
    // The socket lives and the answer is lost; a lost socket's successor claims anew.
    if (failure.cause === 'timeout') return this.#claim({ ...claim, heldOn: epoch });
  }

  #refused(claim: Claim, code: FailureCode): Promise<void> | void {
    const { account, force, heldOn, tries } = claim;
    if (FORGOTTEN.includes(code)) return this.#sessions.ended(account);
    // Any other refusal says nothing about the session: it is claimed again, not called signed out.
    if (code !== 'not-orphaned') return this.#claimLater(claim, REFUSED_MS);
    // One claim moves all accounts of the old socket: the rest has come along, if as many have as there are.
    const open = this.#sessions.all().filter(({ state }) => !SETTLED.includes(state)).length;
    // Not known (NaN) counts as enough.
    if (!(this.#along < open)) {
      this.#along -= 1;
      return this.#sessions.claimed(account);
    }
    // An earlier socket of this very page held it; it may still look alive to the service.
    if (heldOn !== null && !force) return this.#claim({ account, force: true, heldOn, tries: 0 });
    // After a reload the page's former socket may not have ended at the service yet.
    if (tries < RELOAD_TRIES)
      return this.#claimLater({ account, force: false, heldOn: null, tries: tries + 1 }, SECOND);
    this.#sessions.change(account, { state: 'open-elsewhere', note: null });
  }

  #claimLater(claim: Claim, pause: number): void {
    const { epoch } = this.#sessions;
    this.#core.alarm(`claim again ${claim.account}`, this.#core.elapsed() + pause, () => {
      if (!this.#isOld(epoch)) void this.#claim(claim);
    });
  }

  #isOld(epoch: number): boolean {
    return epoch !== this.#sessions.epoch || !this.#core.isActing;
  }
}
