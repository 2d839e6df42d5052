import { expect, fixture, html } from '@open-wc/testing';
import fc from 'fast-check';
import { conversation, mine, theirs } from '../../.storybook/fixtures.ts';
import { shownWords } from '../../components/internal/language.ts';
import {
  age,
  clockTime,
  count,
  dayLabel,
  dayOf,
  exactTime,
  fullTime,
  isoTime,
  secondsUntil,
  shortTime,
  usableLanguage,
} from '../../components/internal/time.ts';
import type { ThreadElement } from '../../components/thread/thread.ts';
import { holds } from '../property.ts';
import '../../components/message-details/define.ts';
import '../../components/outbox/define.ts';
import '../../components/thread/define.ts';
import { elements, registered } from './every-element.ts';
import { all, frames, standStill, textOf } from './helpers.ts';
import { en } from '../../locale/en.ts';
import { addLocale } from '../../locale/registry.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean> };

const NUMBERS = [
  ...[
    NaN,
    Infinity,
    -Infinity,
    9_007_199_254_740_991,
    -9_007_199_254_740_991,
    8.64e15,
    -8.64e15,
    8.64e15 + 1,
  ],
  ...[
    8.64e15 - 3_600_000,
    1e300,
    -1e300,
    Number.MIN_VALUE,
    -0,
    0.5,
    253_402_300_800_000,
    -62_198_755_200_001,
  ],
];
const NO_NUMBERS = [undefined, null, 'yesterday', {}, [], true, 10n] as unknown as number[];
const LANGUAGES = [
  ...[
    undefined,
    '',
    'en',
    'en-GB',
    'en_US',
    'auto',
    'en-US@posix',
    'de_DE.UTF-8',
    'C',
    'POSIX',
    'x',
    '-',
    '_',
  ],
  ...['en-', 'zh_Hant_TW', 'i-klingon', 'ar', 'fa', '🙂', 'a'.repeat(500), 'en-u-nu-nonsense', 'constructor'],
];

describe('Formatted times', () => {
  const now = new Date(2026, 2, 10, 10, 43).getTime();
  const every = (at: number, language: string | undefined): string[] => [
    clockTime(at, language),
    exactTime(at, language, now),
    exactTime(now, language, at),
    fullTime(at, language),
    dayLabel(at, shownWords('en'), language, now),
    dayLabel(now, shownWords('en'), language, at),
    shortTime(at, language, now),
    shortTime(now, language, at),
    age(at, language, now),
    age(now, language, at),
    count(at, language),
  ];

  it('exist for every number and language, and never throw', () => {
    for (const at of [...NUMBERS, ...NO_NUMBERS])
      for (const language of LANGUAGES) {
        for (const words of every(at, language)) {
          expect(words, `${String(at)} ${language}`)
            .to.be.a('string')
            .and.not.equal('');
          expect(words).not.to.match(/NaN|Invalid|undefined/);
        }
        expect(isoTime(at)).to.be.a('string');
        expect(dayOf(at)).to.satisfy(Number.isFinite);
        expect(secondsUntil(at, now)).to.be.at.least(0);
      }
  });

  it('exist for any other number and language, too', () => {
    holds(
      'times in words',
      fc.property(fc.double(), fc.oneof(fc.string(), fc.constantFrom(...LANGUAGES)), (at, language) =>
        every(at, language).every((words) => words !== '' && !/NaN|Invalid/.test(words)),
      ),
      1_000,
    );
  });

  it('are a dash for an invalid time, and all invalid times share one day', () => {
    expect(every(NaN, 'en-GB').filter((words) => words !== '–')).to.deep.equal([
      exactTime(now, 'en-GB', NaN),
      dayLabel(now, shownWords('en'), 'en-GB', NaN),
      shortTime(now, 'en-GB', NaN),
    ]);
    expect(isoTime(NaN)).to.equal('');
    expect(dayOf(NaN)).to.equal(dayOf(Infinity));
  });

  it('are in the requested language, however its tag is written', () => {
    const at = new Date(2026, 0, 5, 15, 4).getTime();
    for (const tag of ['de_DE', 'de-DE', 'de_DE.UTF-8', 'de-DE@euro'])
      expect(fullTime(at, tag), tag).to.equal('Montag, 5. Januar 2026 um 15:04:00');
    expect(usableLanguage('en_US')).to.equal('en-US');
    for (const tag of ['auto', '', null, undefined, 'x']) expect(usableLanguage(tag)).to.equal(undefined);
  });

  it('use the current zone of the device, as days do', () => {
    const at = Date.UTC(2026, 0, 5, 23, 30);
    clockTime(at, 'en-GB');
    const real = Date.prototype.getTimezoneOffset;
    try {
      // Nine hours ahead of Greenwich, where it is the next morning.
      Date.prototype.getTimezoneOffset = () => -540;
      expect(clockTime(at, 'en-GB')).to.equal('08:30');
      expect(fullTime(at, 'en-GB')).to.contain('6 January 2026');
      Date.prototype.getTimezoneOffset = () => 300;
      expect(clockTime(at, 'en-GB')).to.equal('18:30');
    } finally {
      Date.prototype.getTimezoneOffset = real;
    }
    const local = new Date(at);
    const two = (part: number): string => String(part).padStart(2, '0');
    expect(clockTime(at, 'en-GB')).to.equal(`${two(local.getHours())}:${two(local.getMinutes())}`);
  });
});

describe('The language of an element', () => {
  before(registered);
  const own = document.documentElement.lang;
  afterEach(() => {
    document.documentElement.lang = own;
    Reflect.deleteProperty(navigator, 'language');
  });

  for (const tag of Object.keys(elements))
    it(`may be any tag: ${tag}`, async () => {
      standStill();
      for (const language of LANGUAGES) {
        document.documentElement.lang = language ?? '';
        Object.defineProperty(navigator, 'language', {
          configurable: true,
          value: language ?? 'en-US@posix',
        });
        const element = document.createElement(tag) as Drawn;
        Object.assign(element, elements[tag]);
        document.body.append(element);
        await element.updateComplete;
        await new Promise(requestAnimationFrame);
        expect(textOf(element) !== '' || all(element, 'svg').length > 0, language).to.equal(true);
        element.remove();
      }
    });

  it('is inherited from an ancestor, also through shadow roots', async () => {
    standStill();
    addLocale('de', en);
    const at = new Date(2026, 0, 5, 15, 4).getTime();
    const wrapper = await fixture<HTMLElement>(html`<section lang="de_DE"><div></div></section>`);
    const shadow = wrapper.firstElementChild!.attachShadow({ mode: 'open' });
    const inner = document.createElement('div');
    shadow.append(inner);
    const thread = document.createElement('p2p-thread');
    thread.rows = [theirs('hallo', at)];
    inner.attachShadow({ mode: 'open' }).append(thread);
    await thread.updateComplete;
    await frames();
    expect(textOf(thread)).to.contain('Montag, 5. Januar');
  });
});

describe('A row with an invalid number', () => {
  it('is drawn, and so are the others', async () => {
    standStill();
    for (const number of [...NUMBERS, ...NO_NUMBERS]) {
      const message = theirs('odd one', number, { place: number, missingBefore: number });
      const thread = await fixture<ThreadElement>(
        html`<p2p-thread
          .rows=${[...conversation(), message, mine('a later one', Date.now(), 'sent', { attempts: number })]}
        ></p2p-thread>`,
      );
      await frames();
      const texts = all(thread, '.text').map((text) => text.textContent);
      expect(texts, String(number)).to.include.members(['odd one', 'a later one']);
      expect(textOf(thread)).not.to.match(/NaN|Invalid|undefined/);
      thread.remove();
    }
  });
});
