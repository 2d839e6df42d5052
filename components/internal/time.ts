import { elapsed, timeSource } from './ticker.ts';
import type { TimeSource } from './ticker.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formatters are costly to make; there are only ever a handful. */
function format(language: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language ?? ''} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(language, options)));
  return found;
}

/** Hours and minutes: 10:42. Times in milliseconds since the epoch. */
export function clockTime(at: number, language?: string): string {
  return format(language, { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** The time to the second; with the date where that is not today. */
export function exactTime(at: number, language?: string, now: number = timeSource().now()): string {
  return format(language, {
    ...(dayOf(at) === dayOf(now) ? {} : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at);
}

/** Date and time in full, for a title. */
export function fullTime(at: number, language?: string): string {
  return format(language, { dateStyle: 'full', timeStyle: 'medium' }).format(at);
}

/** The start of the local day; two times share a day when this is equal. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** The words over a day's messages. A day that a skewed clock claims to be to come is named by its date. */
export function dayLabel(
  at: number,
  words: { today: string; yesterday: string },
  language?: string,
  now: number = timeSource().now(),
): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** The short time in a list: 10:42 today, the weekday within a week, else the date. */
export function shortTime(at: number, language?: string, now: number = timeSource().now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY);
  if (days === 0) return clockTime(at, language);
  if (days > 0 && days < 7) return format(language, { weekday: 'short' }).format(at);
  return format(language, { day: 'numeric', month: 'short' }).format(at);
}

/** How long ago, in words. Never negative: what a clock ahead of ours claims to be to come is "just now". */
export function age(since: number, language?: string, now: number = timeSource().now()): string {
  const passed = Math.max(0, now - since);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' });
  if (passed < MINUTE) return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'second');
  if (passed < HOUR) return relative.format(-Math.floor(passed / MINUTE), 'minute').replace('min.', 'min');
  if (passed < DAY) return relative.format(-Math.floor(passed / HOUR), 'hour');
  return relative.format(-Math.floor(passed / DAY), 'day');
}

/** What is counted down to, by the clock that nobody sets: noted when it is first drawn, for each time source. */
const counted = new WeakMap<TimeSource, Map<number, number>>();
const DUES = 500;

/**
 * Whole seconds until then, rounded up; 0 once it has passed. Without `now` it counts down by the time that passes,
 * also where the clock is set meanwhile.
 */
export function secondsUntil(at: number, now?: number): number {
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

/** A number in the reader's own digits and grouping. */
export function count(value: number, language?: string): string {
  return new Intl.NumberFormat(language).format(value);
}
