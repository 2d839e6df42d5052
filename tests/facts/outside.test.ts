import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { plausibleTime, shortText, visibleName } from '../../facts/outside.ts';
import { holds } from '../property.ts';

const NOW = Date.UTC(2026, 0, 15, 10);

describe('A name from outside', () => {
  it('that is plain is returned as it is, and nothing in it is replaced', () => {
    const { replace } = String.prototype;
    let replaced = 0;
    String.prototype.replace = function (this: string, ...parts: unknown[]) {
      replaced += 1;
      return (replace as (...all: unknown[]) => string).apply(this, parts);
    } as typeof replace;
    const shown: (string | null)[] = [];
    try {
      for (const name of ['Noor', 'Noor Haddad', 'x'.repeat(100), 'a  b', ' a', 'a\n', 'x'.repeat(101)])
        shown.push(visibleName(name));
    } finally {
      String.prototype.replace = replace;
    }
    const cut = `${'x'.repeat(99)}…`;
    expect(shown).to.deep.equal(['Noor', 'Noor Haddad', 'x'.repeat(100), 'a b', 'a', 'a', cut]);
    expect(replaced, 'twice for each of the four that are not plain').to.equal(8);
  });

  for (const name of [
    '',
    ' ',
    '\u200b',
    '\u3164',
    '\u2800',
    '\u00ad',
    '\u202e',
    '\u0301',
    '\ud800',
    '\ue000',
    '\n\t',
    '\u2060\ufeff',
  ])
    it(`counts as missing without a visible character: ${escape(name)}`, () => {
      expect(visibleName(name)).to.equal(null);
      expect(visibleName(name.repeat(500_000))).to.equal(null);
    });

  it('is unknown where none is given', () => {
    expect(visibleName(null)).to.equal(null);
    expect(visibleName(undefined)).to.equal(null);
  });

  it('stays as it is in every script, with emoji and marks', () => {
    for (const name of [
      'Zoë',
      'Zoe\u0308',
      '李小龍',
      'محمد',
      '\u200fعلي',
      'ক্ষ',
      '👨‍👩‍👧',
      '🇪🇸',
      'A\u200dB',
      "O'Neil",
    ])
      expect(visibleName(name)).to.equal(name);
  });

  it('loses direction marks and line breaks, and keeps one space of many', () => {
    expect(visibleName('Eve\u202e')).to.equal('Eve');
    expect(visibleName('\u2067Eve\u2069')).to.equal('Eve');
    expect(visibleName(' Eve\r\n\u00a0 Smith\u2028')).to.equal('Eve Smith');
  });

  it('is cut after a hundred characters, never within a grapheme', () => {
    expect(visibleName('x'.repeat(100))).to.equal('x'.repeat(100));
    expect(visibleName('😀'.repeat(5_000))).to.equal(`${'😀'.repeat(99)}…`);
  });

  it('does not change when it is cleaned again', () => {
    holds(
      'names from outside',
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const once = visibleName(name);
        expect(visibleName(once)).to.equal(once);
        if (once !== null) expect([...once].length).to.be.within(1, 100);
      }),
    );
  });
});

describe('A time from outside', () => {
  it('is kept as claimed, up to a day ahead of our clock', () => {
    for (const claimed of [0, 1, NOW - 9e11, NOW, NOW + 420_000, NOW + 86_400_000])
      expect(plausibleTime(claimed, NOW)).to.equal(claimed);
  });

  it('is replaced by now if it is later, and is never before 1970', () => {
    for (const claimed of [NOW + 86_400_001, 8.64e15, Number.MAX_SAFE_INTEGER, Infinity, NaN])
      expect(plausibleTime(claimed, NOW)).to.equal(NOW);
    for (const claimed of [-1, -8.64e15, Number.MIN_SAFE_INTEGER, -Infinity])
      expect(plausibleTime(claimed, NOW)).to.equal(0);
  });

  it('is a valid date, whatever our own clock says', () => {
    holds(
      'times from outside',
      fc.property(fc.double(), fc.double({ noNaN: true, min: 0 }), (claimed, now) => {
        expect(new Date(plausibleTime(claimed, now)).getUTCFullYear()).to.be.within(1970, 9999);
      }),
    );
  });
});

describe('A sentence from outside', () => {
  it('is cut after five hundred characters, never within a grapheme', () => {
    expect(shortText('x'.repeat(500))).to.equal('x'.repeat(500));
    for (const none of [null, undefined, 7 as never]) expect(shortText(none)).to.equal(null);
    expect(shortText('x'.repeat(501))).to.equal(`${'x'.repeat(499)}…`);
    expect(shortText(`${'x'.repeat(498)}😀😀`)).to.equal(`${'x'.repeat(498)}…`);
  });
});
