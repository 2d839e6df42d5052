import { onLocaleChanged, shownLanguage, wordsIn } from '../../locale/registry.ts';
import type { Words } from '../../locale/registry.ts';
import { isolating } from './isolate.ts';
import { usableLanguage } from './time.ts';

/** The words in the language that is shown, and which one that is: for dates, times and numbers. */
export type ShownWords = Words & { readonly language: string };

const shown = new Map<string, { readonly words: Words; readonly isolating: ShownWords }>();

/** The words in a language, with every name that is put into one isolated. */
export function shownWords(language: string): ShownWords {
  const words = wordsIn(language);
  let known = shown.get(language);
  if (known?.words !== words)
    shown.set(language, (known = { words, isolating: { ...isolating(words), language } }));
  return known.isolating;
}

/**
 * The language that is shown in an element: that of the nearest `lang` around it, also outside of the shadow root that
 * it stands in, as far as it was added. A page that only says "en" leaves it to the reader's own kind of English.
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

/** An element that is drawn again when its words become others. */
interface Follower {
  language: string;
  readonly changed: () => void;
}

const followers = new Map<Element, Follower>();
const LANG: MutationObserverInit = { attributes: true, attributeFilter: ['lang'], subtree: true };
/** One for all elements. It watches the document, and the shadow roots in which elements stand. */
let observer: MutationObserver | undefined;
let observed = new WeakSet<Node>();
let stopLocales: (() => void) | undefined;

/** The language of an element that is connected, without a look at what is around it. */
export function followedLanguage(element: Element): string {
  return followers.get(element)?.language ?? languageOf(element);
}

/** Calls back after every change of the words of an element; returns the unsubscriber. */
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
