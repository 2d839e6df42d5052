/** Plain data for stories and tests, without a store. */
import type {
  AccountId,
  ConversationRow,
  DialAttempt,
  MessageFact,
  MessageId,
  OutboxRow,
  PersonRow,
  RequestId,
  SessionRow,
  Status,
  ThreadMessage,
} from '../facts/index.ts';
import { setTimeSource } from '../components/internal/ticker.ts';
import type { TimeSource } from '../components/internal/ticker.ts';

/** 10:43 on a Tuesday, in the local zone. */
export const NOW = new Date(2026, 2, 10, 10, 43, 0).getTime();
export const MINUTE = 60_000;
/** The time of day, today. */
export const at = (hours: number, minutes: number): number => new Date(2026, 2, 10, hours, minutes).getTime();

/** A clock that is advanced by hand. */
export class StandingClock implements TimeSource {
  #now: number;
  #elapsed = 0;
  readonly #runs = new Set<() => void>();

  constructor(now = NOW) {
    this.#now = now;
  }
  now(): number {
    return this.#now;
  }
  elapsed(): number {
    return this.#elapsed;
  }
  every(_interval: number, run: () => void): () => void {
    this.#runs.add(run);
    return () => this.#runs.delete(run);
  }
  /** The number of registered callbacks. */
  get listeners(): number {
    return this.#runs.size;
  }
  /** Sets the time of day forward or back without passing time. */
  shift(milliseconds: number): void {
    this.#now += milliseconds;
  }
  /** Advances the clock and runs due callbacks. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    this.#elapsed += milliseconds;
    for (const run of [...this.#runs]) run();
  }
}

/** Storybook's `beforeEach` for stories with fixed ages and countdowns. */
export function standStill(): () => void {
  return setTimeSource(new StandingClock());
}

export const me = '1037731213400421288' as AccountId;
export const noor = '6730932744337814965' as AccountId;
const cids = {
  noor,
  mona: '12095806147926564911' as AccountId,
  aiko: '13102510480313128741' as AccountId,
  petra: '18017897041159203224' as AccountId,
  jun: '4503599627370497' as AccountId,
  sana: '9007199254740993' as AccountId,
  tomas: '72057594037927937' as AccountId,
  elif: '18446744073709551615' as AccountId,
};

/** A person; missing fields are unknown. */
export function person(peer: AccountId, name: string | null, more: Partial<PersonRow> = {}): PersonRow {
  return {
    account: me,
    peer,
    name,
    username: null,
    relation: 'none',
    since: null,
    reason: null,
    presence: 'unknown',
    note: null,
    path: { kind: 'none' },
    isPaused: false,
    ...more,
  };
}

/** The rows of the design, and the states that it leaves out. */
export const people: readonly PersonRow[] = [
  person(cids.noor, 'Noor Haddad', { relation: 'contact', presence: 'online' }),
  person(cids.mona, 'Mona Okafor', { relation: 'contact', presence: 'online', path: { kind: 'direct' } }),
  person(cids.aiko, 'Aiko Reyes', { relation: 'pending', presence: 'online' }),
  person(cids.petra, 'Petra Lind', { relation: 'asked', since: NOW - 2 * MINUTE, presence: 'offline' }),
  person(cids.jun, 'Jun Li', { reason: 'no such account', presence: 'offline' }),
  person(cids.sana, 'Sana Khan', { relation: 'accepted', since: NOW - MINUTE, presence: 'offline' }),
  person(cids.tomas, 'Tomas Novak', { presence: 'reachable' }),
];

export const everyPerson: readonly PersonRow[] = [
  ...people,
  person('101' as AccountId, 'Ines Accepting', {
    relation: 'accepting',
    since: NOW - 1000,
    presence: 'online',
  }),
  person('102' as AccountId, 'Olga Unanswered', {
    relation: 'pending',
    reason: 'the service is busy',
    presence: 'online',
  }),
  person('103' as AccountId, 'Pavel Paused', { relation: 'contact', presence: 'online', isPaused: true }),
  person('104' as AccountId, 'Rita Relay', {
    relation: 'contact',
    presence: 'reachable',
    path: { kind: 'relayed', by: 'relay' },
  }),
  person('105' as AccountId, 'Uma Unknown', { relation: 'contact', presence: 'unknown' }),
  person('106' as AccountId, 'Lena Local', {
    relation: 'contact',
    presence: 'online',
    path: { kind: 'loopback' },
    note: 'at the harbour',
  }),
  person('107' as AccountId, 'Cleo Connecting', {
    relation: 'contact',
    presence: 'online',
    path: { kind: 'connecting', since: NOW, deadline: NOW + 75_000 },
  }),
  person('108' as AccountId, null, { relation: 'pending', presence: 'online' }),
];

let lastId = 0;
/** A new message id. */
export const messageId = (): MessageId =>
  `0195b0f4-0000-7000-8000-${String((lastId += 1)).padStart(12, '0')}` as MessageId;

const requestId = '6b0d7a51-52b1-4a34-8a2f-0c8a2c7d9e11' as RequestId;

/** The evidence of a status. */
export function evidence(status: Status): readonly MessageFact[] {
  const written: MessageFact = { type: 'written', at: 1 };
  const attempted: MessageFact = { type: 'attempted', attempt: 1, route: 'channel', requestId, at: 2 };
  const accepted: MessageFact = { type: 'accepted', attempt: 1, at: 3, by: 'service' };
  const delivered: MessageFact = { type: 'delivered', at: 4, receivedAt: 4 };
  const sets: Record<Status, readonly MessageFact[]> = {
    waiting: [written],
    sending: [written, attempted],
    unconfirmed: [written, attempted, { type: 'unanswered', attempt: 1, at: 3, cause: 'timeout' }],
    sent: [written, attempted, accepted],
    delivered: [written, attempted, accepted, delivered],
    read: [written, attempted, accepted, delivered, { type: 'read', at: 5, receivedAt: 5 }],
    failed: [
      written,
      attempted,
      { type: 'refused', attempt: 1, at: 3, reason: 'refused' },
      { type: 'gave-up', attempt: 1, at: 4, reason: 'refused' },
    ],
  };
  return sets[status];
}

/** A message of theirs. */
export function theirs(text: string, sentAt: number, more: Partial<ThreadMessage> = {}): ThreadMessage {
  return {
    id: messageId(),
    own: false,
    author: noor,
    text,
    sentAt,
    place: sentAt,
    status: null,
    reason: null,
    waiting: null,
    attempts: 0,
    facts: [],
    isEdited: false,
    replyTo: null,
    missingBefore: 0,
    isStored: true,
    ...more,
  };
}

/** A message of ours. */
export function mine(
  text: string,
  sentAt: number,
  status: Status = 'sent',
  more: Partial<ThreadMessage> = {},
): ThreadMessage {
  return theirs(text, sentAt, {
    own: true,
    author: me,
    status,
    facts: evidence(status),
    attempts: status === 'waiting' ? 0 : 1,
    ...more,
  });
}

/** The conversation of the design. */
export function conversation(): readonly ThreadMessage[] {
  return [
    theirs('Did the request reach you?', at(10, 31)),
    mine('It did, I accepted it. The badge went away at once.', at(10, 32), 'read'),
    theirs('Good. Are we direct now?', at(10, 33)),
    theirs('I see the server path on my side.', at(10, 38)),
    mine('Same here. Hole punching timed out, so it fell back.', at(10, 39), 'delivered'),
    mine('Sending the log next.', at(10, 40), 'sent'),
    mine('relay.log, 4 kB', at(10, 41), 'waiting', {
      waiting: { reason: 'no-path', nextTry: NOW + 12_000 },
    }),
    mine('see you at the harbour', at(10, 42), 'failed', {
      attempts: 10,
      reason: 'Noor’s service refused it',
    }),
  ];
}

/** The message of the design with its history: written, no direct channel, accepted by the relay, delivered. */
export function storied(more: Partial<ThreadMessage> = {}): {
  message: ThreadMessage;
  dials: readonly DialAttempt[];
} {
  const start = at(10, 41) + 2_000;
  const facts: readonly MessageFact[] = [
    { type: 'written', at: start },
    { type: 'attempted', attempt: 1, route: 'relay', requestId, at: start + 30_500 },
    { type: 'accepted', attempt: 1, at: start + 31_000, by: 'relay' },
    { type: 'delivered', at: start + 31_400, receivedAt: start + 31_200 },
  ];
  return {
    message: mine('relay.log, 4 kB', start, 'delivered', { facts, ...more }),
    dials: [
      {
        start,
        end: start + 30_000,
        outcome: 'failed',
        reason: 'P2P connection timed out after 30 seconds',
      },
    ],
  };
}

/** A message in the outbox to that person. */
export function queued(
  message: ThreadMessage,
  name: string | null = 'Noor Haddad',
  peer: AccountId = noor,
): OutboxRow {
  return { account: me, peer, name, message };
}

/** An outbox with every reason for a message to be in it. */
export function outboxRows(): readonly OutboxRow[] {
  const waiting = (text: string, minutes: number, more: Partial<ThreadMessage>): ThreadMessage =>
    mine(text, at(10, minutes), 'waiting', more);
  return [
    queued(
      waiting('are you there?', 20, { waiting: { reason: 'peer-offline', nextTry: null } }),
      'Elif Vural',
      cids.elif,
    ),
    queued(
      mine('see you at the harbour', at(10, 32), 'failed', {
        attempts: 10,
        reason: 'Noor’s service refused it',
      }),
    ),
    queued(mine('Can you still read me?', at(10, 33), 'unconfirmed')),
    queued(mine('On its way', at(10, 34), 'sending'), 'Mona Okafor', cids.mona),
    queued(waiting('relay.log, 4 kB', 41, { waiting: { reason: 'no-path', nextTry: NOW + 4_000 } })),
    queued(
      waiting('Not on this disk', 42, { waiting: { reason: 'not-stored', nextTry: null }, isStored: false }),
      null,
      cids.petra,
    ),
  ];
}

function talk(peer: AccountId, name: string | null, more: Partial<ConversationRow>): ConversationRow {
  return {
    account: me,
    peer,
    name,
    presence: 'offline',
    last: null,
    unread: 0,
    isTyping: false,
    isPaused: false,
    ...more,
  };
}

/** The conversations of the design. */
export const conversations: readonly ConversationRow[] = [
  talk(cids.noor, 'Noor Haddad', {
    presence: 'online',
    last: mine('see you at the harbour', at(10, 42), 'failed'),
  }),
  talk(cids.elif, 'Elif Vural', {
    last: mine('are you there?', at(9, 15), 'waiting', {
      waiting: { reason: 'peer-offline', nextTry: null },
    }),
  }),
  talk(cids.mona, 'Mona Okafor', {
    presence: 'online',
    last: theirs('Can you check the relay logs?', NOW - 24 * 60 * MINUTE),
    unread: 3,
  }),
  talk(cids.jun, 'Jun Li', { last: mine('Thanks, that fixed it.', NOW - 48 * 60 * MINUTE, 'delivered') }),
];

export const everyConversation: readonly ConversationRow[] = [
  ...conversations,
  talk('201' as AccountId, 'Tara Typing', {
    presence: 'online',
    isTyping: true,
    last: theirs('So', at(10, 1)),
  }),
  talk('202' as AccountId, 'Nadia New', { presence: 'reachable' }),
  talk('203' as AccountId, null, {
    presence: 'unknown',
    last: theirs('Who is this?', at(8, 0)),
    unread: 120,
  }),
  ...(['sending', 'unconfirmed', 'sent', 'read'] as const).map((status, i) =>
    talk(`21${i}` as AccountId, `Status ${status}`, {
      last: mine(`This one is ${status}.`, at(8, i), status),
    }),
  ),
];

/** The accounts of the design. */
export const sessions: readonly SessionRow[] = [
  session('p2ptest1', me, 'signed-in'),
  session('p2ptest2', noor, 'signed-in', { unread: 3 }),
  session('p2ptest3', cids.mona, 'signed-out-by-service', { note: 'ended' }),
];

export function session(
  username: string,
  account: AccountId,
  state: SessionRow['state'],
  more: Partial<SessionRow> = {},
): SessionRow {
  return {
    account,
    username,
    fullName: null,
    server: '127.0.0.1:12349',
    state,
    note: null,
    unread: 0,
    pending: 0,
    ...more,
  };
}

/** Two hundred letters without a place to break. */
export const unbroken =
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3);
