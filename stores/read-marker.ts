import type { AccountId, MessageId } from '../facts/ids.ts';
import { intersection, NOTHING, rangesOf, union, without } from '../facts/ranges.ts';
import { marked } from '../facts/read-set.ts';
import type { ReadMarks } from '../facts/read-set.ts';
import type { TimerHandle } from '../ports/clock.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import type { Messages } from './messages.ts';
import type { Pairs } from './pairs.ts';
import type { ConversationMarks } from './reading.ts';

/** How long what was on the screen is gathered before it is noted and told. */
const GATHER_MS = 1_000;

/** Hands over to the tab that leads what was marked; a promise where that is another tab. */
type Join = (account: AccountId, peer: AccountId, marks: ConversationMarks) => unknown;

/**
 * What was on the screen of this tab, or was passed in it: gathered for a second, then handed to the tab that leads,
 * which joins it with what the other tabs had on theirs (delivery.md 1).
 */
export class ReadMarker {
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #conversations: Conversations;
  readonly #join: Join;
  readonly #locally: (run: () => void) => void;
  readonly #gathered = new Map<Conversation, ConversationMarks[]>();
  #timer: TimerHandle = null;

  /** `locally` runs what this page changes for itself. */
  constructor(
    core: Core,
    pairs: Pairs,
    conversations: Conversations,
    join: Join,
    locally: (run: () => void) => void,
  ) {
    this.#core = core;
    this.#pairs = pairs;
    this.#conversations = conversations;
    this.#join = join;
    this.#locally = locally;
  }

  /** This message of theirs was on the screen. */
  read(account: AccountId, peer: AccountId, id: MessageId): void {
    const conversation = this.#conversations.find(account, peer);
    const message = conversation?.get(id);
    if (!conversation || !message || message.own || conversation.reading.isSeen(message)) return;
    // While receipts are off, a message that is looked at is only marked as passed, and is not reported later.
    const isTold = this.#pairs.tellsReads(account);
    if (!isTold && !conversation.reading.isUnread(message)) return;
    const marks = marksOf(message, isTold);
    this.#count(conversation, marks);
    this.#gathered.set(conversation, [...(this.#gathered.get(conversation) ?? []), marks]);
    this.#timer ??= this.#core.clock.setTimeout(() => this.flush(), GATHER_MS);
  }

  /** The person came to the end of the conversation. */
  pass(account: AccountId, peer: AccountId): void {
    const conversation = this.#conversations.find(account, peer);
    const marks = conversation?.reading.passing();
    if (!conversation || !marks || marks.streams.length + marks.ids.length === 0) return;
    this.#count(conversation, marks);
    this.#handOver(conversation, marks);
  }

  /** Hands over what was gathered. */
  flush(): void {
    if (this.#timer !== null) this.#core.clock.clearTimeout(this.#timer);
    this.#timer = null;
    const gathered = [...this.#gathered];
    this.#gathered.clear();
    for (const [conversation, marks] of gathered) this.#handOver(conversation, together(marks));
  }

  /** Counts the marks in this tab at once. */
  #count(conversation: Conversation, marks: ConversationMarks): void {
    this.#locally(() =>
      this.#core.transact(() => {
        conversation.reading.mark(marks);
        this.#core.touch(conversation.account, conversation.peer);
      }),
    );
  }

  #handOver(conversation: Conversation, marks: ConversationMarks): void {
    const { account, peer, reading } = conversation;
    const answer = this.#join(account, peer, marks);
    const joined = (): void => reading.unmark(marks);
    if (answer instanceof Promise) void answer.then(joined);
    else joined();
  }
}

/** What the notes of marks change. */
interface Stores {
  readonly core: Core;
  readonly pairs: Pairs;
  readonly conversations: Conversations;
  readonly messages: Messages;
}

/** Notes what was marked in one of the tabs. The same marks again change nothing. */
export function noteMarks(
  { core, pairs, conversations, messages }: Stores,
  account: AccountId,
  peer: AccountId,
  { streams, ids }: ConversationMarks,
): void {
  const conversation = conversations.find(account, peer);
  if (!conversation) return;
  const isTold = pairs.tellsReads(account);
  const noted = streams.map(({ stream, seen, passed }) =>
    isTold ? { stream, seen, passed } : { stream, seen: NOTHING, passed: union(passed, seen) },
  );
  core.transact(() => {
    const news = noted.flatMap(({ stream, seen }) => {
      const known = conversation.stream(stream);
      return known ? [{ stream, ranges: intersection(without(seen, known.seen), known.here) }] : [];
    });
    const { theirs, unreadIds = [] } = conversation.meta;
    const left = unreadIds.filter((id) => !ids.includes(id));
    const unknown = noted.filter(({ stream }) => !conversation.stream(stream));
    messages.changeConversation(conversation, {
      // Keep the order: looking at a stream does not make it the newest.
      theirs: [
        ...theirs.map((known) =>
          marked(
            known,
            noted.find(({ stream }) => stream === known.stream) ?? { seen: NOTHING, passed: NOTHING },
          ),
        ),
        ...unknown.map((marks) => ({ here: NOTHING, ...marks })),
      ],
      ...(left.length < unreadIds.length ? { unreadIds: left } : {}),
    });
    core.journal.append('seen', { account, peer, news });
    core.touch(account, peer);
  });
}

function marksOf(
  {
    id,
    stream,
    index,
  }: { readonly id: MessageId; readonly stream: string | null; readonly index: number | null },
  isTold: boolean,
): ConversationMarks {
  if (stream === null || index === null) return { streams: [], ids: [id] };
  const ranges = rangesOf([index]);
  const marks = isTold ? { seen: ranges, passed: NOTHING } : { seen: NOTHING, passed: ranges };
  return { streams: [{ stream, ...marks }], ids: [] };
}

/** Several marks as one. */
function together(all: readonly ConversationMarks[]): ConversationMarks {
  const streams = new Map<string, ReadMarks[]>();
  for (const { stream, ...marks } of all.flatMap((one) => one.streams))
    streams.set(stream, [...(streams.get(stream) ?? []), marks]);
  return {
    streams: [...streams].map(([stream, marks]) => ({
      stream,
      seen: union(NOTHING, ...marks.map(({ seen }) => seen)),
      passed: union(NOTHING, ...marks.map(({ passed }) => passed)),
    })),
    ids: all.flatMap(({ ids }) => ids),
  };
}
