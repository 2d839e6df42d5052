import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decode, encode } from '../../mocks/wire.ts';

const FOLDER = new URL('../recordings/', import.meta.url);

interface Line {
  file: string;
  line: number;
  dir: string;
  frame?: string;
  cutFrom?: number;
}

const lines = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((file) =>
    readFileSync(new URL(file, FOLDER), 'utf8')
      .trim()
      .split('\n')
      .map((text, index): Line => ({ ...(JSON.parse(text) as Line), file, line: index + 1 })),
  );
const texts = lines.flatMap(({ file, line, frame, cutFrom }) =>
  frame === undefined || cutFrom !== undefined ? [] : [{ where: `${file}:${line}`, text: frame }],
);
const isBad = (where: string): boolean => /^greeting-and-bad-frames\.jsonl:(5|6|7|8|9|10|11)$/.test(where);

/** A JSON value whose numbers are their own digits: the platform's parser shows them, independent of ours. */
function exact(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' ? { digits: context?.source } : value;
  return JSON.parse(text, reviver);
}

describe('The frames of the real service', () => {
  it('are complete, hundreds of them', () => {
    assert.ok(texts.length > 1300);
  });

  it('each decode to what their variant says', () => {
    for (const { where, text } of texts) {
      if (isBad(where)) continue;
      const [envelope = '', body] = Object.entries(JSON.parse(text) as Record<string, object>)[0] ?? [];
      const result = decode(text);
      assert.ok(result.ok, where);
      assert.equal(result.frame.envelope, envelope, where);
      assert.equal(result.frame.variant, Object.keys(body ?? {})[0], where);
    }
  });

  it('re-encode to equivalent JSON and lose no digit (case 117)', () => {
    for (const { where, text } of texts) {
      const result = decode(text);
      if (!result.ok) continue;
      assert.deepEqual(exact(encode(result.frame)), exact(text), where);
    }
  });

  it('contain numbers beyond the precision of a double, which these tests need', () => {
    assert.ok(texts.some(({ text }) => text.includes(':12095806147926564911,')));
    assert.notDeepEqual(exact('{"a":12095806147926564911}'), exact('{"a":12095806147926565000}'));
  });
});

describe('The seven malformed frames', () => {
  const bad = texts.filter(({ where }) => isBad(where)).map(({ text }) => decode(text));

  it('are seven', () => {
    assert.equal(bad.length, 7);
  });

  it('decode to five errors, an unknown frame and, for the response that a client sent, a whole frame', () => {
    const kinds = bad.map((result) =>
      result.ok ? `${result.frame.envelope} ${result.frame.variant}` : result.error.code,
    );
    assert.deepEqual(kinds, [
      'not-json',
      'not-a-frame',
      'Request Unknown',
      'wrong-shape',
      'not-a-frame',
      'Response ConnectSuccess',
      'wrong-shape',
    ]);
  });

  it('say of the CID that came as a string which field it was and what type it had (case 120)', () => {
    const last = bad[6];
    assert.deepEqual(last?.ok === false && last.error, {
      code: 'wrong-shape',
      path: 'Request.Message.cid',
      expected: 'u64',
      received: 'string',
    });
  });

  it('name the variant that is not known', () => {
    const unknown = bad[2];
    assert.ok(unknown?.ok && unknown.frame.variant === 'Unknown');
    assert.equal(unknown.frame.name, 'Nope');
  });
});
