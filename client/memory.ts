import type { AccountId, RequestId } from '../facts/ids.ts';
import { tellAll } from '../facts/listeners.ts';
import type { LinkView } from '../facts/view.ts';
import type {
  Answer,
  Backend,
  BackendEvent,
  Capabilities,
  Credentials,
  PersonEntry,
  SendOptions,
} from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import { DONE, LOST, notSent, refused } from './answers.ts';

interface Account {
  readonly cid: AccountId;
  readonly username: string;
  readonly fullName: string;
  readonly password: string;
  readonly contacts: Set<AccountId>;
  /** The newest request of this account to each peer. */
  readonly asks: Map<AccountId, Ask>;
  readonly channels: Set<AccountId>;
  owner: MemoryBackend | null;
}

interface Ask {
  readonly requestId: RequestId;
  readonly answer: (answer: Answer) => void;
}

const CAPABILITIES: Capabilities = {
  listsPeople: true,
  createsAccounts: true,
  carriesReceipts: true,
  maxBodyBytes: 4_000_000,
  channelsOutliveLink: false,
  maxInFlight: 8,
};

/** The shared state of browsers: pass the same one to each `memory()`. */
export type MemoryWorld = Map<AccountId, Account>;

/**
 * A Backend without a network, for tests and demonstrations. It answers in microtasks; several can share a world.
 * `capabilities` overrides its capabilities.
 */
export function memory(
  clock: Clock,
  world: MemoryWorld = new Map(),
  capabilities: Partial<Capabilities> = {},
): Backend {
  return new MemoryBackend(clock, world, { ...CAPABILITIES, ...capabilities });
}

class MemoryBackend implements Backend {
  readonly accountForm = { server: null };
  readonly capabilities: Capabilities;
  link: LinkView = { state: 'idle' };
  readonly #accounts: MemoryWorld;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: BackendEvent) => void>();
  #epoch = 0;

  constructor(clock: Clock, accounts: MemoryWorld, capabilities: Capabilities) {
    this.#clock = clock;
    this.#accounts = accounts;
    this.capabilities = capabilities;
  }

  open(): void {
    if (this.link.state === 'closed') this.link = { state: 'idle' };
    this.reconnect();
  }

  close(): void {
    if (this.link.state === 'closed') return;
    for (const { cid, owner, channels, asks } of this.#accounts.values()) {
      if (owner !== this) continue;
      for (const peer of channels) this.#hangUp(cid, peer);
      for (const ask of asks.values()) ask.answer(LOST);
    }
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
    // A browser without a link is unreachable for others.
    if (this.link.state === 'up' || event.type === 'link') tellAll(this.#listeners, event);
  }

  async createAccount(request: Credentials & { fullName: string }): Promise<Answer<{ account: AccountId }>> {
    return this.#linked(() => {
      const { username, fullName, password } = request;
      if (this.#named(username)) return refused('name-taken');
      const cid = String(this.#accounts.size + 1) as AccountId;
      this.#accounts.set(cid, {
        cid,
        username,
        fullName,
        password,
        contacts: new Set(),
        asks: new Map(),
        channels: new Set(),
        owner: null,
      });
      return this.#own(cid, { account: cid });
    });
  }

  async signIn({
    username,
    password,
  }: Credentials): Promise<Answer<{ account: AccountId; wasActive: boolean }>> {
    return this.#linked(() => {
      const account = this.#named(username);
      if (!account) return refused('no-such-account');
      if (account.password !== password) return refused('bad-password');
      return this.#own(account.cid, { account: account.cid, wasActive: account.owner !== null });
    });
  }

  signOut(account: AccountId): Promise<Answer> {
    return this.#with(account, (ours) => {
      ours.owner = null;
      for (const peer of ours.channels) this.#hangUp(account, peer);
      this.emit({ type: 'ended', account, peer: null });
      return DONE;
    });
  }

  async sessions(): ReturnType<Backend['sessions']> {
    return this.#linked(() => {
      const held = [...this.#accounts.values()].filter((account) => account.owner);
      return {
        ok: true,
        result: held.map(({ cid, username }) => ({ account: cid, username, server: 'memory' })),
      };
    });
  }

  claim(account: AccountId, force: boolean): Promise<Answer<number>> {
    return this.#with(account, (ours) => {
      if (!ours.owner) return refused('session-not-found');
      if (ours.owner !== this && ours.owner.link.state === 'up' && !force) return refused('not-orphaned');
      return this.#own(account, 1);
    });
  }

  people(account: AccountId): ReturnType<Backend['people']> {
    return this.#list(account, ({ cid }) => cid !== account);
  }

  contacts(account: AccountId): ReturnType<Backend['contacts']> {
    return this.#list(account, ({ contacts }) => contacts.has(account));
  }

  async ask(account: AccountId, peer: AccountId, { requestId, handedOver }: SendOptions): Promise<Answer> {
    const asked = await this.#with<Promise<Answer>>(account, (ours) => {
      handedOver?.();
      const theirs = this.#accounts.get(peer);
      if (!theirs || theirs === ours) return refused('not-registered');
      if (ours.contacts.has(peer)) return refused('already-registered');
      const answered = new Promise<Answer>((answer) => ours.asks.set(peer, { requestId, answer }));
      if (theirs.asks.has(account)) {
        this.#befriend(ours, theirs);
        this.#befriend(theirs, ours);
      } else
        theirs.owner?.emit({
          type: 'request-received',
          account: peer,
          peer: account,
          username: ours.username,
        });
      return { ok: true, result: answered };
    });
    return asked.ok ? asked.result : asked;
  }

  decline(account: AccountId, peer: AccountId, { handedOver }: SendOptions): Promise<Answer> {
    return this.#with(account, () => {
      handedOver?.();
      const asks = this.#accounts.get(peer)?.asks;
      asks?.get(account)?.answer(refused('declined'));
      asks?.delete(account);
      return DONE;
    });
  }

  compareIds(a: AccountId, b: AccountId): number {
    return Number(a) - Number(b);
  }

  dial(account: AccountId, peer: AccountId): Promise<Answer> {
    return this.#with(account, (ours) => {
      const theirs = this.#accounts.get(peer);
      if (!theirs || !ours.contacts.has(peer)) return refused('target-pair-not-found');
      if (theirs.owner?.link.state !== 'up') return refused('timed-out');
      this.#connect(ours, peer);
      this.#connect(theirs, account);
      return DONE;
    });
  }

  async pickUp(): Promise<Answer> {
    return this.#linked(() => DONE);
  }

  async hangUp(account: AccountId, peer: AccountId): Promise<Answer> {
    return this.#linked(() => {
      this.#hangUp(account, peer);
      return DONE;
    });
  }

  send(account: AccountId, peer: AccountId, body: Uint8Array, options: SendOptions): Promise<Answer> {
    return this.#with(account, (ours) => {
      if (body.length > this.capabilities.maxBodyBytes) return notSent('too-large');
      if (options.isWithdrawn?.()) return notSent('withdrawn');
      options.handedOver?.();
      if (!ours.channels.has(peer)) return refused('no-channel');
      this.#accounts.get(peer)?.owner?.emit({ type: 'body', account: peer, peer: account, body });
      return DONE;
    });
  }

  /** Settles the request of one of two people who have both asked. */
  #befriend({ cid: account, contacts, asks, owner }: Account, { cid: peer, username }: Account): void {
    const { requestId, answer } = asks.get(peer)!;
    asks.delete(peer);
    contacts.add(peer);
    owner?.emit({ type: 'request-accepted', account, peer, username, requestId });
    answer(DONE);
  }

  #connect({ cid: account, channels, owner }: Account, peer: AccountId): void {
    channels.add(peer);
    owner?.emit({ type: 'channel', account, peer, path: null, by: null, isUpgrading: false });
  }

  #hangUp(account: AccountId, peer: AccountId): void {
    const theirs = this.#accounts.get(peer);
    if (!this.#accounts.get(account)?.channels.delete(peer) || !theirs?.channels.delete(account)) return;
    this.emit({ type: 'ended', account, peer });
    theirs.owner?.emit({ type: 'ended', account: peer, peer: account });
  }

  #own<Result>(account: AccountId, result: Result): Answer<Result> {
    this.#accounts.get(account)!.owner = this;
    return { ok: true, result };
  }

  #named(username: string): Account | undefined {
    return [...this.#accounts.values()].find((account) => account.username === username);
  }

  #list(account: AccountId, isListed: (other: Account) => boolean): Promise<Answer<readonly PersonEntry[]>> {
    return this.#with(account, () => ({
      ok: true,
      result: [...this.#accounts.values()]
        .filter(isListed)
        .map(({ cid: peer, username, fullName: name, owner }) => {
          return { peer, name, username, online: owner?.link.state === 'up' };
        }),
    }));
  }

  async #with<Result>(account: AccountId, run: (ours: Account) => Answer<Result>): Promise<Answer<Result>> {
    return this.#linked(() => {
      const ours = this.#accounts.get(account);
      return ours ? run(ours) : refused('no-session');
    });
  }

  #linked<Result>(run: () => Answer<Result>): Answer<Result> {
    return this.link.state === 'up' ? run() : notSent('link-down');
  }

  #show(link: LinkView): void {
    this.emit({ type: 'link', link: (this.link = link) });
  }
}
