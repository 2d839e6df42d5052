/** The unread counts by their source: several elements of one messenger count once. */
const told = new Map<object, { readonly source: object; readonly unread: number }>();
/** The page's own title. */
let own = '';
/** The title as it was written here last; null while nothing is written. */
let written: string | null = null;
let prefix = '';
let observer: MutationObserver | null = null;

/** Sets the unread count of a source; null removes it. */
export function tellUnread(by: object, source: object, unread: number | null): void {
  if (unread === null) told.delete(by);
  else told.set(by, { source, unread });
  draw();
}

function total(): number {
  const counts = new Map<object, number>();
  for (const { source, unread } of told.values())
    counts.set(source, Math.max(unread, counts.get(source) ?? 0));
  return [...counts.values()].reduce((sum, unread) => sum + unread, 0);
}

function draw(): void {
  if (!observer) {
    if (told.size === 0) return;
    own = document.title;
    observer = new MutationObserver(follow);
    // The element may be replaced as a whole.
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
  }
  adopt();
  const unread = total();
  prefix = unread > 0 ? `(${unread}) ` : '';
  if (document.title !== prefix + own) document.title = prefix + own;
  written = document.title;
  badge(told.size > 0 ? unread : 0);
  if (told.size > 0) return;
  observer.disconnect();
  observer = null;
  written = null;
}

/** The page has set another title, perhaps by adding to ours. */
function adopt(): void {
  const { title } = document;
  if (written === null || title === written) return;
  own = prefix && title.startsWith(prefix) ? title.slice(prefix.length) : title;
}

function follow(): void {
  if (document.title !== written) draw();
}

let badged: number | null = null;

/** The badge on the page's icon, if the browser supports it; failures are ignored. */
function badge(unread: number): void {
  if (unread === badged) return;
  badged = unread;
  try {
    const set = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
    set?.catch(() => undefined);
  } catch {
    // Some browsers throw where others reject.
  }
}
