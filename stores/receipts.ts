import type { PayloadOf } from '../protocol/payload.ts';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import type { Synchronisation } from './duties/sync.ts';
import type { Messages } from './messages.ts';

type Receipt = PayloadOf<'receipt'>;
type Read = Extract<Receipt, { kind: 'read' }>;
type Delivered = Extract<Receipt, { kind: 'delivered' }>;

interface Stores {
  readonly core: Core;
  readonly messages: Messages;
  readonly sync: Synchronisation;
}

interface Waiting<Payload> {
  readonly payload: Payload;
  readonly resolve: (isDone: boolean) => void;
}

/** Receipts of one conversation that have come in this turn. */
interface Batch {
  readonly delivered: Waiting<Delivered>[];
  readonly read: Waiting<Read>[];
}

/** Receipts of theirs: what comes together is looked up, stored and shown together. */
export class Receipts {
  readonly #core: Core;
  readonly #messages: Messages;
  readonly #sync: Synchronisation;
  #batch = new Map<Conversation, Batch>();

  constructor({ core, messages, sync }: Stores) {
    this.#core = core;
    this.#messages = messages;
    this.#sync = sync;
  }

  /** A receipt has come. Resolves true once it is noted. It is begun with by `flush`. */
  add(conversation: Conversation, payload: Receipt): Promise<boolean> {
    // About a stream of this account on another device.
    if (payload.kind === 'read' && payload.stream !== conversation.meta.stream)
      return Promise.resolve(this.#isForeign());
    const batch = this.#batch.get(conversation) ?? { delivered: [], read: [] };
    this.#batch.set(conversation, batch);
    return new Promise((resolve) => {
      if (payload.kind === 'read') batch.read.push({ payload, resolve });
      else batch.delivered.push({ payload, resolve });
    });
  }

  /** Notes what has come in this turn. */
  async flush(): Promise<void> {
    const batches = this.#batch;
    this.#batch = new Map();
    await Promise.all(
      [...batches].flatMap(([conversation, { delivered, read }]) => [
        this.#delivered(conversation, delivered),
        this.#read(conversation, read),
      ]),
    );
  }

  async #read(conversation: Conversation, receipts: readonly Waiting<Read>[]): Promise<void> {
    if (receipts.length === 0) return;
    this.#core.transact(() => this.#sync.markKnownClient(conversation));
    const isDone = await this.#sync.read(
      conversation,
      receipts.map(({ payload }) => payload),
    );
    for (const { resolve } of receipts) resolve(isDone);
  }

  async #delivered(conversation: Conversation, receipts: readonly Waiting<Delivered>[]): Promise<void> {
    if (receipts.length === 0) return;
    const inMemory = receipts.map(({ payload }) => conversation.get(payload.id));
    const absent = receipts.flatMap(({ payload }, n) => (inMemory[n] ? [] : [payload.id]));
    const stored = new Map(
      (await this.#messages.readAllStored(conversation, absent)).map((row, n) => [absent[n]!, row]),
    );
    this.#core.transact(() => {
      for (const [n, { payload, resolve }] of receipts.entries()) {
        const own = inMemory[n] ?? stored.get(payload.id);
        // Could not be read: over a relay it comes again, elsewhere the next sync says the same.
        if (own === null) resolve(false);
        // Not our message, or not of this conversation.
        else if (!own?.own) resolve(this.#isForeign());
        else {
          this.#sync.markKnownClient(conversation);
          this.#sync.prove(conversation, own, 'delivered', payload.at);
          resolve(true);
        }
      }
    });
  }

  #isForeign(): true {
    this.#core.diagnostics.count('foreign-receipt');
    return true;
  }
}
