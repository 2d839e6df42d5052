import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { AccountId, MessageId } from '../../facts/index.ts';
import type { Fault } from '../../mocks/index.ts';
import type { Messenger } from '../../stores/index.ts';
import type { Profile, Tab, TabWorld } from './tab-world.ts';
import { createTabWorld } from './tab-world.ts';
import { CHANNEL_MS, openThreads } from './world.ts';
import { engineOf } from '../engine.ts';

/*
 * Law 7 of delivery.md: in every history of two clients, Read here implies that the message was on a screen there.
 * Each page has a screen of a few rows, which a person scrolls. The screen itself records what was on it, and only
 * that is passed to the pages; the other side's statuses are checked against it.
 */

/** How many rows a screen shows. */
const ROWS = 2;
/** What a page was told so shortly before it died, or before a setting changed, may be lost with it. */
const UNCERTAIN_MS = 3_000;

const HAPPENINGS = [
  ...(['write', 'write', 'write many', 'write many', 'lose', 'lose', 'delay', 'cut'] as const),
  ...(['open', 'open', 'leave'] as const),
  ...([
    'up',
    'down',
    'jump',
    'hide',
    'show',
    'freeze',
    'back',
    'kill',
    'close',
    'new tab',
    'receipts',
  ] as const),
] as const;

interface Step {
  readonly happening: (typeof HAPPENINGS)[number];
  readonly side: number;
  readonly tab: number;
  readonly wait: number;
}

const steps = fc.array(
  fc.record({
    happening: fc.constantFrom(...HAPPENINGS),
    side: fc.nat(1),
    tab: fc.nat(1),
    wait: fc.constantFrom(0, 0, 50, 400, 3_000),
  }),
  { minLength: 5, maxLength: 30, size: 'max' },
);

/** One page, and what its person sees of the conversation. */
class Screen {
  readonly tab: Tab;
  readonly #side: Side;
  isVisible = true;
  isOpen = false;
  #isAtEnd = false;
  #top: MessageId | null = null;

  constructor(tab: Tab, side: Side) {
    this.tab = tab;
    this.#side = side;
    tab.page.page.watch((moment) => {
      if (moment === 'shown' || moment === 'hidden') this.isVisible = moment === 'shown';
    });
  }

  get isThere(): boolean {
    return this.tab.page.isAwake && this.isVisible;
  }

  open(): void {
    if (!this.isThere || this.isOpen) return;
    const { account, peer } = this.#side;
    this.isOpen = true;
    this.#top = this.tab.messenger.messages.firstUnread(account, peer);
    this.#isAtEnd = false;
    this.scroll(0);
  }

  /** Moves by that many rows. Whoever comes to the end by it has passed what is there. */
  scroll(by: number): void {
    if (!this.isThere || !this.isOpen) return;
    const ids = this.#ids;
    const last = Math.max(0, ids.length - ROWS);
    const from = this.#isAtEnd || this.#top === null ? last : Math.max(0, ids.indexOf(this.#top));
    const to = Math.min(last, Math.max(0, from + by));
    const wasAtEnd = this.#isAtEnd;
    this.#isAtEnd = to === last;
    this.#top = ids[to] ?? null;
    if (this.#isAtEnd && !wasAtEnd) this.#pass();
    this.look();
  }

  jump(): void {
    this.scroll(Infinity);
  }

  /** What stands on the screen at this moment. */
  look(): void {
    if (!this.isThere || !this.isOpen) return;
    const { messages, settings } = this.tab.messenger;
    const { account, peer } = this.#side;
    const source = messages.source(account, peer);
    const ids = this.#ids;
    const from = this.#isAtEnd ? Math.max(0, ids.length - ROWS) : Math.max(0, ids.indexOf(this.#top!));
    for (const id of ids.slice(from, from + ROWS)) {
      if (source.get(id)!.own) continue;
      const isTold = settings.of(account).readReceipts;
      this.#side.note(isTold ? this.#side.shown : this.#side.passed, id);
      messages.read(account, peer, id);
    }
  }

  write(text: string): void {
    if (!this.tab.page.isAwake) return;
    const { account, peer } = this.#side;
    void this.tab.messenger.messages.send(account, peer, text);
    this.jump();
  }

  #pass(): void {
    const { messages } = this.tab.messenger;
    const { account, peer, passed } = this.#side;
    const source = messages.source(account, peer);
    for (const id of this.#ids) if (!source.get(id)!.own) this.#side.note(passed, id);
    this.#side.atEndAt = this.#side.now();
    messages.pass(account, peer);
  }

  get #ids(): readonly MessageId[] {
    const { account, peer } = this.#side;
    return this.tab.messenger.messages.source(account, peer).ids.peek();
  }
}

/** One person, with their pages, and what was on the screens of these. */
class Side {
  readonly profile: Profile;
  account!: AccountId;
  peer!: AccountId;
  readonly screens: Screen[] = [];
  /** When each message of the other side was on a screen while that could be told, and when it was passed. */
  readonly shown = new Map<MessageId, number>();
  readonly passed = new Map<MessageId, number>();
  /** When somebody last came to the end: what was here by then is passed, also what that page had not loaded. */
  atEndAt = -Infinity;
  /** When something last happened that may lose what a page was just told. */
  readonly upsets: number[] = [];
  readonly now: () => number;

  constructor(profile: Profile, now: () => number) {
    this.profile = profile;
    this.now = now;
  }

  note(into: Map<MessageId, number>, id: MessageId): void {
    // The latest time that is certain to count, if any; else the first.
    const known = into.get(id);
    if (known === undefined || !this.isCertain(known)) into.set(id, this.now());
  }

  /** Whether nothing has happened since that may have lost it. */
  isCertain(at: number): boolean {
    return !this.upsets.some((upset) => upset >= at && upset - at <= UNCERTAIN_MS);
  }

  async newTab(): Promise<void> {
    this.screens.push(new Screen(await this.profile.open(), this));
  }

  get living(): Screen[] {
    return this.screens.filter(({ tab }) => !tab.page.isGone);
  }

  /** The page that is told everything. */
  get best(): Messenger {
    return this.profile.leader().messenger;
  }
}

const FATES = {
  lose: { kind: 'drop', direction: 'out', variants: ['MessageNotification'], times: 1 },
  delay: { kind: 'delay', direction: 'out', variants: ['MessageNotification'], times: 1, delay: 2_500 },
} satisfies Record<string, Fault>;

/** A broken client, to show that the property detects it. */
export type Breaks = (messenger: Messenger) => Messenger;

async function begin(ids: number, breaks: Breaks | null): Promise<{ world: TabWorld; sides: [Side, Side] }> {
  const world = createTabWorld({ seed: ids });
  const now = (): number => world.clock.now();
  const sides: [Side, Side] = [new Side(world.profile('a'), now), new Side(world.profile('b'), now)];
  const [a, b] = sides;
  for (const side of sides) await side.newTab();
  a.account = b.peer = await world.account(a.screens[0]!.tab, 'alice');
  b.account = a.peer = await world.account(b.screens[0]!.tab, 'bobby');
  a.screens[0]!.tab.messenger.requests.ask(a.account, b.account);
  await world.clock.advance(100);
  b.screens[0]!.tab.messenger.requests.accept(b.account, a.account);
  await world.clock.advance(CHANNEL_MS);
  if (breaks)
    for (const { screens } of sides) {
      const { tab } = screens[0]!;
      Object.assign(tab, { messenger: breaks(tab.messenger) });
    }
  return { world, sides };
}

async function live(history: readonly Step[], ids: number, breaks: Breaks | null): Promise<void> {
  const { world, sides } = await begin(ids, breaks);
  let written = 0;

  const check = (): void => {
    for (const [n, side] of sides.entries()) {
      const reader = sides[1 - n]!;
      for (const { tab } of side.living) {
        const source = tab.messenger.messages.source(side.account, side.peer);
        for (const id of source.ids.peek()) {
          const row = source.get(id)!;
          if (row.own && row.status === 'read' && !reader.shown.has(id))
            throw new Error(`${row.text} is called read and was on no screen`);
        }
      }
    }
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left >= 0; left -= 200) {
      await world.clock.advance(Math.min(200, left));
      for (const side of sides) for (const screen of side.screens) screen.look();
      check();
      if (left === 0) break;
    }
  };
  const happen = async ({ happening, side: n, tab }: Step): Promise<void> => {
    const side = sides[n]!;
    const { living } = side;
    const screen = living[tab % Math.max(1, living.length)];
    switch (happening) {
      case 'lose':
      case 'delay':
        return void side.profile.service.faults.add(FATES[happening]);
      case 'cut':
        return side.profile.service.sockets[0]?.terminate();
      case 'new tab':
        return living.length < 2 ? side.newTab() : undefined;
      default:
    }
    if (!screen) return;
    const { page, messenger } = screen.tab;
    switch (happening) {
      case 'write':
      case 'write many':
        for (let left = happening === 'write' ? 1 : 4; left > 0; left -= 1)
          screen.write(`${n === 0 ? 'a' : 'b'}${(written += 1)}`);
        return;
      case 'open':
        return screen.open();
      case 'leave':
        screen.isOpen = false;
        return;
      case 'up':
        return screen.scroll(-2);
      case 'down':
        return screen.scroll(2);
      case 'jump':
        return screen.jump();
      case 'receipts':
        if (!page.isAwake) return;
        side.upsets.push(world.clock.now());
        return messenger.settings.change(side.account, {
          readReceipts: !messenger.settings.of(side.account).readReceipts,
        });
      case 'kill':
      case 'close':
      case 'freeze':
        side.upsets.push(world.clock.now());
        return page[happening]();
      default:
        return page[happening]();
    }
  };

  for (const step of history) {
    await happen(step);
    await pass(step.wait);
  }
  // Nothing goes wrong any more, and both sides have a page open; nobody looks at anything.
  for (const side of sides) {
    side.profile.service.faults.clear();
    for (const screen of side.living) {
      screen.isOpen = false;
      screen.tab.page.back();
      screen.tab.page.show();
    }
    if (side.living.length === 0) await side.newTab();
  }
  await pass(1_000);
  await world.clock.advance(180_000);
  for (const side of sides) side.best.wake();
  await world.clock.advance(5_000);
  // A page that was opened, or began to lead, late.
  for (const side of sides) openThreads(side.best);
  await world.clock.advance(5_000);
  check();
  for (const [n, side] of sides.entries()) agree(side, sides[1 - n]!);
  for (const side of sides) for (const { tab } of side.living) tab.messenger.close();
}

/** What one side has read, as it says itself and as the other side shows it. */
function agree(reader: Side, writer: Side): void {
  const isTold = reader.best.settings.of(reader.account).readReceipts;
  const here = engineOf(reader.best).conversations.get(reader.account, reader.peer);
  const there = engineOf(writer.best).conversations.get(writer.account, writer.peer);
  let unread = 0;
  for (const row of here.rows) {
    if (row.own) continue;
    const isUnread = here.reading.isUnread(row);
    if (isUnread) unread += 1;
    const times = [reader.shown.get(row.id), reader.passed.get(row.id)].filter((at) => at !== undefined);
    if (times.length === 0 && row.place > reader.atEndAt)
      expect(isUnread, `${row.text} is unread`).to.equal(true);
    if (times.some((at) => reader.isCertain(at))) expect(isUnread, `${row.text} is unread`).to.equal(false);
    const shown = reader.shown.get(row.id);
    if (isTold && shown !== undefined && reader.isCertain(shown))
      expect(there.view(row.id)?.status, `${row.text}, which was on the screen`).to.equal('read');
  }
  expect(reader.best.messages.unread(reader.account).peek(), 'the badge').to.equal(unread);
}

/** Tries the law on that many histories. */
export async function readWasSeen(
  numRuns: number,
  seed: number,
  breaks: Breaks | null = null,
): Promise<number> {
  const property = fc.asyncProperty(steps, fc.nat(), (history, ids) => live(history, ids, breaks));
  const details = await fc.check(property, { seed, numRuns, includeErrorInReport: true });
  if (details.failed) {
    const [history, ids] = details.counterexample!;
    const told = history.map((step) => Object.values(step).join(' ')).join('; ');
    throw new Error(
      `seed ${seed}, path ${details.counterexamplePath ?? ''}: [${told}], ids ${ids}\n${String(details.errorInstance)}`,
    );
  }
  return details.numRuns;
}
