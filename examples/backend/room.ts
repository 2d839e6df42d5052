import { DONE, LOST, notSent } from '../../client/answers.ts';
import type { AccountId } from '../../facts/index.ts';
import type { Answer, Backend, BackendEvent, Clock, SendOptions } from '../../ports/index.ts';

/** A wire to the server. Text goes in, and comes out at `onText`, until `onClose`. */
export interface Wire {
  send(text: string): void;
  close(): void;
}
export type Connect = (onText: (text: string) => void, onClose: () => void) => Wire;

/** What the server is asked. */
export interface Call {
  readonly id: number;
  readonly command: string;
  readonly args: readonly unknown[];
}
/** What the server says: the answer to a call, or what happened. */
export interface Said {
  readonly id?: number;
  readonly answer?: Answer;
  readonly event?: BackendEvent;
}

/** How long an answer may take; an ask is answered by a person, and may take longer. */
const ANSWER_MS = 20_000;
const AGAIN_MS = 1_000;
const CAPABILITIES = {
  listsPeople: true,
  createsAccounts: true,
  carriesReceipts: true,
  maxBodyBytes: 1_000_000,
  channelsOutliveLink: false,
  // The wire keeps order, and the server answers in turn.
  maxInFlight: 4,
};

/** A complete backend: a network of all who are in one room, each over a wire to the room's server. */
export function room(connect: Connect, clock: Clock): Backend {
  const listeners = new Set<(event: BackendEvent) => void>();
  const waiting = new Map<number, (answer: Answer) => void>();
  let link: Backend['link'] = { state: 'idle' };
  let wire: Wire | null = null;
  let epoch = 0;
  let calls = 0;

  function emit(event: BackendEvent): void {
    for (const listener of listeners) listener(event);
  }

  function show(next: Backend['link']): void {
    emit({ type: 'link', link: (link = next) });
  }

  function reconnect(): void {
    if (wire || link.state === 'closed') return;
    const opened = connect(receive, () => {
      if (wire === opened) lost();
    });
    wire = opened;
    show({ state: 'up', since: clock.now() });
    emit({ type: 'linked', epoch: (epoch += 1) });
  }

  /** The link is gone, and with it every answer. */
  function lost(): void {
    wire = null;
    for (const answer of waiting.values()) answer(LOST);
    waiting.clear();
    const since = clock.now();
    show({ state: 'reconnecting', since, retryAt: since + AGAIN_MS, attempt: 1 });
    clock.setTimeout(reconnect, AGAIN_MS);
  }

  function receive(text: string): void {
    const { id = 0, answer, event } = JSON.parse(text) as Said;
    if (answer) waiting.get(id)?.(answer);
    waiting.delete(id);
    // JSON has no bytes.
    if (event?.type === 'body') emit({ ...event, body: Uint8Array.from(event.body) });
    else if (event) emit(event);
  }

  /** Everything that is asked of the server goes through here. */
  async function call(
    command: string,
    args: readonly unknown[],
    { handedOver, isWithdrawn }: Partial<SendOptions> = {},
  ): Promise<Answer<never>> {
    if (!wire) return notSent('link-down');
    if (isWithdrawn?.()) return notSent('withdrawn');
    const id = (calls += 1);
    const answered = new Promise<Answer>((answer) => waiting.set(id, answer));
    wire.send(JSON.stringify({ id, command, args } satisfies Call));
    handedOver?.();
    if (command !== 'ask')
      clock.setTimeout(() => {
        waiting.get(id)?.({ ok: false, failure: { kind: 'unanswered', cause: 'timeout' } });
        waiting.delete(id);
      }, ANSWER_MS);
    return (await answered) as Answer<never>;
  }

  return {
    capabilities: CAPABILITIES,
    accountForm: { server: null },
    get link() {
      return link;
    },
    open() {
      if (link.state === 'closed') link = { state: 'idle' };
      reconnect();
    },
    close() {
      const closed = wire;
      wire = null;
      closed?.close();
      for (const answer of waiting.values()) answer(LOST);
      waiting.clear();
      show({ state: 'closed' });
    },
    reconnect,
    probe: () => void call('sessions', []),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    createAccount: (credentials) => call('createAccount', [credentials]),
    signIn: (credentials) => call('signIn', [credentials]),
    signOut: (account) => call('signOut', [account]),
    sessions: () => call('sessions', []),
    claim: (account, force) => call('claim', [account, force]),
    people: (account) => call('people', [account]),
    contacts: (account) => call('contacts', [account]),
    ask: (account, peer, options) => call('ask', [account, peer, options.requestId], options),
    decline: (account, peer, options) => call('decline', [account, peer], options),
    compareIds: (a: AccountId, b: AccountId) => (a === b ? 0 : a < b ? -1 : 1),
    dial: (account, peer) => call('dial', [account, peer]),
    // Nobody is offered a channel: the server connects contacts as soon as one of them dials.
    pickUp: () => Promise.resolve(wire ? DONE : notSent('link-down')),
    hangUp: (account, peer) => call('hangUp', [account, peer]),
    async send(account, peer, body, options) {
      if (body.length > CAPABILITIES.maxBodyBytes) return notSent('too-large');
      return call('send', [account, peer, [...body]], options);
    },
  };
}
