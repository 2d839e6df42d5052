import type { Cid } from '../facts/ids.ts';
import { tellAll } from '../facts/listeners.ts';
import type { LinkView } from '../facts/view.ts';
import type { Answer, Backend, BackendEvent, Credentials, FailureCode } from '../ports/backend.ts';
import type { PersonEntry, SendOptions } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';

interface Account {
  readonly cid: Cid;
  readonly username: string;
  readonly fullName: string;
  readonly password: string;
  readonly contacts: Set<Cid>;
  /** Whom this account has asked, and how the newest ask is answered. */
  readonly asks: Map<Cid, (answer: Answer) => void>;
  readonly channels: Set<Cid>;
  owner: MemoryBackend | null;
}

const done: Answer = { ok: true, result: undefined };
/** What the browsers of a page share: hand the same one to each `memory()`. */
export type MemoryWorld = Map<Cid, Account>;
/** A Backend without any wire, for tests and demonstrations. Answers in microtasks; several share a world. */
export const memory = (clock: Clock, world: MemoryWorld = new Map()): Backend =>
  new MemoryBackend(world, clock);
class MemoryBackend implements Backend {
  readonly capabilities = {
    provesDelivery: false,
    reportsPath: false,
    hasRelay: false,
    listsPeople: true,
    createsAccounts: true,
    maxBodyBytes: 4_000_000,
  };
  link: LinkView = { state: 'idle' };
  readonly #accounts: Map<Cid, Account>;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: BackendEvent) => void>();
  #epoch = 0;
  constructor(accounts: Map<Cid, Account>, clock: Clock) {
    this.#accounts = accounts;
    this.#clock = clock;
  }
  open(): void {
    if (this.link.state === 'closed') this.link = { state: 'idle' };
    this.reconnect();
  }
  close(): void {
    for (const { cid, owner, channels } of this.#accounts.values())
      if (owner === this) for (const peer of channels) this.#hangUp(cid, peer);
    this.#show({ state: 'closed' });
  }
  reconnect(): void {
    if (this.link.state === 'up' || this.link.state === 'closed') return;
    this.#show({ state: 'up', since: this.#clock.now() });
    this.emit({ type: 'linked', epoch: (this.#epoch += 1) });
  }
  probe(): void {
    this.reconnect();
  }
  subscribe(listener: (event: BackendEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  emit(event: BackendEvent): void {
    tellAll(this.#listeners, event);
  }
  async createAccount(request: Credentials & { fullName: string }): Promise<Answer<{ account: Cid }>> {
    const { username, fullName, password } = request;
    if ([...this.#accounts.values()].some((other) => other.username === username))
      return refused('name-taken', `Username ${username} already exists!`);
    const cid = String(this.#accounts.size + 1) as Cid;
    const fresh = { contacts: new Set<Cid>(), asks: new Map(), channels: new Set<Cid>(), owner: null };
    this.#accounts.set(cid, { cid, username, fullName, password, ...fresh });
    return this.#connected(() => this.#own(cid, { account: cid }));
  }
  async signIn({ username, password }: Credentials): Promise<Answer<{ account: Cid; wasActive: boolean }>> {
    const account = [...this.#accounts.values()].find((other) => other.username === username);
    if (!account) return refused('no-such-account', 'Client does not exist');
    if (account.password !== password) return refused('bad-password', 'Invalid password');
    const result = { account: account.cid, wasActive: account.owner !== null };
    return this.#connected(() => this.#own(account.cid, result));
  }
  signOut(account: Cid): Promise<Answer> {
    return this.#with(account, null, (ours) => {
      ours.owner = null;
      for (const peer of ours.channels) this.#hangUp(account, peer);
      this.emit({ type: 'ended', account, peer: null });
      return done;
    });
  }
  async sessions(): ReturnType<Backend['sessions']> {
    const held = [...this.#accounts.values()].filter((account) => account.owner);
    const result = held.map(({ cid, username }) => ({ account: cid, username, server: 'memory' }));
    return this.#connected(() => ({ ok: true, result }));
  }
  claim(account: Cid, force: boolean): Promise<Answer<number>> {
    return this.#with(account, null, (ours) => {
      if (!ours.owner) return refused('session-not-found', `Session ${account} not found`);
      if (ours.owner !== this && ours.owner.link.state === 'up' && !force)
        return refused('not-orphaned', `Session ${account} is not orphaned`);
      return this.#own(account, 1);
    });
  }
  people(account: Cid): ReturnType<Backend['people']> {
    return this.#list(account, ({ cid }) => cid !== account);
  }
  contacts(account: Cid): ReturnType<Backend['contacts']> {
    return this.#list(account, ({ contacts }) => contacts.has(account));
  }
  async ask(account: Cid, peer: Cid, options: SendOptions): Promise<Answer> {
    const theirs = this.#accounts.get(peer);
    if (!theirs) return refused('not-registered', `CID ${peer} is not registered locally`);
    const waiting = await this.#with<Promise<Answer>>(account, options, (ours) => {
      if (ours.contacts.has(peer)) return refused('already-registered', `Peer ${peer} is already registered`);
      const answered = new Promise<Answer>((resolve) => ours.asks.set(peer, resolve));
      const theirAsk = theirs.asks.get(account);
      if (theirAsk) {
        ours.contacts.add(peer);
        theirs.contacts.add(account);
        const { requestId } = options;
        this.emit({ type: 'ask-proven', account, peer, username: theirs.username, requestId });
        ours.asks.get(peer)?.(done);
        theirAsk(done);
        ours.asks.delete(peer);
        theirs.asks.delete(account);
      } else theirs.owner?.emit({ type: 'asked', account: peer, peer: account, username: ours.username });
      return { ok: true, result: answered };
    });
    return waiting.ok ? waiting.result : waiting;
  }
  decline(account: Cid, peer: Cid, options: SendOptions): Promise<Answer> {
    return this.#with(account, options, () => {
      const asks = this.#accounts.get(peer)?.asks;
      asks?.get(account)?.(refused('declined', `Target information not found for cid=${peer}`));
      asks?.delete(account);
      return done;
    });
  }
  dial(account: Cid, peer: Cid): Promise<Answer> {
    return this.#with(account, null, (ours) => {
      const theirs = this.#accounts.get(peer);
      if (!theirs || !ours.contacts.has(peer))
        return refused('target-pair-not-found', 'Target pair not found');
      if (theirs.owner?.link.state !== 'up') return refused('timed-out', 'P2P connection timed out');
      ours.channels.add(peer);
      theirs.channels.add(account);
      this.emit({ type: 'channel', account, peer, path: null, isUpgrading: false });
      theirs.owner.emit({ type: 'channel', account: peer, peer: account, path: null, isUpgrading: false });
      return done;
    });
  }
  async pickUp(): Promise<Answer> {
    return done;
  }
  async hangUp(account: Cid, peer: Cid): Promise<Answer> {
    this.#hangUp(account, peer);
    return done;
  }
  send(account: Cid, peer: Cid, body: Uint8Array, options: SendOptions): Promise<Answer> {
    return this.#with(account, options, (ours) => {
      if (!ours.channels.has(peer)) return refused('no-channel', `Peer connection for ${peer} not found`);
      this.#accounts.get(peer)?.owner?.emit({ type: 'body', account: peer, peer: account, body });
      return done;
    });
  }
  #hangUp(account: Cid, peer: Cid): void {
    const theirs = this.#accounts.get(peer);
    if (!this.#accounts.get(account)?.channels.delete(peer) || !theirs?.channels.delete(account)) return;
    this.emit({ type: 'ended', account, peer });
    theirs.owner?.emit({ type: 'ended', account: peer, peer: account });
  }
  #own<Result>(account: Cid, result: Result): Answer<Result> {
    this.#accounts.get(account)!.owner = this;
    return { ok: true, result };
  }
  #list(account: Cid, isListed: (other: Account) => boolean): Promise<Answer<readonly PersonEntry[]>> {
    const entry = ({ cid: peer, username, fullName: name, owner }: Account): PersonEntry => {
      return { peer, name, username, online: owner?.link.state === 'up' };
    };
    const listed = [...this.#accounts.values()].filter(isListed);
    return this.#with(account, null, () => ({ ok: true, result: listed.map(entry) }));
  }
  async #with<Result>(
    account: Cid,
    options: SendOptions | null,
    run: (ours: Account) => Answer<Result>,
  ): Promise<Answer<Result>> {
    return this.#connected(() => {
      const ours = this.#accounts.get(account);
      options?.handedOver?.();
      return ours ? run(ours) : refused('no-session', `Connection for ${account} not found`);
    });
  }
  #connected<Result>(run: () => Answer<Result>): Answer<Result> {
    if (this.link.state === 'up') return run();
    return { ok: false, failure: { kind: 'not-sent', code: 'link-down', reason: 'The link is down.' } };
  }
  #show(link: LinkView): void {
    this.emit({ type: 'link', link: (this.link = link) });
  }
}
function refused(code: FailureCode, reason: string): Answer<never> {
  return { ok: false, failure: { kind: 'refused', code, reason } };
}
