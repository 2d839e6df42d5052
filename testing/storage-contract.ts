import type { AccountId } from '../facts/ids.ts';
import type { Storage } from '../ports/storage.ts';
import { account, id, message, peer } from './stored-message.ts';

/** One storage under test. */
export interface StorageUnderTest {
  /** A new, empty one. */
  readonly storage: Storage;
  /** Opens the storage again, as after a reload. Absent: it lasts only as long as its object. */
  readonly again?: () => Storage;
}

/** One rule that every storage keeps. */
export interface StorageRule {
  /** A full sentence; the title of its test. */
  readonly title: string;
  /** Rejects with an `Error` that names the difference. */
  check(subject: StorageUnderTest): Promise<void>;
}

/** Begins with the same digits as `account`. */
const other = '1844674407370955161' as AccountId;

/**
 * The rules for every `Storage`: run each one on a fresh one, in the test runner of your choice.
 *
 * ```ts
 * for (const { title, check } of STORAGE_CONTRACT) it(title, () => check({ storage: mine() }));
 * ```
 */
export const STORAGE_CONTRACT: readonly StorageRule[] = [
  {
    title: 'gives back what was written, with every digit of a CID (case 117)',
    async check({ storage, again = () => storage }) {
      const settings = { readReceipts: false, paused: [peer] };
      const stored = { account, username: 'alice', fullName: 'Alice', server: '127.0.0.1:1', isLeft: false };
      const request = { account, peer, name: 'Bob', username: 'bob', facts: [] };
      await storage.write([
        { put: 'account', value: { ...stored, settings } },
        { put: 'request', value: request },
        { put: 'message', value: message(1) },
      ]);
      const reopened = again();
      same(await reopened.accounts(), [{ ...stored, settings }], 'the accounts');
      same(await reopened.requests(account), [request], 'the requests');
      same(await reopened.message(account, peer, id(1)), message(1), 'the message');
      same(await reopened.message(account, peer, id(2)), undefined, 'a message that was never written');
      if (reopened.messages)
        same(
          await reopened.messages(account, peer, [id(2), id(1)]),
          [undefined, message(1)],
          'several messages, in the order of the ids',
        );
    },
  },
  {
    title: 'replaces what it has by what is written later, however fast the writes follow each other',
    async check({ storage }) {
      const texts = ['one', 'two', 'three'];
      await Promise.all(
        texts.map((text) => storage.write([{ put: 'message', value: message(1, { text }) }])),
      );
      same((await storage.message(account, peer, id(1)))?.text, 'three', 'the text');
    },
  },
  {
    title: 'pages history from the newest, in order',
    async check({ storage }) {
      await storage.write([5, 3, 1, 4, 2].map((n) => ({ put: 'message' as const, value: message(n) })));
      const page = async (query: { before?: number; limit: number }): Promise<unknown> =>
        (await storage.history(account, peer, query)).map(({ index }) => index);
      same(await page({ limit: 2 }), [4, 5], 'the newest page');
      same(await page({ before: 40, limit: 2 }), [2, 3], 'the page before');
      same(await page({ before: 20, limit: 9 }), [1], 'the oldest page');
    },
  },
  {
    title: 'never cuts a page between messages of one place',
    async check({ storage }) {
      const places = [1, 2, 2, 2, 3];
      await storage.write(
        places.map((place, n) => ({ put: 'message' as const, value: message(n, { place }) })),
      );
      const pages: unknown[] = [];
      for (let before: number | undefined; ;) {
        const query = before === undefined ? { limit: 2 } : { before, limit: 2 };
        const page = await storage.history(account, peer, query);
        if (page.length === 0) break;
        pages.push(page.map(({ index }) => index));
        before = page[0]!.place;
      }
      same(pages, [[1, 2, 3, 4], [0]], 'the pages');
    },
  },
  {
    title: 'finds a part of one stream by index, in order, whatever its place',
    async check({ storage }) {
      await storage.write([
        ...[4, 1, 3, 2].map((n) => ({ put: 'message' as const, value: message(n, { place: 100 - n }) })),
        { put: 'message', value: message(5, { stream: 'other' }) },
        { put: 'message', value: message(6, { stream: null, index: null }) },
        { put: 'message', value: message(7, { account: other, index: 3 }) },
      ]);
      const part = async (above: number, rest: { upTo?: number; limit?: number } = {}): Promise<unknown> =>
        (await storage.stream(account, peer, { stream: 's', above, ...rest })).map(({ index }) => index);
      same(await part(0), [1, 2, 3, 4], 'all of the stream');
      same(await part(1, { upTo: 3 }), [2, 3], 'what lies between');
      same(await part(1, { limit: 1 }), [2], 'the next one');
      same(await part(4), [], 'what is behind the end');
    },
  },
  {
    title: 'knows what of ours is open, and forgets it once it is settled',
    async check({ storage }) {
      await storage.write([
        { put: 'message', value: message(2, { isOpen: true }) },
        { put: 'message', value: message(1, { isOpen: true }) },
        { put: 'message', value: message(3) },
      ]);
      const open = async (): Promise<unknown> => (await storage.unsettled(account)).map(({ index }) => index);
      same(await open(), [1, 2], 'what is open');
      await storage.write([{ put: 'message', value: message(1) }]);
      same(await open(), [2], 'what is open after one was settled');
    },
  },
  {
    title: 'keeps accounts apart, also where one CID begins with the digits of another, and wipes one alone',
    async check({ storage }) {
      const person = { username: 'x', fullName: null, server: null, isLeft: false };
      await storage.write([
        { put: 'account', value: { ...person, account } },
        { put: 'account', value: { ...person, account: other } },
        { put: 'message', value: message(1) },
        { put: 'message', value: message(1, { account: other }) },
        { put: 'request', value: { account, peer, name: null, username: null, facts: [] } },
        { put: 'request', value: { account: other, peer, name: null, username: null, facts: [] } },
      ]);
      await storage.wipe(other);
      same(await storage.requests(other), [], 'its requests');
      same(await storage.history(other, peer, { limit: 9 }), [], 'its messages');
      same(
        (await storage.accounts()).map((stored) => stored.account),
        [account],
        'the accounts',
      );
      same((await storage.requests(account)).length, 1, 'the other account’s requests');
      same((await storage.history(account, peer, { limit: 9 })).length, 1, 'the other account’s messages');
    },
  },
];

/** Plain data, compared whatever the order of its keys. */
function same(actual: unknown, expected: unknown, what: string): void {
  const [is, shall] = [sorted(actual), sorted(expected)];
  if (is !== shall) throw new Error(`${what}: expected ${shall}, got ${is}`);
}

function sorted(value: unknown): string {
  const byKey = (_: string, part: unknown): unknown =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, byKey) ?? 'undefined';
}
