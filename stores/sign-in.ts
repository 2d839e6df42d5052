import type { AccountId } from '../facts/ids.ts';
import type { Cell, SessionNote, SignInView } from '../facts/view.ts';
import type { Answer, Credentials } from '../ports/backend.ts';
import type { StoredAccount } from '../ports/storage.ts';
import { faceOf, signal } from './cells.ts';
import type { Core } from './core.ts';
import { whyOf } from './failure.ts';
import type { Sessions } from './sessions.ts';

/** The answer to a sign-in: whom it signed in. */
type Entered = Answer<{ readonly account: AccountId; readonly wasActive?: boolean }>;

const SECOND = 1_000;
/** How long a sign-in that the service was too busy for is tried again. */
const BUSY_MS = 30 * SECOND;
const DROPPED_FIRST_MS = 10 * SECOND;
const DROPPED_LONGEST_MS = 300 * SECOND;

/** Signing accounts in and out with the service. Passwords go to the service and nowhere else. */
export class SignIn {
  /** How the sign-in that this page's form has asked for goes. */
  readonly view: Cell<SignInView>;
  readonly #core: Core;
  readonly #sessions: Sessions;
  readonly #view = signal<SignInView>({ state: 'idle' });

  constructor(core: Core, sessions: Sessions) {
    this.#core = core;
    this.#sessions = sessions;
    this.view = faceOf(this.#view);
  }

  /** Shows on this page's form how a sign-in goes that it has asked for. */
  async show(username: string, entering: Promise<SignInView>): Promise<SignInView> {
    const busy: SignInView = { state: 'busy', username };
    this.#view.value = busy;
    const view = await entering;
    this.#core.transact(() => {
      if (view.state === 'done') this.#sessions.show(view.account);
      else if (this.#view.peek() !== busy) return;
      this.#view.value = view;
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
    const session = this.#sessions.all().find(({ stored }) => stored.username === username);
    if (!session) return;
    const { account } = session.stored;
    this.#sessions.change(account, { state: 'signed-out-by-service', note: 'keeps-ending' });
    const pause = Math.min(DROPPED_LONGEST_MS, DROPPED_FIRST_MS * 2 ** failures);
    // Left, or signed in by another way meanwhile.
    const isOver = (): boolean => this.#sessions.get(account)!.state !== 'signed-out-by-service';
    this.#core.alarm(`sign in again ${account}`, this.#core.elapsed() + pause, () => {
      if (isOver()) return;
      void enter().then((answer) => {
        if (isOver()) return;
        if (!answer.ok) return this.#keepTrying(username, enter, failures + 1);
        // By now the person may look at another account: what is on screen stays.
        this.#sessions.signedIn(this.#sessions.get(account)!.stored, true);
        const view = this.#view.peek();
        if (view.state === 'failed' && view.username === username)
          this.#view.value = { state: 'done', account };
      });
    });
  }

  #entered(
    account: AccountId,
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
      since: before?.since ?? this.#sessions.nextSince(),
      isLeft: false,
    };
    void this.#core.writer.put({ put: 'account', value: stored });
    this.#sessions.signedIn(stored, true, note);
    return { state: 'done', account };
  }

  /**
   * Ends the account's session at the service; touches no other account. Its messages stay on this device. Where the
   * service cannot be told, the account stays as it is, and its note says so.
   */
  async signOut(account: AccountId): Promise<Answer> {
    const answer = await this.#core.backend.signOut(account);
    const session = this.#sessions.get(account);
    // The service answers success whatever became of it. A session that it has ended itself needs no telling.
    const isKept = !answer.ok && answer.failure.kind === 'not-sent';
    if (!isKept || session?.state === 'signed-out-by-service') this.#sessions.exit(account, 'signed-out');
    // Of one that is open elsewhere nobody was told anything: that says no more of the connection than before.
    else if (session && !this.#sessions.isSignedOut(account))
      this.#sessions.change(account, { note: 'not-signed-out' });
    return answer;
  }
}
