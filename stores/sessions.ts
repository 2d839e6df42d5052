import type { AccountId } from '../facts/ids.ts';
import type { Cell, SessionNote, SessionState } from '../facts/view.ts';
import type { StoredAccount } from '../ports/storage.ts';
import { faceOf, KeyedCells, LiveCell, signal } from './cells.ts';
import type { Core } from './core.ts';

/** One account of this browser. */
export interface Session {
  readonly stored: StoredAccount;
  readonly state: SessionState;
  /** What there is to say beside the state; null where there is nothing. */
  readonly note: SessionNote | null;
  /** The socket on which this page last held the account; null where it has not yet. */
  readonly epoch: number | null;
  /** Since when (`Core.elapsed`) the account has been signed in on the present socket. */
  readonly linkedAt: number | null;
  /** When (`Core.elapsed`) the person last signed in with a password; a claim is no sign-in. */
  readonly signedInAt: number | null;
}

/** The accounts of this browser: the record and the state of each. */
export class Sessions {
  /** The account whose conversations are on screen; null where there is none. */
  readonly current: Cell<AccountId | null>;
  /** The accounts of this browser, in the order in which they came. */
  readonly accounts: Cell<readonly AccountId[]>;
  readonly #core: Core;
  readonly #sessions = new Map<AccountId, Session>();
  readonly #cells = new KeyedCells<AccountId, Session | undefined>((account) => this.#sessions.get(account));
  readonly #current = signal<AccountId | null>(null);
  readonly #accounts = new LiveCell<readonly AccountId[]>(() => this.#shown());
  #epoch = 0;

  constructor(core: Core) {
    this.#core = core;
    this.current = faceOf(this.#current);
    this.accounts = this.#accounts.face;
  }

  /** Puts a session as it is now. */
  put(session: Session): void {
    const { account, isLeft } = session.stored;
    const isShown = this.has(account);
    this.#sessions.set(account, session);
    if (isShown === isLeft) this.#accounts.changed();
    if (isLeft && this.#current.peek() === account) this.#current.value = this.#shown()[0] ?? null;
    this.#cells.changed(account);
    this.#core.journal.append('session', { account });
  }

  /** Every known account, including those that were left. */
  get known(): Iterable<AccountId> {
    return this.#sessions.keys();
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /** Numbers the sockets: what began on an earlier one is over. */
  get epoch(): number {
    return this.#epoch;
  }

  /** A new socket is up. */
  begin(epoch: number): void {
    this.#epoch = epoch;
  }

  get(account: AccountId): Session | undefined {
    return this.#sessions.get(account);
  }

  cell(account: AccountId): Cell<Session | undefined> {
    return this.#cells.cell(account).face;
  }

  /** Whether the account is one of this browser's: it was signed in here and not left. */
  has(account: AccountId): boolean {
    const session = this.#sessions.get(account);
    return session !== undefined && !session.stored.isLeft;
  }

  /** Whether the account is signed in on a link that is up. */
  isLinked(account: AccountId): boolean {
    return this.#sessions.get(account)?.state === 'signed-in';
  }

  /** Whether the account is not signed in here until its person says so. */
  isSignedOut(account: AccountId): boolean {
    const session = this.#sessions.get(account);
    const isLeft = session?.stored.isLeft === true;
    return isLeft || session?.state === 'open-elsewhere' || session?.state === 'signed-out-by-service';
  }

  /** Since when (`Core.elapsed`) the account is signed in on a link that is up; null where it is not. */
  linkedAt(account: AccountId): number | null {
    return this.isLinked(account) ? this.#sessions.get(account)!.linkedAt : null;
  }

  /** Brings back what was stored; nothing is claimed yet. */
  restore(stored: StoredAccount): void {
    if (this.#sessions.has(stored.account)) return;
    const state = stored.isLeft ? 'signed-out' : 'link-down';
    this.put({ stored, state, note: null, epoch: null, linkedAt: null, signedInAt: null });
    if (this.#current.peek() === null && !stored.isLeft) this.#current.value = stored.account;
  }

  /** Puts a changed record of the account back, here and in storage. */
  save(stored: StoredAccount): void {
    this.change(stored.account, { stored });
  }

  /** Shows the conversations of an account that is known. */
  switchTo(account: AccountId): void {
    if (this.#sessions.has(account)) this.show(account);
  }

  /** Shows the conversations of an account, also of one of which another tab has not told yet. */
  show(account: AccountId): void {
    this.#current.value = account;
  }

  /** The socket is gone. */
  unlinked(): void {
    for (const { stored, state } of this.#sessions.values())
      if (state === 'signed-in' || state === 'claiming')
        this.change(stored.account, { state: 'link-down', linkedAt: null });
  }

  /** The account's session was claimed on the present socket. */
  claimed(account: AccountId): void {
    this.signedIn(this.#sessions.get(account)!.stored, false);
  }

  /** The account is signed in on the present socket: by a password, or claimed. */
  signedIn(stored: StoredAccount, hasPassword: boolean, note: SessionNote | null = null): void {
    const { account } = stored;
    this.#core.transact(() => {
      const linkedAt = this.#core.elapsed();
      const signedInAt = hasPassword ? linkedAt : this.#sessions.get(account)!.signedInAt;
      this.put({ stored, state: 'signed-in', note, epoch: this.#epoch, linkedAt, signedInAt });
      this.#core.journal.append('linked', { account });
    });
  }

  /** The service says that the account's session has ended. */
  ended(account: AccountId): void {
    // Do not overwrite a note that was set meanwhile.
    if (this.#sessions.get(account)?.state === 'signed-out-by-service') return;
    this.change(account, {
      state: 'signed-out-by-service',
      note: 'ended',
      linkedAt: null,
    });
  }

  /**
   * Hides the account here and leaves it signed in at the service, claimable once this socket is closed: until then it
   * comes along with every claim.
   */
  exit(account: AccountId, state: SessionState = 'link-down'): void {
    const stored = this.#sessions.get(account)?.stored;
    if (!stored || stored.isLeft) return;
    const left = { ...stored, isLeft: true };
    this.change(account, { stored: left, state, note: null, linkedAt: null });
  }

  /** Changes a session; a changed record also in storage. */
  change(account: AccountId, change: Partial<Session>): void {
    const session = this.#sessions.get(account)!;
    this.#core.transact(() => {
      if (change.stored) void this.#core.writer.put({ put: 'account', value: change.stored });
      this.put({ ...session, ...change });
    });
  }

  /** A time later than that of every known account, even if the clock was set back. */
  nextSince(): number {
    const known = [...this.#sessions.values()].map(({ stored }) => (stored.since ?? 0) + 1);
    return Math.max(this.#core.now(), ...known);
  }

  #shown(): readonly AccountId[] {
    return [...this.#sessions.values()]
      .filter(({ stored }) => !stored.isLeft)
      .sort((a, b) => (a.stored.since ?? 0) - (b.stored.since ?? 0))
      .map(({ stored }) => stored.account);
  }
}
