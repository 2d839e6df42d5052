import type { App } from '../journeys/app.ts';

/** What was on screen, and when. */
interface Sample {
  /** Milliseconds since the epoch, by the page's own monotonic clock: the same for all pages of a machine. */
  readonly at: number;
  readonly drawn: string | null;
}

declare global {
  /** In the page: what has been drawn at each animation frame. */
  var samples: Sample[];
  /** In the page: every status that was ever drawn in the thread. */
  var statuses: Set<string>;
  /** In the page: which of some words were ever drawn. */
  var seenWords: Set<string>;
}

/** Writes down at each animation frame from now on what the pending badge shows; null where there is none. */
export async function recordBadge({ page }: App): Promise<void> {
  await page.evaluate(() => {
    globalThis.samples = [];
    const find = (root: ParentNode): Element | undefined => {
      for (const element of root.querySelectorAll('*')) {
        const found = element.matches('p2p-pending-badge') ? element : null;
        const inside = found ?? (element.shadowRoot && find(element.shadowRoot));
        if (inside) return inside;
      }
      return undefined;
    };
    const sample = (): void => {
      const at = performance.timeOrigin + performance.now();
      const badge = find(document)?.shadowRoot?.querySelector('[part~="badge"]');
      globalThis.samples.push({ at, drawn: badge?.textContent?.trim() ?? null });
      requestAnimationFrame(sample);
    };
    requestAnimationFrame(sample);
  });
}

/** How many frames a page drew with the badge after the moment at which another one drew its first without. */
export async function framesBehind(app: App, other: App): Promise<number> {
  const [own, theirs] = await Promise.all([app, other].map(({ page }) => page.evaluate(() => samples)));
  const gone = theirs!.find(({ drawn }) => drawn === null)?.at;
  if (gone === undefined) throw new Error('The badge of the other tab is still there.');
  if (!own!.some(({ drawn }) => drawn === null)) throw new Error('The badge of this tab is still there.');
  return own!.filter(({ at, drawn }) => at > gone && drawn !== null).length;
}

/**
 * Runs in the page before anything else: keeps every status that the thread ever shows, and which of `?watch=` words
 * was ever drawn. A MutationObserver does not see into shadow roots, so each is watched as it comes into being.
 */
export function recordScreen(): void {
  globalThis.statuses = new Set();
  globalThis.seenWords = new Set();
  const words = ['for Mona only', 'for Noor only'];
  const observer = new MutationObserver(() => {
    if (!document.body) return;
    for (const { status } of globalThis.drawnThread()) if (status !== null) statuses.add(status);
    const text = globalThis.drawnText();
    for (const word of words) if (text.includes(word)) seenWords.add(word);
  });
  const watched = { subtree: true, childList: true, characterData: true, attributes: true };
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    observer.observe(root, watched);
    return root;
  };
  observer.observe(document, watched);
}
