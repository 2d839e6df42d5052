import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { MINUTE, NOW } from '../../.storybook/fixtures.ts';
import { initialsOf, toneOf } from '../../components/internal/avatar.ts';
import { piecesOf } from '../../components/internal/links.ts';
import { age, dayLabel, secondsUntil, shortTime } from '../../components/internal/time.ts';

const seed = Math.trunc(Math.random() * 2 ** 31);
const words = { today: 'Today', yesterday: 'Yesterday' };

describe('times', () => {
  it(`68: are never negative, however skewed a clock is (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (skew) => {
        expect(age(NOW + skew, 'en-GB', NOW)).not.to.match(/-|in \d/u);
        expect(secondsUntil(NOW + skew, NOW)).to.be.at.least(0);
      }),
      { seed, numRuns: 10_000 },
    );
  });

  it('are told in the unit that fits', () => {
    const told = [5_000, 90_000, 61 * MINUTE, 25 * 60 * MINUTE].map((passed) =>
      age(NOW - passed, 'en-GB', NOW),
    );
    expect(told).to.deep.equal(['now', '1 min ago', '1 hr ago', '1 day ago']);
  });

  it('name days by today, yesterday, and the date', () => {
    expect(dayLabel(NOW, words, 'en-GB', NOW)).to.equal('Today');
    expect(dayLabel(NOW - 24 * 60 * MINUTE, words, 'en-GB', NOW)).to.equal('Yesterday');
    expect(dayLabel(NOW - 72 * 60 * MINUTE, words, 'en-GB', NOW)).to.match(/Saturday,? 7 March/u);
    expect(shortTime(NOW - 24 * 60 * MINUTE, 'en-GB', NOW)).to.equal('Mon');
  });
});

describe('addresses in a text', () => {
  it('end before the punctuation of the sentence, and keep their own brackets', () => {
    const links = piecesOf('(see https://a.org/x_(y)), https://b.org/?q=1!').filter(({ href }) => href);
    expect(links.map(({ text }) => text)).to.deep.equal(['https://a.org/x_(y)', 'https://b.org/?q=1']);
  });

  it(`lose and add no letter of any text, and are http or https only (seed ${seed})`, () => {
    const part = fc.constantFrom(
      'https://',
      'http://',
      'javascript:',
      'a.org',
      '/x',
      ')',
      '(',
      '.',
      ' ',
      '<b>',
      '@',
      ':',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (text) => {
          const pieces = piecesOf(text);
          expect(pieces.map((piece) => piece.text).join('')).to.equal(text);
          for (const { href } of pieces) if (href) expect(href).to.match(/^https?:/u);
        },
      ),
      { seed, numRuns: 10_000 },
    );
  });
});

describe('avatars', () => {
  it('draw one or two letters for any name, and always the same colour for an id', () => {
    expect(
      ['Noor Haddad', 'Madonna', 'p2ptest1', 'Ana María de la Cruz', '  ', '李小龙', '👩‍🚀 Eva'].map(
        initialsOf,
      ),
    ).to.satisfy((letters: string[]) =>
      letters.every((text) => [...text].length >= 1 && [...text].length <= 2),
    );
    expect(initialsOf('Noor Haddad')).to.equal('NH');
    expect(initialsOf('p2ptest1')).to.equal('P1');
    expect(toneOf('18017897041159203224')).to.equal(toneOf('18017897041159203224'));
  });
});
