import { expect } from '@open-wc/testing';
import type { MessageId } from '../../facts/index.ts';
import type { Payload } from '../../protocol/payload.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';

const ID = '019bc119-4494-7000-a623-000000000001' as MessageId;
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('payloads between known clients', () => {
  it('round-trip, with the fields of a newer version', () => {
    const said: Payload[] = [
      { v: 1, type: 'message', id: ID, stream: 's', index: 1, text: 'hello', sentAt: 5, answers: ID },
      { v: 1, type: 'receipt', kind: 'delivered', id: ID, at: 5 },
      {
        v: 1,
        type: 'receipt',
        kind: 'read',
        stream: 's',
        ranges: [
          [1, 3],
          [5, 5],
        ],
        at: 5,
      },
      {
        v: 1,
        type: 'sync',
        kind: 'question',
        yours: null,
        at: 5,
        key: 'a key',
        mine: { stream: 's', next: 3, voids: [[2, 2]], settled: 1 },
      },
      { v: 1, type: 'delete', id: ID },
      { v: 1, type: 'presence', away: true, note: 'at lunch' },
    ];
    for (const payload of said)
      expect(decodePayload(encodePayload(payload))).to.deep.equal({ kind: 'payload', payload });
    const newer = { v: 1, type: 'typing', with: 'more' };
    expect(decodePayload(bytes(newer))).to.deep.equal({ kind: 'payload', payload: newer });
  });

  it('are distinguished from any format of another client', () => {
    const foreign = [
      new Uint8Array([0xff, 0xfe]),
      new Uint8Array(),
      ...['text', 7, null, [1], {}, { v: 1 }, { type: 'message' }, { v: '1', type: 'message' }].map(bytes),
      bytes({ v: 1, type: 7 }),
    ];
    for (const body of foreign) expect(decodePayload(body), String(body)).to.deep.equal({ kind: 'foreign' });
  });

  it('are ignored if their version or type is unknown', () => {
    expect(decodePayload(bytes({ v: 2, type: 'message' }))).to.deep.equal({
      kind: 'unsupported',
      version: 2,
      type: 'message',
      indexed: null,
    });
    expect(decodePayload(bytes({ v: 1, type: 'constructor' }))).to.include({ kind: 'unsupported' });
    expect(decodePayload(bytes({ v: 1, type: 'x'.repeat(1_000) })))
      .to.have.property('type')
      .of.length(64);
  });

  it('name their stream and index if their type is unknown and takes an index', () => {
    const place = { id: ID, stream: 's', index: 7 };
    const found = decodePayload(bytes({ v: 1, type: 'poll', ...place, question: 'Lunch?' }));
    expect(found).to.deep.equal({ kind: 'unsupported', version: 1, type: 'poll', indexed: place });
    for (const wrong of [
      { ...place, index: 0 },
      { ...place, id: 'x' },
      { ...place, stream: '' },
    ])
      expect(decodePayload(bytes({ v: 1, type: 'poll', ...wrong }))).to.deep.include({ indexed: null });
  });

  it('are reported as malformed with the name of the field, never its value', () => {
    const wrong = [
      [{ v: 1, type: 'receipt', id: 'secret', kind: 'delivered', at: 1 }, 'id'],
      ...[
        'secret',
        [[0, 1]],
        [[2, 1]],
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [1, 2],
        ],
        [[1, 2.5]],
        [[1]],
        ['secret'],
        Array.from({ length: 1_001 }, (_, n) => [n * 2 + 1, n * 2 + 1]),
      ].map(
        (ranges) => [{ v: 1, type: 'receipt', kind: 'read', stream: 's', ranges, at: 1 }, 'ranges'] as const,
      ),
      [{ v: 1, type: 'receipt', id: ID, kind: 'secret', at: 1 }, 'kind'],
      [{ v: 1, type: 'delete', id: null }, 'id'],
      [{ v: 1, type: 'presence', note: 'x'.repeat(201) }, 'note'],
      [{ v: 1, type: 'message', id: ID, stream: 's', index: 0, text: '', sentAt: 1 }, 'index'],
      [{ v: 1, type: 'message', id: ID, stream: '', index: 1, text: '', sentAt: 1 }, 'stream'],
      [
        {
          v: 1,
          type: 'sync',
          kind: 'answer',
          yours: null,
          at: 1,
          key: 'x'.repeat(1_001),
          mine: { stream: 's', next: 1, voids: [], settled: 0 },
        },
        'key',
      ],
    ] as const;
    for (const [value, path] of wrong)
      expect(decodePayload(bytes(value))).to.deep.equal({ kind: 'malformed', type: value.type, path });
  });

  it('have plausible times by our own clock, and report a corrected one', () => {
    const now = Date.UTC(2026, 0, 15);
    const edit = (at: number): Uint8Array => bytes({ v: 1, type: 'edit', id: ID, text: 'x', at });
    const of = (at: number): unknown => {
      const read = decodePayload(edit(at), now);
      if (read.kind !== 'payload' || read.payload.type !== 'edit') throw new Error(read.kind);
      return [read.payload.at, read.isCorrected];
    };
    expect(of(now + 420_000)).to.deep.equal([now + 420_000, undefined]);
    expect(of(Number.MAX_SAFE_INTEGER)).to.deep.equal([now, true]);
    expect(of(1e308)).to.deep.equal([now, true]);
    expect(of(-5)).to.deep.equal([0, true]);
  });

  it('normalises ids to lower case', () => {
    expect(decodePayload(bytes({ v: 1, type: 'delete', id: ID.toUpperCase() }))).to.deep.equal({
      kind: 'payload',
      payload: { v: 1, type: 'delete', id: ID },
    });
  });

  it('have no index above 1,000,000,000', () => {
    for (const index of [1_000_000_001, Number.MAX_SAFE_INTEGER, 1e300, 1.5])
      expect(
        decodePayload(bytes({ v: 1, type: 'message', id: ID, stream: 's', index, text: '', sentAt: 1 })),
      ).to.include({ kind: 'malformed', path: 'index' });
  });
});
