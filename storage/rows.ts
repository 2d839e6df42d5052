import * as v from 'valibot';
import type { MessageFact } from '../facts/evidence.ts';
import { isAccountId, isUuid } from '../facts/ids.ts';
import type { AccountId, MessageId, RequestId } from '../facts/ids.ts';
import { MAX_INDEX } from '../facts/outside.ts';
import { NOTHING, union } from '../facts/ranges.ts';
import type { Ranges } from '../facts/ranges.ts';
import type { RequestFact } from '../facts/requests.ts';
import type { StoredAccount, StoredConversation, StoredMessage, StoredRequest } from '../ports/storage.ts';

/*
 * The schemas of stored rows, which an older or newer version of this library, or other code of the origin, may have
 * written. A dispensable field has a fallback; a row without another field is unusable. Unknown fields are kept.
 */

type Schema<Out> = v.GenericSchema<unknown, Out>;
type Fields<Row> = { readonly [Name in keyof Required<Row>]: Schema<unknown> };

const cid = v.custom<AccountId>(isAccountId);
const messageId = v.custom<MessageId>(isUuid);
const requestId = v.custom<RequestId>((value) => typeof value === 'string');
const text = v.string();
const flag = v.boolean();
/** The range of a `Date`, in both directions. */
const FARTHEST = 8_640_000_000_000_000;
const time = v.pipe(v.number(), v.minValue(-FARTHEST), v.maxValue(FARTHEST));
/** A counter. Earlier versions accepted indices that nobody can have reached. */
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_INDEX));

/** Whether it is a valid stored set of indices: closed ranges, ascending, not adjacent. */
function isRanges(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  let last = -1;
  return value.every((range: unknown) => {
    if (!Array.isArray(range) || range.length !== 2) return false;
    const [from, to] = range as [unknown, unknown];
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return false;
    const isBehind =
      (from as number) > last + 1 && (from as number) >= 1 && (to as number) >= (from as number);
    last = to as number;
    return isBehind && last <= MAX_INDEX;
  });
}

/** The schema of each type of fact. */
const messageFact: Schema<MessageFact> = v.variant('type', [
  v.looseObject({ type: v.picklist(['written', 'cancelled']), at: time }),
  v.looseObject({
    type: v.literal('scheduled'),
    attempt: index,
    at: time,
    due: v.union([time, v.literal('path')]),
  }),
  v.looseObject({
    type: v.literal('attempted'),
    attempt: index,
    at: time,
    requestId,
    route: v.picklist(['loopback', 'channel', 'relay']),
  }),
  v.looseObject({
    type: v.literal('accepted'),
    attempt: index,
    at: time,
    by: v.picklist(['service', 'relay', 'loopback']),
  }),
  v.looseObject({
    type: v.picklist(['refused', 'gave-up']),
    attempt: index,
    at: time,
    reason: v.nullable(text),
    code: v.optional(text),
  }),
  v.looseObject({
    type: v.literal('unanswered'),
    attempt: index,
    at: time,
    cause: v.picklist(['timeout', 'connection-lost', 'reload']),
  }),
  v.looseObject({ type: v.picklist(['delivered', 'read']), at: time, receivedAt: time }),
]) as Schema<MessageFact>;

const requestFact: Schema<RequestFact> = v.variant('type', [
  v.looseObject({
    type: v.picklist(['wanted-by-them', 'withdrew', 'gone', 'confirmed']),
    at: time,
  }),
  v.looseObject({ type: v.picklist(['asked', 'declined', 'decline-answered']), at: time, requestId }),
  v.looseObject({
    type: v.literal('refused'),
    at: time,
    requestId,
    reason: v.nullable(text),
    code: v.optional(text),
  }),
  v.looseObject({
    type: v.literal('proven'),
    at: time,
    by: v.picklist(['list', 'ask-answered', 'channel', 'message']),
  }),
]) as Schema<RequestFact>;

/** `isStrict`: without fallbacks, so that a row that passes is valid. */
function schemasOf(isStrict: boolean) {
  const or = <Out>(schema: Schema<Out>, instead: Out): Schema<Out> =>
    isStrict ? schema : (v.fallback(schema, instead as never) as unknown as Schema<Out>);
  const maybe = <Out>(schema: Schema<Out>): Schema<Out | undefined> =>
    or<Out | undefined>(v.optional(schema), undefined);
  /** Unusable entries are left out; anything but a list is an empty list. */
  const list = <Out>(schema: Schema<Out>): Schema<readonly Out[]> =>
    isStrict
      ? v.array(schema)
      : v.pipe(
          v.fallback(v.array(v.unknown()), []),
          v.transform((entries) =>
            entries.flatMap((entry) => {
              const read = v.safeParse(schema, entry);
              return read.success ? [read.output] : [];
            }),
          ),
        );

  /** A set of indices; an unordered one is normalised. */
  const ranges: Schema<Ranges> = isStrict
    ? v.custom<Ranges>((value) => isRanges(value))
    : v.pipe(
        list(
          v.pipe(
            v.tuple([index, index]),
            v.check(([from, to]) => from >= 1 && from <= to),
          ),
        ),
        v.transform((found) => union(NOTHING, found)),
      );

  const account = {
    account: cid,
    username: text,
    fullName: or(v.nullable(text), null),
    server: or(v.nullable(text), null),
    isLeft: or(flag, false),
    since: maybe(time),
    settings: maybe(
      v.looseObject({
        readReceipts: maybe(flag),
        typing: maybe(flag),
        presence: maybe(flag),
        policy: maybe(v.picklist(['prefer-direct', 'direct-only', 'relay-only'])),
        paused: v.optional(list(cid)),
      }) as unknown as Schema<StoredAccount['settings']>,
    ),
  } satisfies Fields<StoredAccount>;

  const request = {
    account: cid,
    peer: cid,
    name: or(v.nullable(text), null),
    username: or(v.nullable(text), null),
    facts: list(requestFact),
  } satisfies Fields<StoredRequest>;

  const conversation = {
    account: cid,
    peer: cid,
    // Without one of these two a new stream begins, since reusing an index would hide a message.
    stream: or(v.pipe(text, v.nonEmpty()), ''),
    nextIndex: or(v.pipe(index, v.minValue(1)), 0),
    voids: ranges,
    theirs: list(
      v.looseObject({
        ...({ stream: text, here: ranges, seen: ranges, passed: ranges } satisfies Fields<
          StoredConversation['theirs'][number]
        >),
      }) as unknown as Schema<StoredConversation['theirs'][number]>,
    ),
    readThere: isStrict ? v.optional(ranges) : maybe(ranges),
    unreadIds: maybe(list(messageId)),
    unreadable: maybe(messageId),
    isKnownClient: or(flag, false),
    deletions: maybe(list(messageId)),
  } satisfies Fields<StoredConversation>;

  const message = {
    account: cid,
    peer: cid,
    id: messageId,
    own: flag,
    text,
    sentAt: time,
    place: time,
    stream: or(v.nullable(text), null),
    index: or(v.nullable(index), null),
    replyTo: or(v.nullable(messageId), null),
    isEdited: or(flag, false),
    editedAt: maybe(time),
    quiet: maybe(v.picklist(['unsupported', 'unreadable'])),
    isDeleted: or(flag, false),
    // Without its evidence it is unknown whether a message was sent.
    facts: isStrict
      ? v.array(messageFact)
      : v.pipe(v.unknown(), v.array(v.unknown()), list(messageFact) as never),
    isOpen: flag,
  } satisfies Fields<StoredMessage>;

  return {
    account: v.looseObject(account) as unknown as Schema<StoredAccount>,
    request: v.looseObject(request) as unknown as Schema<StoredRequest>,
    conversation: v.pipe(
      v.looseObject(conversation),
      v.transform((row) =>
        row.stream && row.nextIndex ? row : { ...row, stream: '', nextIndex: 1, voids: [] },
      ),
    ) as unknown as Schema<StoredConversation>,
    message: v.looseObject(message) as unknown as Schema<StoredMessage>,
  };
}

const STRICT = schemasOf(true);
const LENIENT = schemasOf(false);

interface Rows {
  readonly account: StoredAccount;
  readonly request: StoredRequest;
  readonly conversation: StoredConversation;
  readonly message: StoredMessage;
}

/** The kinds of rows. */
export type RowKind = keyof Rows;
/** The row of a kind. */
export type RowOf<Kind extends RowKind> = Rows[Kind];

/** The usable row: unchanged, or with fallbacks; null if it is unusable. */
export function usableRow<Kind extends RowKind>(kind: Kind, row: unknown): RowOf<Kind> | null {
  if (v.is(STRICT[kind] as Schema<unknown>, row)) return row as RowOf<Kind>;
  const read = v.safeParse(LENIENT[kind] as Schema<unknown>, withCurrentNames(row));
  return read.success ? (read.output as RowOf<Kind>) : null;
}

/** Fields that earlier versions stored under another name, with the name of today. */
const RENAMED = [
  ['speaksOurs', 'isKnownClient'],
  ['answers', 'replyTo'],
] as const;

/** The row with the fields of an earlier version under their names of today. */
function withCurrentNames(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  let read = row as Readonly<Record<string, unknown>>;
  for (const [before, now] of RENAMED) {
    if (!(before in read) || now in read) continue;
    const { [before]: value, ...rest } = read;
    read = { ...rest, [now]: value };
  }
  return read;
}
