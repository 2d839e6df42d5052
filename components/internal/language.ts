import { onLocaleChanged, shownLanguage, wordsIn } from '../../locale/registry.ts';
import type { Words } from '../../locale/registry.ts';
import { isolating } from './isolate.ts';
import { usableLanguage } from './time.ts';

/** The texts in the language that is shown, and its tag for dates, times and numbers. */
export type ShownWords = Words & { readonly language: string };

const shown = new Map<string, { readonly words: Words; readonly isolating: ShownWords }>();

/** The texts of a language, with every inserted name isolated. */
export function shownWords(language: string): ShownWords {
  const words = wordsIn(language);
  let known = shown.get(language);
  if (known?.words !== words)
    shown.set(language, (known = { words, isolating: { ...isolating(words), language } }));
  return known.isolating;
}

/**
 * The language of an element: that of the nearest `lang`, also outside of its shadow root, if it was added. For a
 * plain "en" the browser's variety of English is used.
 */
export function languageOf(element: Element): string {
  const language = shownLanguage(usableLanguage(nearestLanguage(element)) ?? null);
  const own = usableLanguage(navigator.language);
  return own?.split('-')[0] === language ? own : language;
}

function nearestLanguage(element: Element): string | null {
  const near = element.closest('[lang]');
  if (near) return near.getAttribute('lang');
  const root = element.getRootNode();
  return 'host' in root
    ? nearestLanguage((root as ShadowRoot).host)
    : element.ownerDocument.documentElement.lang;
}

/** An element that renders again when its texts change. */
interface Follower {
  language: string;
  readonly changed: () => void;
}

const followers = new Map<Element, Follower>();
const LANG: MutationObserverInit = { attributes: true, attributeFilter: ['lang'], subtree: true };
/** One observer for all elements. It watches the document and the shadow roots that contain elements. */
let observer: MutationObserver | undefined;
let observed = new WeakSet<Node>();
let stopLocales: (() => void) | undefined;

/** The cached language of a connected element. */
export function followedLanguage(element: Element): string {
  return followers.get(element)?.language ?? languageOf(element);
}

/** Calls back after every change of the texts of an element; returns the unsubscriber. */
export function followLanguage(element: Element, changed: () => void): () => void {
  stopLocales ??= onLocaleChanged(() => look(true));
  followers.set(element, { language: languageOf(element), changed });
  observe(element);
  return () => {
    followers.delete(element);
    if (followers.size > 0) return;
    stopLocales?.();
    stopLocales = undefined;
    observer?.disconnect();
    observed = new WeakSet();
  };
}

function observe(element: Element): void {
  observer ??= new MutationObserver(() => look(false));
  for (let at = element; ;) {
    const root = at.getRootNode();
    if (!observed.has(root)) observer.observe(root, LANG);
    observed.add(root);
    if (!('host' in root)) return;
    at = (root as ShadowRoot).host;
  }
}

function look(areWordsChanged: boolean): void {
  for (const [element, follower] of [...followers]) {
    const language = languageOf(element);
    if (language === follower.language && !areWordsChanged) continue;
    follower.language = language;
    follower.changed();
  }
}
