import { elapsed, timeSource } from './ticker.ts';
import type { TimeSource } from './ticker.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The text for an invalid time or number. */
const NONE = '–';
/** The furthest moments that a `Date` can be, less a day for the zone. */
const FURTHEST = 8_640_000_000_000_000 - DAY;

const languages = new Map<string, string | undefined>();

/**
 * The language tag as `Intl` takes it; undefined where it cannot be one, which leaves the choice to the browser. Pages
 * and kiosks say `en_US`, `de_DE.UTF-8`, `en-US@posix` or `auto`, and `Intl` throws at each.
 */
export function usableLanguage(tag: string | null | undefined): string | undefined {
  if (!tag) return undefined;
  if (!languages.has(tag)) languages.set(tag, canonical(tag.split(/[@.]/)[0]!.replaceAll('_', '-')));
  return languages.get(tag);
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

const made = new Map<string, unknown>();

/** Formatters are expensive to create; there are only a few. */
function kept<Formatter>(key: string, make: () => Formatter): Formatter {
  let found = made.get(key) as Formatter | undefined;
  if (!found) made.set(key, (found = make()));
  return found;
}

/**
 * A time in words. The formatter knows no zone: it is given the local time as if it were UTC, so that it agrees with
 * `dayOf` also when the device has come to another zone since it was made.
 */
function format(at: number, language: string | undefined, options: Intl.DateTimeFormatOptions): string {
  if (!isTime(at)) return NONE;
  const usable = usableLanguage(language);
  const formatter = kept(
    `${usable ?? ''} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(usable, { ...options, timeZone: 'UTC' }),
  );
  return formatter.format(at - new Date(at).getTimezoneOffset() * MINUTE);
}

/** Whether a number is a valid time. */
function isTime(at: number): boolean {
  return typeof at === 'number' && Math.abs(at) <= FURTHEST;
}

/** For the `datetime` of a `<time>`: empty for an invalid time. */
export function isoTime(at: number): string {
  return isTime(at) ? new Date(at).toISOString() : '';
}

/** Hours and minutes: 10:42. Times in milliseconds since the epoch; a dash for an invalid time, here and below. */
export function clockTime(at: number, language?: string): string {
  return format(at, language, { hour: '2-digit', minute: '2-digit' });
}

/** The time to the second; with the date where that is not today. */
export function exactTime(at: number, language?: string, now: number = timeSource().now()): string {
  return format(at, language, {
    ...(dayOf(at) === dayOf(now) ? {} : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

/** Date and time in full, for a title. */
export function fullTime(at: number, language?: string): string {
  return format(at, language, { dateStyle: 'full', timeStyle: 'medium' });
}

/** The start of the local day; two times share a day when this is equal, as all do that are none. */
export function dayOf(at: number): number {
  return isTime(at) ? new Date(at).setHours(0, 0, 0, 0) : 0;
}

/** The heading of a day. A future day, from a skewed clock, is named by its date. */
export function dayLabel(
  at: number,
  words: { today: string; yesterday: string },
  language?: string,
  now: number = timeSource().now(),
): string {
  if (!isTime(at)) return NONE;
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  const sameYear = isTime(now) && new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

/** The short time in a list: 10:42 today, the weekday within a week, else the date. */
export function shortTime(at: number, language?: string, now: number = timeSource().now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY);
  if (days === 0) return clockTime(at, language);
  if (days > 0 && days < 7) return format(at, language, { weekday: 'short' });
  return format(at, language, { day: 'numeric', month: 'short' });
}

/** How long ago, as text. Never negative: a future time is "just now". */
export function age(since: number, language?: string, now: number = timeSource().now()): string {
  if (!isTime(since) || !isTime(now)) return NONE;
  const passed = Math.max(0, now - since);
  const usable = usableLanguage(language);
  const words = (numeric: 'always' | 'auto', amount: number, unit: Intl.RelativeTimeFormatUnit): string =>
    kept(
      `${usable ?? ''} ${numeric}`,
      () =>
        new Intl.RelativeTimeFormat(usable, numeric === 'auto' ? { numeric } : { numeric, style: 'short' }),
    ).format(amount, unit);
  if (passed < MINUTE) return words('auto', 0, 'second');
  if (passed < HOUR) return words('always', -Math.floor(passed / MINUTE), 'minute').replace('min.', 'min');
  if (passed < DAY) return words('always', -Math.floor(passed / HOUR), 'hour');
  return words('always', -Math.floor(passed / DAY), 'day');
}

/** Deadlines on the monotonic clock, recorded when first drawn, by time source. */
const counted = new WeakMap<TimeSource, Map<number, number>>();
const DUES = 500;

/**
 * Whole seconds until then, rounded up; 0 once it has passed, and for an invalid time. Without `now` it counts down
 * by elapsed time, even if the clock is set meanwhile.
 */
export function secondsUntil(at: number, now?: number): number {
  if (!isTime(at)) return 0;
  if (now !== undefined) return Math.max(0, Math.ceil((at - now) / SECOND));
  const dues = counted.get(timeSource()) ?? new Map<number, number>();
  counted.set(timeSource(), dues);
  let due = dues.get(at);
  if (due === undefined) {
    due = elapsed() + at - timeSource().now();
    if (dues.size >= DUES) dues.delete(dues.keys().next().value!);
    dues.set(at, due);
  }
  return Math.max(0, Math.ceil((due - elapsed()) / SECOND));
}

/** A number with one decimal. */
export function decimal(value: number, language?: string): string {
  if (!Number.isFinite(value)) return NONE;
  const usable = usableLanguage(language);
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return kept(`${usable ?? ''} decimal`, () => new Intl.NumberFormat(usable, digits)).format(value);
}

/** A number in the digits and grouping of the locale; a dash for an invalid one. */
export function count(value: number, language?: string): string {
  if (!Number.isFinite(value)) return NONE;
  const usable = usableLanguage(language);
  return kept(`${usable ?? ''} number`, () => new Intl.NumberFormat(usable)).format(value);
}
