import { unsafeCSS } from 'lit';
import type { CSSResult } from 'lit';

/** Each colour in light and in dark; tokens.css holds the same values under `--p2p-<name>-light` and `-dark`. */
export const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  surface: ['#ffffff', '#12151c'],
  'surface-2': ['#f5f6f8', '#191d26'],
  'surface-3': ['#eaecf0', '#232936'],
  border: ['#dfe3e8', '#2c3342'],
  text: ['#14181f', '#eef1f6'],
  'text-2': ['#566072', '#a3adbd'],
  accent: ['#4338ca', '#a5b4fc'],
  'on-accent': ['#ffffff', '#14181f'],
  'accent-soft': ['#eef0ff', '#262b4d'],
  ok: ['#0f7a4d', '#4ade9b'],
  'ok-soft': ['#e6f6ee', '#12352a'],
  warn: ['#8a5a00', '#f5c249'],
  'warn-soft': ['#fff4d9', '#3a2e10'],
  danger: ['#b42318', '#ff9a8f'],
  'danger-soft': ['#fdecea', '#45201d'],
  'bubble-mine': ['#4338ca', '#3730a3'],
  'on-bubble-mine': ['#ffffff', '#ffffff'],
  'bubble-theirs': ['#eff1f5', '#232936'],
};

/** Everything else; tokens.css holds the same values under `--p2p-<name>`. */
export const MEASURES: Readonly<Record<string, string>> = {
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  'font-size': 'max(0.9375rem, 15px)',
  'font-size-s': 'max(0.8125rem, 13px)',
  'font-size-xs': 'max(0.6875rem, 11px)',
  line: '1.4',
  'space-1': 'max(0.25rem, 4px)',
  'space-2': 'max(0.5rem, 8px)',
  'space-3': 'max(0.75rem, 12px)',
  'space-4': 'max(1rem, 16px)',
  'space-6': 'max(1.5rem, 24px)',
  radius: 'max(0.625rem, 10px)',
  'radius-l': 'max(1.125rem, 18px)',
  'radius-full': '999px',
  shadow: '0 1px 2px rgb(15 23 42 / 0.06), 0 8px 24px rgb(15 23 42 / 0.08)',
  motion: '160ms cubic-bezier(0.2, 0, 0, 1)',
};

/** The value of a token if the page sets none of its names. */
function fallbackOf(name: string): string | undefined {
  const [light, dark] = COLOURS[name] ?? [];
  return light === undefined
    ? MEASURES[name]
    : `light-dark(var(--p2p-${name}-light, ${light}), var(--p2p-${name}-dark, ${dark}))`;
}

/**
 * A style sheet of an element. A token is used as `var(--p2p-surface)` and resolves to the page's value, else the
 * page's light or dark value, else ours, so that elements work without tokens.css. Light or dark is chosen here, by
 * the colour scheme of the element: CSS tools (Lightning CSS, in Vite 8, Next and Nuxt) rewrite `light-dark()` in a
 * page's style sheets so that it no longer follows the scheme, and they do not process a sheet in JavaScript.
 */
export function css(sheet: TemplateStringsArray): CSSResult {
  const text = sheet.join('').replace(/var\(--p2p-([\w-]+)\)/g, (whole, name: string) => {
    const fallback = fallbackOf(name);
    return fallback === undefined ? whole : `var(--p2p-${name}, ${fallback})`;
  });
  return unsafeCSS(text);
}
