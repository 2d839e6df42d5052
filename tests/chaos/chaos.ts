import type { ThreadMessage } from '../../facts/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import { lineOf } from './report.ts';
import type { Outcome } from './report.ts';
import type { Messenger } from '../../stores/index.ts';
import { createWorld } from '../../testing/index.ts';
import type { Broken } from './broken.ts';
import type { Draw } from './side.ts';
import { Side } from './side.ts';
import { Storm } from './storm.ts';

/** The options of a run. */
export interface ChaosOptions {
  /** How many messages the two write, together. */
  readonly messages: number;
  /** The same seed gives the same run. */
  readonly seed: number;
  /** What the clients lack. */
  readonly broken?: Broken;
  /** Makes each page's messenger lie before anything is drawn. */
  readonly lie?: (messenger: Messenger) => Messenger;
  /** Draws and watches the pages if there is a screen, which needs a frame now and then. */
  readonly screens?: {
    readonly draw: Draw;
    step(): Promise<void>;
    rest(): Promise<void>;
  };
}

/** A message is written about every second; never more than this many wait at one side. */
const BACKLOG = 40;
/** How long the two have to settle everything after the last fault. */
const HEALING_MS = 60 * 60_000;

/**
 * Two accounts on two services write to each other under every kind of fault. Then the faults end, and the outcome of
 * each message is counted.
 */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const { messages, seed, broken = null, screens, lie = null } = options;
  const draw = screens?.draw ?? null;
  const world = createWorld({ seed });
  const { clock, random, simulation } = world;
  const make = (letter: 'a' | 'b'): Side => new Side({ letter, world, broken, draw, lie });
  const sides = [make('a'), make('b')] as const;
  const [a, b] = sides;
  for (const side of sides) await side.begin();
  await befriend(clock, a, b);
  if (draw) {
    a.ledger.wasSeenThere = (id) => b.eyes.hasSeen(id);
    b.ledger.wasSeenThere = (id) => a.eyes.hasSeen(id);
  }
  a.watch(b.account);
  b.watch(a.account);

  const storm = new Storm({ simulation, clock, random, sides });
  storm.begin();
  const began = clock.now();
  let patience = 0;
  for (let written = 0; written < messages;) {
    const burst = random.next() < 0.1 ? 2 + Math.floor(random.next() * 8) : 1;
    for (let n = 0; n < burst && written < messages; n += 1) {
      const side = sides[random.next() < 0.5 ? 0 : 1];
      // Nobody writes without a page, or endlessly while nothing is sent.
      if (!side.isReady || (side.backlog >= BACKLOG && patience < 200)) {
        patience += 1;
        continue;
      }
      patience = 0;
      written += 1;
      side.write(`${side.letter}${written}`);
    }
    await clock.advance(random.next() * 2_000);
    await storm.strike();
    for (const side of sides) await attend(side);
    await screens?.step();
  }
  storm.end();
  const stormMs = clock.now() - began;
  const healingMs = await heal(clock, sides, screens?.step);
  // A minute of this clock may be less than a frame: lets the page record what is on the screen.
  await screens?.rest();
  // The final state must also be on the disk, so everything is checked again on two new pages.
  const before: ThreadMessage[][] = [];
  for (const side of sides) before.push(await rowsOf(clock, side));
  for (const side of sides) {
    // Written by then; and nobody looks at the new pages.
    await clock.advance(61_000);
    side.focus(false);
    await side.crash();
  }
  for (const side of sides) side.open();
  await clock.advance(30_000);
  const after: ThreadMessage[][] = [];
  for (const side of sides) after.push(await rowsOf(clock, side));
  const wronglyRead = draw ? sides.flatMap((side) => unreadFaults(side)) : [];
  const outcome = judge({ sides, rows: after, before, seed, storm, stormMs, healingMs });
  outcome.wrong.push(...wronglyRead);
  for (const side of sides) await side.crash();
  return outcome;
}

/** Seen messages that are unread, and the reverse. Called when nobody looks any more. */
function unreadFaults({ letter, conversation, messenger, account, eyes }: Side): string[] {
  const faults: string[] = [];
  let unread = 0;
  for (const row of conversation.rows) {
    if (row.own) continue;
    const isUnread = conversation.reading.isUnread(row);
    if (isUnread) unread += 1;
    const expected = eyes.isUnread(row.id);
    if (expected !== null && expected !== isUnread)
      faults.push(`${letter}: ${row.text} is ${isUnread ? 'unread' : 'not unread'}, and should not be`);
  }
  const badge = messenger.messages.unread(account).peek();
  if (badge !== unread) faults.push(`${letter}: the badge says ${badge}, and ${unread} are unread`);
  return faults;
}

async function befriend(clock: FakeClock, a: Side, b: Side): Promise<void> {
  a.messenger.requests.ask(a.account, b.account);
  await clock.advance(100);
  b.messenger.requests.accept(b.account, a.account);
  await clock.advance(8_000);
}

async function attend(side: Side): Promise<void> {
  await side.attend();
  // A page that could not read its accounts is closed and opened again.
  side.open();
}

/** Waits until every message is settled; returns how long that took. */
async function heal(
  clock: FakeClock,
  sides: readonly [Side, Side],
  step: (() => Promise<void>) | undefined,
): Promise<number> {
  const from = clock.now();
  const isSettled = (side: Side): boolean => {
    if (!side.isReady) return false;
    const { conversation } = side;
    const undelivered = [...conversation.accepted, ...conversation.queue];
    return undelivered.every((id) => conversation.view(id)?.status === 'failed');
  };
  while (clock.now() - from < HEALING_MS && !sides.every(isSettled)) {
    for (const side of sides) await attend(side);
    await clock.advance(5_000);
    await step?.();
  }
  return clock.now() - from;
}

/** Everything of the conversation, as a page shows it once it has read all of it. */
async function rowsOf(clock: FakeClock, side: Side): Promise<ThreadMessage[]> {
  const { conversation, messenger, account, peer } = side;
  while (conversation.hasOlder) {
    let isLoading = true;
    void messenger.messages.loadOlder(account, peer).finally(() => (isLoading = false));
    while (isLoading) await clock.advance(20);
  }
  return side.source.ids.peek().map((id) => side.source.get(id)!);
}

interface Ended {
  readonly sides: readonly [Side, Side];
  readonly rows: readonly ThreadMessage[][];
  readonly before: readonly ThreadMessage[][];
  readonly seed: number;
  readonly storm: Storm;
  readonly stormMs: number;
  readonly healingMs: number;
}

function judge({ sides, rows, before, seed, storm, stormMs, healingMs }: Ended): Outcome {
  const outcome: Outcome = {
    seed,
    messages: sides.reduce((sum, { written }) => sum + written.length, 0),
    delivered: 0,
    failed: 0,
    unconfirmed: 0,
    cancelled: 0,
    unsaved: 0,
    lost: [],
    doubled: [],
    disorder: [],
    falseTicks: sides.flatMap(({ ledger }) => ledger.falseTicks),
    stepsBack: sides.flatMap(({ ledger }) => ledger.stepsBack),
    wrong: [],
    forgotten: sides.reduce((sum, { ledger }) => sum + ledger.forgotten, 0),
    judged: sides.reduce((sum, { ledger }) => sum + ledger.judged, 0),
    drawn: sides.reduce((sum, { ledger }) => sum + ledger.drawn, 0),
    shown: sides.reduce((sum, { ledger }) => sum + ledger.shown, 0),
    seen: sides.reduce((sum, { eyes }) => sum + eyes.count, 0),
    stormMs,
    healingMs,
    mishaps: {
      ...Object.fromEntries(storm.counts),
      'disk failures': sides.reduce((sum, { disk }) => sum + disk.failures, 0),
      'pages in all': sides.reduce((sum, { reloads }) => sum + reloads, 0),
    },
    line: '',
  };
  for (const [n, side] of sides.entries()) {
    const theirs = rows[1 - n]!.filter(({ own }) => !own);
    count(outcome, side, rows[n]!, theirs);
    order(outcome, side, rows[n]!, theirs);
    const [then, now] = [before[n]!, rows[n]!];
    const at = then.findIndex(({ id }, position) => now[position]?.id !== id);
    if (at >= 0 || then.length !== now.length)
      outcome.wrong.push(
        `${side.letter}: ${now.length} rows on a new page, ${then.length} before; row ${at} is ` +
          `${now[at]?.text ?? 'nothing'} (${now[at]?.place ?? ''}), and was ${then[at]?.text ?? 'nothing'} (${then[at]?.place ?? ''})`,
      );
  }
  outcome.line = lineOf(outcome);
  return outcome;
}

/** The outcome of each message that one side wrote. */
function count(
  outcome: Outcome,
  { written }: Side,
  own: readonly ThreadMessage[],
  theirs: readonly ThreadMessage[],
): void {
  const here = new Map(own.map((row) => [row.id, row]));
  // By text: a client that takes no message for known gives each arrival another id.
  const copies = new Map<string, number>();
  for (const { text } of theirs) copies.set(text, (copies.get(text) ?? 0) + 1);
  for (const { id, text, isCancelled, lostWithPage } of written) {
    const row = here.get(id);
    const arrived = copies.get(text) ?? 0;
    copies.delete(text);
    if (arrived > 1) outcome.doubled.push(`${text}: ${arrived} times`);
    if (arrived > 0) {
      if (!row)
        outcome.wrong.push(
          `${text} is there, and its writer does not know it${isCancelled ? ': it was taken back' : ''}`,
        );
      else if (row.status !== 'delivered' && row.status !== 'read')
        outcome.wrong.push(`${text} is there, and its writer reads ${row.status}`);
      outcome.delivered += 1;
    } else if (row?.status === 'failed' && row.reason) outcome.failed += 1;
    else if (row?.status === 'unconfirmed') outcome.unconfirmed += 1;
    else if (!row && isCancelled) outcome.cancelled += 1;
    else if (!row && lostWithPage === 'shown as not saved') outcome.unsaved += 1;
    else outcome.lost.push(`${text} reads ${row?.status ?? `nothing (${lostWithPage ?? 'it was saved'})`}`);
  }
  for (const text of copies.keys()) outcome.wrong.push(`${text} was never written`);
}

/** Both show what one side wrote in the order in which it was written. */
function order(
  outcome: Outcome,
  { letter, written }: Side,
  own: readonly ThreadMessage[],
  theirs: readonly ThreadMessage[],
): void {
  const position = new Map(written.map(({ text }, n) => [text, n]));
  for (const [where, list] of [
    ['its own page', own.filter((row) => row.own)],
    ['the other page', theirs],
  ] as const)
    for (const [n, { text }] of list.entries()) {
      const previous = list[n - 1]?.text;
      if (previous !== undefined && position.get(text)! < position.get(previous)!)
        outcome.disorder.push(`${letter}: ${text} stands behind ${previous} on ${where}`);
    }
}
