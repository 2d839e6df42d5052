import { waitUntil } from '@open-wc/testing';
import { StandingClock } from '../../.storybook/fixtures.ts';
import { setTimeSource } from '../../components/internal/ticker.ts';
import type { RequestEventMap } from '../../components/internal/events.ts';

/** The elements that match inside a shadow root (or the element itself, for a light-DOM one). */
export function all<Found extends HTMLElement = HTMLElement>(
  element: HTMLElement,
  selector: string,
): Found[] {
  return [...(element.shadowRoot ?? element).querySelectorAll<Found>(selector)];
}

/** The one element that matches. */
export function one<Found extends HTMLElement = HTMLElement>(element: HTMLElement, selector: string): Found {
  const found = all<Found>(element, selector);
  if (found.length !== 1) throw new Error(`expected one ${selector}, found ${found.length}`);
  return found[0]!;
}

/** A button, by its accessible name: the label, or the words in it. */
export function button(element: HTMLElement, name: string): HTMLButtonElement {
  const found = buttons(element, name);
  if (found.length !== 1) throw new Error(`expected one button "${name}", found ${found.length}`);
  return found[0]!;
}

/** All buttons of that name. */
export function buttons(element: HTMLElement, name: string): HTMLButtonElement[] {
  return all<HTMLButtonElement>(element, 'button').filter(
    (candidate) => (candidate.getAttribute('aria-label') ?? candidate.textContent?.trim()) === name,
  );
}

/** The text that is drawn, white space folded. */
export function textOf(element: HTMLElement, selector?: string): string {
  const root = selector ? one(element, selector) : (element.shadowRoot ?? element);
  return (root.textContent ?? '').replace(/\s+/gu, ' ').trim();
}

/** Collects the details of a request event, as a page outside every shadow root sees them. */
export function heard<Type extends keyof RequestEventMap>(type: Type): RequestEventMap[Type]['detail'][] {
  const details: RequestEventMap[Type]['detail'][] = [];
  const listen = (event: Event) => details.push((event as RequestEventMap[Type]).detail);
  document.addEventListener(type, listen);
  cleanups.push(() => document.removeEventListener(type, listen));
  return details;
}

/** A clock that is stopped for the rest of the test. */
export function standStill(now?: number): StandingClock {
  const clock = new StandingClock(now);
  cleanups.push(setTimeSource(clock));
  return clock;
}

/** Waits three frames: for layout, for observers, and for what they change. */
export async function frames(): Promise<void> {
  for (let n = 0; n < 3; n += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Waits for a condition, frame by frame. */
export async function until(reason: () => unknown, what: string): Promise<void> {
  await waitUntil(reason, what, { interval: 10, timeout: 5_000 });
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** The contrast of two colours as CSS knows them (WCAG 2.2). */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const channels = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
}
