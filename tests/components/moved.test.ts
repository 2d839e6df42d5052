import { expect, fixture, html } from '@open-wc/testing';
import { mine, theirs } from '../../.storybook/fixtures.ts';
import { shownWords } from '../../components/internal/language.ts';
import { clockTime, dayLabel } from '../../components/internal/time.ts';
import type { ThreadElement } from '../../components/thread/thread.ts';
import '../../components/thread/define.ts';
import { en } from '../../locale/en.ts';
import { addLocale } from '../../locale/registry.ts';
import { all, frames, standStill } from './helpers.ts';

const HOUR = 3_600_000;
/** What of `Date` tells where it is. */
const LOCAL = ['getTimezoneOffset', 'setHours', 'getFullYear'] as const;
const real = Object.fromEntries(
  LOCAL.map((name) => [name, Object.getOwnPropertyDescriptor(Date.prototype, name)!]),
);

/** The device comes to a zone, that many hours ahead of Greenwich. */
function moveTo(hours: number): void {
  Date.prototype.getTimezoneOffset = () => -60 * hours;
  Date.prototype.setHours = function (this: Date, ...parts: [number]) {
    this.setTime(this.getTime() + hours * HOUR);
    this.setUTCHours(...parts);
    return this.setTime(this.getTime() - hours * HOUR);
  };
  Date.prototype.getFullYear = function (this: Date) {
    return new Date(this.getTime() + hours * HOUR).getUTCFullYear();
  };
}

describe('A thread on a device whose zone and language change', () => {
  const own = document.documentElement.lang;
  afterEach(() => {
    document.documentElement.lang = own;
    for (const name of LOCAL) Object.defineProperty(Date.prototype, name, real[name]!);
  });

  // In the words of English: what is looked at are the dates.
  before(() => ['de', 'ar', 'fa'].forEach((tag) => addLocale(tag, en)));

  it('draws all days and times in the current zone and language', async () => {
    const now = Date.UTC(2026, 2, 10, 12);
    const clock = standStill(now);
    const times = [
      ...[Date.UTC(2025, 11, 31, 23, 30), Date.UTC(2026, 2, 9, 1), Date.UTC(2026, 2, 9, 20, 30)],
      ...[Date.UTC(2026, 2, 9, 23, 30), Date.UTC(2026, 2, 10, 4), Date.UTC(2026, 2, 10, 11, 59)],
    ];
    const messages = times.map((at, n) =>
      n % 2 ? mine(`${n}`, at, 'sent', { place: at }) : theirs(`${n}`, at, { place: at }),
    );
    document.documentElement.lang = 'en-GB';
    const errors: unknown[] = [];
    const note = (event: ErrorEvent): void => void errors.push(event.error);
    window.addEventListener('error', note);
    const thread = await fixture<ThreadElement>(html`<p2p-thread .rows=${messages}></p2p-thread>`);
    thread.style.height = '900px';
    await frames();
    const drawn = new Set<string>();
    for (const hours of [0, 9, -5, 14, -11, 0])
      for (const language of ['en-GB', 'de_DE.UTF-8', 'ar', 'auto', 'x', 'fa', '']) {
        moveTo(hours);
        document.documentElement.lang = language;
        // A minute later it is looked at again.
        clock.advance(60_000);
        await thread.updateComplete;
        await frames();
        const what = `${hours} ${language}`;
        const said = language === '' ? undefined : language;
        const usable = ['auto', 'x', ''].includes(language) ? navigator.language : said;
        expect(
          all(thread, 'time').map(({ textContent }) => textContent.trim()),
          what,
        ).to.deep.equal(times.map((at) => clockTime(at, usable)));
        const days: string[] = [];
        for (const at of times) {
          const day = dayLabel(at, shownWords('en'), usable);
          if (day !== days.at(-1)) days.push(day);
        }
        expect(
          all(thread, '.day').map(({ textContent }) => textContent.trim()),
          what,
        ).to.deep.equal(days);
        drawn.add(days.join());
      }
    window.removeEventListener('error', note);
    expect(errors).to.deep.equal([]);
    // It is not always the same that was compared.
    expect(drawn.size).to.be.greaterThan(8);
  });

  it('groups each time under its own day', async () => {
    standStill(Date.UTC(2026, 2, 10, 12));
    document.documentElement.lang = 'en-GB';
    const messages = [
      theirs('one', Date.UTC(2026, 2, 9, 20, 30), { place: Date.UTC(2026, 2, 9, 20, 30) }),
      theirs('two', Date.UTC(2026, 2, 10, 4), { place: Date.UTC(2026, 2, 10, 4) }),
    ];
    const lines = async (hours: number): Promise<string> => {
      moveTo(hours);
      const thread = await fixture<ThreadElement>(html`<p2p-thread .rows=${messages}></p2p-thread>`);
      await frames();
      return all(thread, '.day, time')
        .map(({ textContent }) => textContent.trim())
        .join(' ');
    };
    expect(await lines(0)).to.equal('Yesterday 20:30 Today 04:00');
    expect(await lines(9)).to.equal('Today 05:30 13:00');
    expect(await lines(-5)).to.equal('Yesterday 15:30 23:00');
  });
});
