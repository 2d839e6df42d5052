import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { ConsumerMessages, JetStreamClient, JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { nanos, wsconnect } from '@nats-io/nats-core';
import type { Authenticator, NatsConnection } from '@nats-io/nats-core';
import { isAccountId } from '../../facts/ids.ts';
import type { AccountId } from '../../facts/ids.ts';
import { base64url } from './key.ts';
import { Refusal, isForbidden, isNobodyThere, refusalOf, unreachableFor } from './refusals.ts';

/** Whether an account's id can be a token of a subject: dots separate tokens, and `*` and `>` are wildcards. */
export function isSubjectToken(value: unknown): value is AccountId {
  return isAccountId(value) && !/[.*>]/.test(value);
}

/** The server's address and our credentials. */
export interface NatsServer {
  /** Addresses of WebSocket listeners: `wss://relay.example:443`. Several are tried in turn. */
  readonly servers: string | readonly string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  /** For everything else (JWT, NKey): an authenticator of `@nats-io/nats-core`. */
  readonly authenticator?: Authenticator;
  /** The first word of every subject, and (in capitals) of the streams' names; letters and digits. Default `p2p`. */
  readonly prefix?: string;
  /** The prefix of the subjects of answers to us; give each user of the server its own. Default `_INBOX`. */
  readonly inboxPrefix?: string;
  /** How long to wait for an answer of the server, in milliseconds. Default 10,000. */
  readonly answerWithin?: number;
}

/** How much the server keeps, and for how long. Used when the streams are created; existing settings stay. */
export interface NatsRetention {
  /** Days after which unfetched messages are deleted. Default 30. */
  readonly days?: number;
  /** Bytes of all messages together; a full relay refuses, it drops nothing. Default 1 GiB. */
  readonly bytes?: number;
  /** Messages that wait of one sender for one recipient; more are refused. Default 10,000. */
  readonly perPair?: number;
  /** The number of replicas of each message in a cluster. Default 1. */
  readonly replicas?: number;
}

export const DEFAULT_RETENTION = { days: 30, bytes: 2 ** 30, perPair: 10_000, replicas: 1 } as const;

const DAY_MS = 86_400_000;
/** How long the server remembers ids of accepted messages. Later repetitions are dropped by the recipient. */
const DUPLICATES_MS = 600_000;
/** For how long the server waits for an acknowledgement or a sign of life before it delivers again. */
export const ACKNOWLEDGE_WITHIN_MS = 15_000;
/** Half-open connections are found after two of these. */
const PING_MS = 20_000;
const KEY_BYTES = 256;

/** The names of everything at the server, by prefix. */
export function namesFor(prefix: string) {
  const streams = prefix.toUpperCase();
  return {
    messages: `${streams}_MESSAGES`,
    keys: `${streams}_KEYS`,
    envelope: (to: AccountId | '*', from: AccountId | '*') => `${prefix}.msg.${to}.${from}`,
    key: (account: AccountId | '*') => `${prefix}.key.${account}`,
  };
}

/** One connection to the server. Everything rejects with a Refusal, or with an error that `answerTo` accepts. */
export class Connection {
  /** Resolves when the connection is gone, for whatever reason. */
  readonly gone: Promise<void>;
  readonly #nats: NatsConnection;
  readonly #client: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #names: ReturnType<typeof namesFor>;
  readonly #retention: Required<NatsRetention>;
  readonly #hangUp: () => void;
  #making: Promise<void> | null = null;

  private constructor(
    nats: NatsConnection,
    client: JetStreamClient,
    manager: JetStreamManager,
    prefix: string,
    retention: NatsRetention,
  ) {
    this.#nats = nats;
    this.#client = client;
    this.#manager = manager;
    this.#names = namesFor(prefix);
    this.#retention = { ...DEFAULT_RETENTION, ...retention };
    let hangUp: () => void = () => undefined;
    this.gone = new Promise((resolve) => (hangUp = resolve));
    this.#hangUp = hangUp;
    void this.#watch();
  }

  /** Connects. Rejects when no server can be reached or all refuse us. */
  static async open(server: NatsServer, retention: NatsRetention): Promise<Connection> {
    const { servers, prefix = 'p2p', inboxPrefix, answerWithin: timeout = 10_000 } = server;
    const { user, pass, token, authenticator } = server;
    const nats = await wsconnect({
      servers: typeof servers === 'string' ? servers : [...servers],
      ...(user !== undefined && { user, pass: pass ?? '' }),
      ...(token !== undefined && { token }),
      ...(authenticator && { authenticator }),
      ...(inboxPrefix !== undefined && { inboxPrefix }),
      name: 'p2p-elements',
      timeout,
      // Sending without a connection must fail at once instead of being buffered.
      reconnect: false,
      // Others' addresses of a cluster are plain NATS ports, not WebSockets.
      ignoreClusterUpdates: true,
      pingInterval: PING_MS,
      maxPingOut: 2,
      noAsyncTraces: true,
    });
    try {
      const manager = await jetstreamManager(nats, { checkAPI: false, timeout });
      return new Connection(nats, jetstream(nats, { timeout }), manager, prefix, retention);
    } catch (cause) {
      await nats.close();
      throw cause;
    }
  }

  /** The largest message, in bytes. */
  get largest(): number {
    return this.#nats.info?.max_payload ?? 1_048_576;
  }

  /** Stores an envelope. Resolves when the server has it; a repetition of the same mark is not stored again. */
  async publish(from: AccountId, to: AccountId, envelope: Uint8Array, mark: Uint8Array): Promise<void> {
    const subject = this.#names.envelope(to, from);
    await this.#store(subject, envelope, { msgID: base64url(mark) });
  }

  async publishKey(account: AccountId, text: string): Promise<void> {
    await this.#store(this.#names.key(account), new TextEncoder().encode(text), {});
  }

  /** The published key of the account, unchecked; null for none. */
  async publishedKey(account: AccountId): Promise<string | null> {
    const { keys, key } = this.#names;
    // Not by a direct get, which does not answer for a missing stream.
    const look = () => this.#manager.streams.getMessage(keys, { last_by_subj: key(account) });
    const found = await this.#whereItIs(look);
    return found && new TextDecoder().decode(found.data);
  }

  /** Calls back for every key that is published from now on, if the server allows to subscribe. */
  watchKeys(published: (account: AccountId, text: string) => void): void {
    this.#nats.subscribe(this.#names.key('*'), {
      callback: (error, message) => {
        const account = message?.subject?.split('.').at(-1);
        if (!error && isSubjectToken(account)) published(account, new TextDecoder().decode(message.data));
      },
    });
  }

  /**
   * The account's envelopes, oldest first: the next one comes when the one before is acknowledged, and one that is
   * given back comes again before those behind it.
   */
  async envelopesFor(account: AccountId): Promise<ConsumerMessages> {
    const { messages, envelope } = this.#names;
    const config = {
      durable_name: account,
      filter_subject: envelope(account, '*'),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACKNOWLEDGE_WITHIN_MS),
      deliver_policy: DeliverPolicy.All,
      max_ack_pending: 1,
      max_deliver: -1,
    };
    const info = await this.#whereItIs(() => this.#manager.consumers.add(messages, config)).catch(
      async (cause: unknown) => {
        // Made by another version of this library, or by an administrator: usable if it has the same filter and
        // policies.
        const known = await this.#manager.consumers.info(messages, account).catch(() => null);
        const same = ['filter_subject', 'ack_policy', 'deliver_policy', 'max_ack_pending'] as const;
        if (known && same.every((key) => known.config[key] === config[key])) return known;
        throw cause;
      },
    );
    const consumer = this.#client.consumers.getConsumerFromInfo(info);
    return consumer.consume({ max_messages: 1, abort_on_missing_resource: true });
  }

  /** Creates missing streams. Existing ones are not changed. */
  makeStreams(): Promise<void> {
    this.#making ??= this.#makeStreams().catch((cause: unknown) => {
      this.#making = null;
      throw cause;
    });
    return this.#making;
  }

  /** Closes the connection without waiting for the server, which could hang for minutes. */
  close(): void {
    this.#hangUp();
    void this.#nats.close().catch(() => undefined);
  }

  /** A silent connection is lost long before its socket reports it. */
  async #watch(): Promise<void> {
    void this.#nats.closed().then(this.#hangUp);
    for await (const { type } of this.#nats.status())
      if (type === 'disconnect' || type === 'staleConnection' || type === 'close') this.close();
  }

  async #store(subject: string, data: Uint8Array, options: { msgID?: string }): Promise<void> {
    if (data.length > this.largest) throw new Refusal('too-large');
    await this.#whereItIs(() => this.#client.publish(subject, data, options));
  }

  /** Runs a request; makes the streams and runs it again when they turn out to be missing. */
  async #whereItIs<Result>(request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
    } catch (error) {
      if (!isNobodyThere(error)) throw error;
    }
    await this.makeStreams();
    return request();
  }

  async #makeStreams(): Promise<void> {
    const { messages, keys, envelope, key } = this.#names;
    const { days, bytes, perPair, replicas } = this.#retention;
    const common = { storage: StorageType.File, num_replicas: replicas };
    await this.#makeStream({
      ...common,
      name: messages,
      subjects: [envelope('*', '*')],
      // Acknowledged messages are deleted from the server.
      retention: RetentionPolicy.Workqueue,
      // A full stream refuses: no accepted message is dropped for a later one.
      discard: DiscardPolicy.New,
      discard_new_per_subject: true,
      max_msgs_per_subject: perPair,
      max_bytes: bytes,
      max_age: nanos(days * DAY_MS),
      duplicate_window: nanos(Math.min(DUPLICATES_MS, days * DAY_MS)),
    });
    await this.#makeStream({
      ...common,
      name: keys,
      subjects: [key('*')],
      max_msgs_per_subject: 1,
      max_msg_size: KEY_BYTES,
    });
  }

  async #makeStream(config: Partial<StreamConfig> & { name: string }): Promise<void> {
    const { streams } = this.#manager;
    try {
      await streams.info(config.name);
      return;
    } catch (error) {
      // Not allowed to look it up: it has to exist already, which the attempt below shows.
      if (!isNobodyThere(error) && !isForbidden(error)) throw refusalOf(error);
    }
    try {
      await streams.add(config);
    } catch (cause) {
      if (!isForbidden(cause)) throw refusalOf(cause);
      // The stream does not exist, and this account may not create it.
      throw new Refusal('relay-not-ready', cause);
    }
  }
}

/**
 * Makes the streams at a server, with the credentials of somebody who may: for servers whose users may not. Existing
 * streams are not changed.
 * @throws Refusal when the server cannot be reached or does not let us.
 */
export async function prepareNats(server: NatsServer, retention: NatsRetention = {}): Promise<void> {
  const connection = await Connection.open(server, retention).catch((cause: unknown) => {
    throw unreachableFor(cause);
  });
  try {
    await connection.makeStreams();
  } finally {
    connection.close();
  }
}
