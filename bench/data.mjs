// What the kits are given: messages and people, the same in every run. The word at the beginning of a text or at the
// end of a name is found in no other one.

export const START = Date.UTC(2026, 0, 5, 8);
/** How many of the newest own messages are only sent, so that their status can still rise twice. */
const SENT = 500;
const WORDS = 'the path is up again and what was waiting has arrived in order see you at the harbour'.split(
  ' ',
);

export const markOf = (n) => `n${n}.`;
export const nameOf = (n) => `Person ${n}.`;

/** A generator with a seed, so that every run writes the same texts. */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** One to thirty words. */
export const wordsBy = (random) =>
  Array.from(
    { length: 1 + Math.floor(random() * 30) },
    () => WORDS[Math.floor(random() * WORDS.length)],
  ).join(' ');

const random = createRandom(1);
const words = () => wordsBy(random);

/** The message with this number; own ones have even numbers. */
export function messageOf(n, status = 'read') {
  const own = n % 2 === 0;
  const ts = START + n * 30_000;
  return {
    id: `m${n}`,
    own,
    authorId: own ? 'me' : 'noor',
    author: own ? 'Me' : 'Noor Haddad',
    text: `${markOf(n)} ${words()}`,
    ts,
    time: new Date(ts).toISOString().slice(11, 16),
    status: own ? status : null,
  };
}

/** The newest is the one before `from + count`. */
export const messagesOf = (count, from = 0) =>
  Array.from({ length: count }, (_, n) =>
    messageOf(from + n, from === 0 && n >= count - 2 * SENT ? 'sent' : 'read'),
  );

export const peersOf = (count) =>
  Array.from({ length: count }, (_, n) => ({
    id: `p${n}`,
    name: nameOf(n),
    online: n % 2 === 0,
    last: words(),
    unread: n % 10 === 0 ? 3 : 0,
  }));
