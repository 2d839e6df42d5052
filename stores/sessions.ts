import type { Cid } from '../facts/ids.ts';
import { tell } from '../facts/listeners.ts';
import type { Cell, SessionNote, SessionState, SignInView } from '../facts/view.ts';
import type { Answer, Credentials } from '../ports/backend.ts';
import type { StoredAccount } from '../ports/storage.ts';
import { KeyedCells, LiveCell, signal } from './cells.ts';
import type { Core } from './core.ts';
import { whyOf } from './failure.ts';

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

/** The answer to a sign-in: whom it signed in. */
type Entered = Answer<{ readonly account: Cid; readonly wasActive?: boolean }>;

const SECOND = 1_000;
/** How long a sign-in that the service was too busy for is tried again. */
const BUSY_MS = 30 * SECOND;
/** How often, a second apart, a claim is repeated that finds a live owner after a reload. */
const RELOAD_TRIES = 3;
/** After how long a claim is repeated that was refused for a reason which says nothing about the session. */
const REFUSED_MS = 5 * SECOND;
/** Refusals of a claim by which the service says that the session is no more. */
const FORGOTTEN: readonly string[] = ['session-not-found', 'not-claimable', 'no-session'];
/** States in which a claim has nothing to say about an account. */
const SETTLED: readonly SessionState[] = ['signed-in', 'signed-out', 'signed-out-by-service'];
const DROPPED_FIRST_MS = 10 * SECOND;
const DROPPED_LONGEST_MS = 300 * SECOND;

/** The accounts of this browser: signing in and out, and claiming them on a new socket. */
export class Sessions {
  /** How the form's sign-in goes. */
  readonly signInView: Cell<SignInView>;
  /** The account whose conversations are on screen; null where there is none. */
  readonly current: Cell<Cid | null>;
  /** The accounts of this browser, in the order in which they came. */
  readonly accounts: Cell<readonly Cid[]>;
  /** Set by the messenger: anything about an account has changed. */
  onChanged: (account: Cid) => void = () => undefined;
  /** Set by the messenger: the account is about to be hidden. It is the last moment to say anything in its name. */
  onLeaving: (account: Cid) => void = () => undefined;
  readonly #core: Core;
  readonly #sessions = new Map<Cid, Session>();
  readonly #cells = new KeyedCells<Cid, Session | undefined>((account) => this.#sessions.get(account));
  readonly #signIn = signal<SignInView>({ state: 'idle' });
  readonly #current = signal<Cid | null>(null);
  readonly #accounts = new LiveCell<readonly Cid[]>(() => this.#shown());
  readonly #onLinked: ((account: Cid) => void)[] = [];
  #epoch = 0;
  /** How many accounts have come along with another one's claim on this socket and are not accounted for. */
  #along = 0;

  constructor(core: Core) {
    this.#core = core;
    this.signInView = this.#signIn;
    this.current = this.#current;
    this.accounts = this.#accounts;
  }

  /** Calls back when an account has become signed in on the present socket, by whatever way. */
  onLinked(listener: (account: Cid) => void): void {
    this.#onLinked.push(listener);
  }

  /** Puts a session as it is now. */
  put(session: Session): void {
    const { account, isLeft } = session.stored;
    const isShown = this.isHeld(account);
    this.#sessions.set(account, session);
    if (isShown === isLeft) this.#accounts.changed();
    if (isLeft && this.#current.peek() === account) this.#current.value = this.#shown()[0] ?? null;
    this.#cells.changed(account);
    this.onChanged(account);
  }

  /** Every account that is known, those that were left too. */
  get known(): Iterable<Cid> {
    return this.#sessions.keys();
  }

  get(account: Cid): Session | undefined {
    return this.#sessions.get(account);
  }

  cell(account: Cid): Cell<Session | undefined> {
    return this.#cells.cell(account);
  }

  /** Whether the account is one of this browser's: it was signed in here and not left. */
  isHeld(account: Cid): boolean {
    const session = this.#sessions.get(account);
    return session !== undefined && !session.stored.isLeft;
  }

  /** Whether the account is signed in on a link that is up. */
  isLinked(account: Cid): boolean {
    return this.#sessions.get(account)?.state === 'signed-in';
  }

  /** Whether the account is not signed in here until its person says so. */
  isSignedOut(account: Cid): boolean {
    const session = this.#sessions.get(account);
    const isLeft = session?.stored.isLeft === true;
    return isLeft || session?.state === 'open-elsewhere' || session?.state === 'signed-out-by-service';
  }

  /** Since when (`Core.elapsed`) the account is signed in on a link that is up; null where it is not. */
  linkedAt(account: Cid): number | null {
    return this.isLinked(account) ? this.#sessions.get(account)!.linkedAt : null;
  }

  /** Brings back what was stored; nothing is claimed yet. */
  restore(stored: StoredAccount): void {
    if (this.#sessions.has(stored.account)) return;
    const state = stored.isLeft ? 'signed-out' : 'link-down';
    this.put({ stored, state, note: null, epoch: null, linkedAt: null, signedInAt: null });
    if (this.#current.peek() === null && !stored.isLeft) this.#current.value = stored.account;
  }

  /** Creates an account and signs it in. The password goes to the service and nowhere else. */
  createAccount(request: Credentials & { readonly fullName: string }): Promise<SignInView> {
    return this.#ask(request.username, this.enter(request, request.fullName));
  }

  /** Signs an account in. The password goes to the service and nowhere else. */
  signIn(request: Credentials): Promise<SignInView> {
    return this.#ask(request.username, this.enter(request, null));
  }

  /** Puts a changed record of the account back, here and in storage. */
  save(stored: StoredAccount): void {
    this.#change(stored.account, { stored });
  }

  /** Shows the account's conversations. */
  switchTo(account: Cid): void {
    if (this.#sessions.has(account)) this.#current.value = account;
  }

  /**
   * Ends the account's session at the service; touches no other account. Its messages stay on this device. Where the
   * service cannot be told, the account stays as it is, and its note says so.
   */
  async signOut(account: Cid): Promise<Answer> {
    const answer = await this.#core.backend.signOut(account);
    const session = this.#sessions.get(account);
    // The service answers success whatever became of it. A session that it has ended itself needs no telling.
    const isKept = !answer.ok && answer.failure.kind === 'not-sent';
    if (!isKept || session?.state === 'signed-out-by-service') this.exit(account, 'signed-out');
    // Of one that is open elsewhere nobody was told anything: that says no more of the connection than before.
    else if (session && !this.isSignedOut(account)) this.#change(account, { note: 'not-signed-out' });
    return answer;
  }

  /** Takes the account from whoever holds it, after the person said so. */
  async useHere(account: Cid): Promise<void> {
    if (!this.isHeld(account)) return;
    this.#change(account, { state: 'claiming', note: null });
    await this.#claim(account, true);
  }

  /** A new socket is up: every account of this browser is claimed on it, one after the other (protocol.md C1). */
  async linked(epoch: number): Promise<void> {
    this.#epoch = epoch;
    this.#along = 0;
    const held = [...this.#sessions.values()].filter(({ stored }) => !stored.isLeft);
    if (held.length === 0) return;
    for (const { stored, state } of held)
      if (state !== 'signed-out-by-service')
        this.#change(stored.account, { state: 'claiming', note: null, linkedAt: null });
    const answer = await this.#core.backend.sessions();
    if (this.#isOld(epoch)) return;
    const known = answer.ok ? new Set(answer.result.map((session) => session.account)) : null;
    for (const { stored } of held)
      // Signed in meanwhile: the list may be older.
      if (known?.has(stored.account) === false && !this.isLinked(stored.account)) this.ended(stored.account);
    for (const { stored, epoch: before } of held) {
      const { account } = stored;
      if (this.isLinked(account) || known?.has(account) === false) continue;
      await this.#claim(account, false, before);
      if (this.#isOld(epoch)) return;
    }
  }

  /** The socket is gone. */
  unlinked(): void {
    for (const { stored, state } of this.#sessions.values())
      if (state === 'signed-in' || state === 'claiming')
        this.#change(stored.account, { state: 'link-down', linkedAt: null });
  }

  /** Something suggests that the service has forgotten the account: looks, and says so if it is so. */
  async verify(account: Cid): Promise<void> {
    const epoch = this.#epoch;
    const linkedAt = this.linkedAt(account);
    const answer = await this.#core.backend.sessions();
    // Signed in anew meanwhile: the list may be older.
    if (!answer.ok || this.#isOld(epoch) || linkedAt === null || this.linkedAt(account) !== linkedAt) return;
    if (!answer.result.some((session) => session.account === account)) this.ended(account);
  }

  /** Shows on this page's form how a sign-in goes that it has asked for. */
  async #ask(username: string, entering: Promise<SignInView>): Promise<SignInView> {
    const busy: SignInView = { state: 'busy', username };
    this.#signIn.value = busy;
    const view = await entering;
    this.#core.transact(() => {
      if (view.state === 'done') this.#current.value = view.account;
      else if (this.#signIn.peek() !== busy) return;
      this.#signIn.value = view;
    });
    return view;
  }

  /**
   * Signs an account in, or creates it, if a full name is given; no form shows it. Resolves with how it went.
   */
  async enter(request: Credentials, fullName: string | null): Promise<SignInView> {
    const { backend, clock, random } = this.#core;
    const { server, username } = request;
    const enter = (): Promise<Entered> =>
      fullName === null ? backend.signIn(request) : backend.createAccount({ ...request, fullName });
    const until = this.#core.elapsed() + BUSY_MS;
    for (;;) {
      const answer = await enter();
      if (answer.ok) {
        const { account, wasActive } = answer.result;
        return this.#entered(account, { server, username, fullName }, wasActive ? 'not-checked' : null);
      }
      const { failure } = answer;
      const { code, reason } = whyOf(failure);
      if ((code !== 'busy' && code !== 'sign-in-busy') || this.#core.elapsed() > until) {
        if (code === 'session-dropped') this.#keepTrying(username, enter);
        return { state: 'failed', username, code, reason };
      }
      // Another tab or browser is signing in: it passes, and is tried again within two seconds.
      await new Promise<void>((resolve) => {
        clock.setTimeout(resolve, 200 + Math.round(random.next() * 1_800));
      });
    }
  }

  /** The server ends every sign-in of a known account: no client can cure it, so it is tried with growing pauses. */
  #keepTrying(username: string, enter: () => Promise<Entered>, failures = 0): void {
    const session = [...this.#sessions.values()].find(({ stored }) => stored.username === username);
    if (!session) return;
    const { account } = session.stored;
    this.#change(account, { state: 'signed-out-by-service', note: 'keeps-ending' });
    const pause = Math.min(DROPPED_LONGEST_MS, DROPPED_FIRST_MS * 2 ** failures);
    // Left, or signed in by another way meanwhile.
    const isOver = (): boolean => this.#sessions.get(account)!.state !== 'signed-out-by-service';
    this.#core.alarm(`sign in again ${account}`, this.#core.elapsed() + pause, () => {
      if (isOver()) return;
      void enter().then((answer) => {
        if (isOver()) return;
        if (!answer.ok) return this.#keepTrying(username, enter, failures + 1);
        // By now the person may look at another account: what is on screen stays.
        this.#signedIn(this.#sessions.get(account)!.stored, true);
        const view = this.#signIn.peek();
        if (view.state === 'failed' && view.username === username)
          this.#signIn.value = { state: 'done', account };
      });
    });
  }

  #entered(
    account: Cid,
    details: { server: string | null; username: string; fullName: string | null },
    note: SessionNote | null,
  ): SignInView {
    const before = this.#sessions.get(account)?.stored;
    const stored: StoredAccount = {
      ...before,
      account,
      username: details.username,
      fullName: details.fullName ?? before?.fullName ?? null,
      // A form that asks for none says nothing about it.
      server: details.server || null,
      since: before?.since ?? this.#next(),
      isLeft: false,
    };
    void this.#core.writer.put({ put: 'account', value: stored });
    this.#signedIn(stored, true, note);
    return { state: 'done', account };
  }

  async #claim(account: Cid, force: boolean, before: number | null = null, tries = 0): Promise<void> {
    if (!this.isHeld(account)) return;
    const epoch = this.#epoch;
    const answer = await this.#core.backend.claim(account, force);
    if (this.#isOld(epoch) || !this.isHeld(account)) return;
    if (answer.ok) {
      // What is taken from another browser brings other people's accounts along; an own lost claim does not.
      if (!force || before === epoch) this.#along += answer.result - 1;
      return this.#signedIn(this.#sessions.get(account)!.stored, false);
    }
    const { failure } = answer;
    // Any refusal but those below says nothing about the session: it is claimed again, not called signed out.
    const again = (pause: number, ...how: [boolean, number | null, number]): void =>
      this.#core.alarm(`claim again ${account}`, this.#core.elapsed() + pause, () => {
        if (!this.#isOld(epoch)) void this.#claim(account, ...how);
      });
    if (failure.kind === 'unanswered') {
      // It may have succeeded: whom the service calls the owner from here on may be this very page.
      this.#change(account, { epoch });
      // The socket lives and the answer is lost; a lost socket's successor claims anew.
      if (failure.cause === 'timeout') return this.#claim(account, force, epoch, tries);
    }
    if (failure.kind !== 'refused') return;
    if (failure.code === 'not-orphaned') {
      // One claim moves all accounts of the old socket: the rest has come along, if as many have as there are.
      const open = [...this.#sessions.values()].filter(({ state }) => !SETTLED.includes(state)).length;
      if (!(this.#along < open)) {
        this.#along -= 1;
        return this.#signedIn(this.#sessions.get(account)!.stored, false);
      }
      // An earlier socket of this very page held it; it may still look alive to the service.
      if (before !== null && !force) return this.#claim(account, true, before);
      // After a reload the page's former socket may not have ended at the service yet.
      if (tries < RELOAD_TRIES) return again(SECOND, false, null, tries + 1);
      return this.#change(account, { state: 'open-elsewhere', note: null });
    }
    if (FORGOTTEN.includes(failure.code)) return this.ended(account);
    again(REFUSED_MS, force, before, tries);
  }

  /** The account is signed in on the present socket: by a password, or claimed. */
  #signedIn(stored: StoredAccount, hasPassword: boolean, note: SessionNote | null = null): void {
    const { account } = stored;
    this.#core.transact(() => {
      const linkedAt = this.#core.elapsed();
      const signedInAt = hasPassword ? linkedAt : this.#sessions.get(account)!.signedInAt;
      this.put({ stored, state: 'signed-in', note, epoch: this.#epoch, linkedAt, signedInAt });
      for (const listener of this.#onLinked) tell(listener, account);
    });
  }

  /** The service says that the account's session has ended. */
  ended(account: Cid): void {
    // Once is enough: meanwhile there may be more to say about it.
    if (this.#sessions.get(account)?.state === 'signed-out-by-service') return;
    this.#change(account, { state: 'signed-out-by-service', note: 'ended', linkedAt: null });
  }

  /**
   * Hides the account here and leaves it signed in at the service, claimable once this socket is closed: until then it
   * comes along with every claim.
   */
  exit(account: Cid, state: SessionState = 'link-down'): void {
    const stored = this.#sessions.get(account)?.stored;
    if (!stored || stored.isLeft) return;
    if (state !== 'signed-out') this.onLeaving(account);
    const left = { ...stored, isLeft: true };
    this.#change(account, { stored: left, state, note: null, linkedAt: null });
  }

  /** Changes a session; a changed record also in storage. */
  #change(account: Cid, change: Partial<Session>): void {
    const session = this.#sessions.get(account)!;
    this.#core.transact(() => {
      if (change.stored) void this.#core.writer.put({ put: 'account', value: change.stored });
      this.put({ ...session, ...change });
    });
  }

  /** A time behind that of every account that came before, also where the clock was set back. */
  #next(): number {
    const known = [...this.#sessions.values()].map(({ stored }) => (stored.since ?? 0) + 1);
    return Math.max(this.#core.now(), ...known);
  }

  #shown(): readonly Cid[] {
    return [...this.#sessions.values()]
      .filter(({ stored }) => !stored.isLeft)
      .sort((a, b) => (a.stored.since ?? 0) - (b.stored.since ?? 0))
      .map(({ stored }) => stored.account);
  }

  #isOld(epoch: number): boolean {
    return epoch !== this.#epoch || !this.#core.isActing;
  }
}
