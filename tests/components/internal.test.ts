import { expect, fixture, html } from '@open-wc/testing';
import fc from 'fast-check';
import { MINUTE, NOW } from '../../.storybook/fixtures.ts';
import { initialsOf, toneOf } from '../../components/internal/avatar.ts';
import { piecesOf } from '../../components/internal/links.ts';
import { placeBeside } from '../../components/internal/tooltip.ts';
import { age, dayLabel, secondsUntil, shortTime } from '../../components/internal/time.ts';

const seed = Math.trunc(Math.random() * 2 ** 31);
/** Counted in graphemes. */
const charactersIn = (text: string): number => [...new Intl.Segmenter().segment(text)].length;
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

  it('name days as today, yesterday or the date', () => {
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

  it('end before the punctuation of any script, and before a bracket or quotation mark they did not open', () => {
    const found = (text: string) =>
      piecesOf(text)
        .filter(({ href }) => href)
        .map((piece) => piece.text);
    const after = [...'，。、：；！？）】」』》〉〕〗﹂｣､｡”’»›“‘❞）،؛؟۔।॥։。၊។…—]})>"\'`'];
    for (const end of after) {
      for (const address of [
        'https://example.com',
        'https://example.com/a',
        'https://example.com/路径?q=1#b',
      ]) {
        expect(found(`见 ${address}${end}`), `${address} ${end}`).to.deep.equal([address]);
        expect(found(`见${address}${end} 然后`), `${address} ${end}`).to.deep.equal([address]);
      }
    }
    for (const [open, close] of [
      '[]',
      '()',
      '{}',
      '<>',
      '“”',
      '„“',
      '«»',
      '»«',
      '‹›',
      '「」',
      '『』',
      '【】',
      '（）',
      '《》',
      '``',
      "''",
      '""',
    ])
      expect(found(`${open}https://example.com/a${close}`), `${open}${close}`).to.deep.equal([
        'https://example.com/a',
      ]);
    expect(found('https://example.com/a，https://example.org')).to.deep.equal([
      'https://example.com/a',
      'https://example.org',
    ]);
    expect(found('https://en.test/a_(b)_[c]')).to.deep.equal(['https://en.test/a_(b)_[c]']);
  });

  it('are not links where what looks like the host is a user name', () => {
    for (const text of [
      'https://bank.test@evil.test/',
      'https://bank.test:443@evil.test',
      'xhttps://a.test',
      'ftp://a.test',
    ])
      expect(piecesOf(text), text).to.deep.equal([{ text }]);
    expect(piecesOf('https://a.test/@b')[0]!.href).to.equal('https://a.test/@b');
  });

  it('end before invisible separators and before marks that end a change of direction', () => {
    for (const mark of ['\u200b', '\ufeff', '\u2060', '\u200f', '\u2069', '\u202c', '\u200b\u2069'])
      for (const address of ['https://a.test', 'https://a.test/b'])
        for (const after of ['', ' c'])
          expect(piecesOf(`\u2068${address}${mark}${after}`)[1]!.href, escape(mark)).to.equal(
            new URL(address).href,
          );
    // Combining marks stay with their character.
    expect(piecesOf('https://a.test/❤️')[0]!.href).to.equal('https://a.test/%E2%9D%A4%EF%B8%8F');
  });

  it(`preserve every character of any text, and are http or https only (seed ${seed})`, () => {
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

describe('an anchored popup', () => {
  it('is placed correctly however it is scaled or zoomed while it opens', async () => {
    for (const [property, value] of [
      ['', ''],
      ['scale', '0.1'],
      ['zoom', '2'],
    ] as const) {
      const box = await fixture<HTMLElement>(
        html`<div>
          <button>Anchor</button>
          <div popover="manual">A word</div>
        </div>`,
      );
      const [anchor, open] = [box.querySelector('button')!, box.querySelector<HTMLElement>('[popover]')!];
      anchor.style.cssText = 'position: fixed; right: 0; bottom: 0';
      open.style.cssText =
        'margin: 0; padding: 0; border: 0; inset: auto; width: 200px; height: 100px; position: fixed';
      if (property === 'zoom') box.style.zoom = value;
      else if (property) open.style.setProperty(property, value);
      open.showPopover();
      placeBeside(open, anchor);
      open.style.removeProperty('scale');
      const { right, bottom } = open.getBoundingClientRect();
      const { clientWidth } = document.documentElement;
      expect(right, value).to.be.closeTo(clientWidth - 8, 1);
      expect(bottom, value).to.be.closeTo(anchor.getBoundingClientRect().top - 6, 1);
    }
  });
});

describe('avatars', () => {
  it('draw one or two letters for any name, and always the same colour for an id', () => {
    expect(
      ['Noor Haddad', 'Madonna', 'p2ptest1', 'Ana María de la Cruz', '  ', '李小龙', '👩‍🚀 Eva'].map(
        initialsOf,
      ),
    ).to.satisfy((letters: string[]) =>
      letters.every((text) => charactersIn(text) >= 1 && charactersIn(text) <= 2),
    );
    expect(initialsOf('Noor Haddad')).to.equal('NH');
    expect(initialsOf('p2ptest1')).to.equal('P1');
    expect(initialsOf('👨‍👩‍👧‍👦 Haddad')).to.equal('👨‍👩‍👧‍👦H');
    expect(initialsOf('👨‍👩‍👧‍👦')).to.equal('👨‍👩‍👧‍👦');
    expect(initialsOf('🇳🇱')).to.equal('🇳🇱');
    expect(initialsOf('🇳🇱🇧🇪 Noor')).to.equal('🇳🇱N');
    expect(initialsOf('e\u0301lodie')).to.equal('ÉL');
    expect(initialsOf('नी रा')).to.equal('नीरा');
    // Marks of direction, quotation marks and brackets stand around a name, and are not of it.
    expect(initialsOf('\u200fأحمد علي')).to.equal('أع');
    expect(['"Zoë" K', '«Анна» Б', '@alice', '_max_', "'Ann' Lee"].map(initialsOf)).to.deep.equal([
      ...['ZK', 'АБ', 'AL', 'MA', 'AL'],
    ]);
    expect(['(Bob)', '[Bob Lee]', '-bob-'].map(initialsOf)).to.deep.equal(['BO', 'BL', 'BO']);
    expect(initialsOf('Bob (he/him)')).to.equal('BO');
    expect(initialsOf('-')).to.equal('?');
    expect(initialsOf('x'.repeat(1_000_000))).to.equal('XX');
    expect(toneOf('18017897041159203224')).to.equal(toneOf('18017897041159203224'));
  });
});
