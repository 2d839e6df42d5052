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

/**
 * Writes down at each animation frame from now on how many people wait for an answer: what the pending badge says, where
 * there is one, and what the chip of the account says. Null where neither says anything.
 */
export async function recordBadge({ page }: App): Promise<void> {
  await page.evaluate(() => {
    globalThis.samples = [];
    const find = (root: ParentNode, selector: string): string[] =>
      [...root.querySelectorAll('*')].flatMap((element) => [
        ...(element.matches(selector) ? [element.textContent.trim()] : []),
        ...(element.shadowRoot ? find(element.shadowRoot, selector) : []),
      ]);
    const sample = (): void => {
      const at = performance.timeOrigin + performance.now();
      const drawn = find(document, '[part~="badge"], [part~="count"]');
      globalThis.samples.push({ at, drawn: drawn.length > 0 ? drawn.join(' and ') : null });
      requestAnimationFrame(sample);
    };
    requestAnimationFrame(sample);
  });
}

/** What was drawn, in turn. */
export const drawnInTurn = ({ page }: App): Promise<(string | null)[]> =>
  page.evaluate(() => samples.map(({ drawn }) => drawn).filter((drawn, n, all) => drawn !== all[n - 1]));

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
