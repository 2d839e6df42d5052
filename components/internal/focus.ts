import type { ReactiveController, ReactiveElement } from 'lit';

/*
 * Who has the focus, and who gets it when its holder goes: one rule for every element, so that the focus is never
 * left on the page's body, where the next key would do nothing and a screen reader would begin at the top.
 *
 * A holder that was moved in the document gets it back. Else it goes, in this order, to: the row in which the holder
 * stood; the row that took the place of one that is gone; the heading, the first field or the first control of the
 * nearest thing around it, inside the same element; what had the focus before, the page's own controls among it; the
 * same again around the element.
 */

/** A row of a list that is drawn in part, or of the accounts. */
const ROW = '[data-index]';
/** Where a reader begins in what has opened; a heading takes the focus only by `tabindex="-1"`. */
const BEGINNINGS = [
  ':is(h1, h2, h3)[tabindex]',
  'input, textarea, select',
  'button, a[href], [tabindex="0"]',
];
/** What can be pressed inside a row. */
const IN_ROW = 'a[href], button, summary';
/** How many former holders are remembered. */
const REMEMBERED = 6;

/** Who has the focus. */
interface Holder {
  readonly element: HTMLElement;
  /** Everything around it, from the inside out, up to the outermost element of ours: further out it is the page's. */
  readonly path: readonly Node[];
  /** The elements of ours among them. */
  readonly hosts: readonly ReactiveElement[];
  /** The row in which it stands, and its place in the list when that was last looked at. */
  readonly row: HTMLElement | undefined;
  place: number;
}

/** The elements of ours that keep the rule. */
const ruled = new WeakSet<Node>();
let holder: Holder | null = null;
/** Who had the focus before, the newest last. */
let former: readonly HTMLElement[] = [];
/** How many moves of the focus are under way: until they are done, nobody else moves it. */
let moves = 0;

/** The element that has the focus, also inside shadow roots; null where the page itself has it. */
export function focused(page: Document = document): HTMLElement | null {
  let element = page.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return !element || element === page.body || element === page.documentElement
    ? null
    : (element as HTMLElement);
}

/** Gives the focus to the first of these that takes it; says whether one did. */
export function focusFirst(candidates: Iterable<HTMLElement | null | undefined>): boolean {
  for (const candidate of candidates) {
    if (!candidate || !canHold(candidate)) continue;
    candidate.focus({ preventScroll: candidate.matches(ROW) });
    if (focused(candidate.ownerDocument) === candidate) return true;
  }
  return false;
}

/** Gives the focus to where a reader begins in there: its heading, its first field, or its first control. */
export function focusInto(within: ParentNode | null | undefined): boolean {
  return within ? BEGINNINGS.some((selector) => focusFirst(inside(within, selector))) : false;
}

/**
 * Moves the focus once the element has drawn what it is about to draw, and what that has brought along; until then
 * nobody else moves it.
 */
export async function moveFocus(host: ReactiveElement, move: () => unknown): Promise<void> {
  moves += 1;
  try {
    await host.updateComplete;
    for (const child of inside(host.renderRoot, '*'))
      await (child as Partial<ReactiveElement>).updateComplete;
    move();
  } finally {
    moves -= 1;
  }
  keepFocus();
}

/** The rule, for one element. */
export class FocusRule implements ReactiveController {
  readonly #host: ReactiveElement;
  #observer: MutationObserver | undefined;

  constructor(host: ReactiveElement) {
    this.#host = host;
    ruled.add(host);
    host.addController(this);
  }

  hostConnected(): void {
    const root = this.#host.renderRoot;
    root.addEventListener('focusin', this.#onFocus);
    root.addEventListener('focusout', onBlur);
    this.#observer ??= new MutationObserver((records) => {
      oneStop(root);
      // Moved in the document: that takes the focus along.
      const isMoved = records.some(({ removedNodes }) =>
        [...removedNodes].some((one) => holder?.path.includes(one)),
      );
      if (isMoved && !focused(root.ownerDocument ?? undefined)) focusFirst([holder?.element]);
      keepFocus();
    });
    this.#observer.observe(root, {
      childList: true,
      subtree: true,
      attributeFilter: ['data-index', 'disabled', 'hidden', 'tabindex'],
    });
  }

  hostDisconnected(): void {
    const root = this.#host.renderRoot;
    root.removeEventListener('focusin', this.#onFocus);
    root.removeEventListener('focusout', onBlur);
    this.#observer?.disconnect();
  }

  readonly #onFocus = (event: Event): void => {
    const element = event.composedPath()[0] as HTMLElement;
    const before = holder;
    // Heard at every root around it.
    if (before?.element === element) return;
    if (before) remember(before.element);
    // A control of the page, of which nothing else is heard.
    const { relatedTarget } = event as FocusEvent;
    if (relatedTarget instanceof HTMLElement && !around(relatedTarget).some((one) => ruled.has(one)))
      remember(relatedTarget);
    const all = around(element);
    const hosts = all.filter((one): one is ReactiveElement => ruled.has(one));
    const path = all.slice(0, all.indexOf(hosts.at(-1)!) + 1);
    const row = path.find((one): one is HTMLElement => one instanceof HTMLElement && one.matches(ROW));
    holder = { element, path, hosts, row, place: placeOf(row) };
  };
}

/** Keeps who had the focus, for when there is nobody nearer. */
function remember(element: HTMLElement): void {
  former = [...former.filter((one) => one !== element), element].slice(-REMEMBERED);
}

/** The node and everything around it, from the inside out, also beyond shadow roots. */
function around(node: Node): Node[] {
  const all: Node[] = [];
  for (let one: Node | null = node; one; one = one.parentNode ?? (one as Partial<ShadowRoot>).host ?? null)
    all.push(one);
  return all;
}

/** Whether it is on screen and may have the focus. */
function canHold(element: HTMLElement): boolean {
  return (
    element.isConnected &&
    !element.matches(':disabled') &&
    element.checkVisibility({ visibilityProperty: true })
  );
}

/** What matches in there, shadow roots included, in the order of the page. */
function* inside(within: ParentNode, selector: string): Generator<HTMLElement> {
  for (const element of within.querySelectorAll<HTMLElement>('*')) {
    if (element.matches(selector)) yield element;
    if (element.shadowRoot) yield* inside(element.shadowRoot, selector);
  }
}

/** In a list of rows only the row that is the stop for Tab lets Tab into itself. */
function oneStop(root: ParentNode): void {
  for (const row of root.querySelectorAll<HTMLElement>(`${ROW}[tabindex]`)) {
    const isStop = row.tabIndex === 0;
    for (const control of row.querySelectorAll<HTMLElement>(IN_ROW))
      if (control.hasAttribute('tabindex') === isStop) {
        if (isStop) control.removeAttribute('tabindex');
        else control.tabIndex = -1;
      }
  }
}

function onBlur(): void {
  // The browser may be taking the focus from something that is being hidden or removed; or somebody pressed on nothing,
  // which is what they wanted.
  requestAnimationFrame(() => {
    if (!holder || focused(holder.element.ownerDocument)) return;
    if (canHold(holder.element)) holder = null;
    else keepFocus();
  });
}

/** If the holder is gone, or cannot hold the focus any more, it goes where the rule says. */
function keepFocus(): void {
  if (!holder || moves > 0) return;
  const { element, row } = holder;
  const now = focused(element.ownerDocument);
  if (now && now !== element) return;
  if (canHold(element)) {
    holder.place = placeOf(row);
    return;
  }
  const gone = holder;
  // Where the rows are about to change places, the place counts that the row had.
  const drawing = gone.hosts.find(({ isUpdatePending }) => isUpdatePending);
  if (drawing) return void drawing.updateComplete.then(keepFocus);
  // Where nobody takes it, whatever is drawn next may: a form that has only just come holds nothing yet.
  if (!giveOn(gone) && !gone.path.some(({ isConnected }) => isConnected)) holder = null;
}

function placeOf(row: HTMLElement | undefined): number {
  return Number(row?.dataset['index']);
}

function giveOn({ path, row, place }: Holder): boolean {
  const left = path.filter(({ isConnected }) => isConnected) as (HTMLElement | ShadowRoot)[];
  if (row) {
    const list = left.find((one) => one instanceof HTMLElement && one.querySelector(`:scope > ${ROW}`));
    const rows = [...(list?.querySelectorAll<HTMLElement>(`:scope > ${ROW}`) ?? [])];
    const far = (one: HTMLElement): number => Math.abs(placeOf(one) - place);
    rows.sort((a, b) => far(a) - far(b));
    if (focusFirst(rows.flatMap((one) => [one, ...inside(one, '[tabindex="0"]')]))) return true;
  }
  for (const one of left) {
    // The rows were looked at: what else they hold is not what was meant.
    if (row?.contains(one)) continue;
    if (focusInto(one)) return true;
    if (one instanceof ShadowRoot && focusFirst([...former].reverse())) return true;
  }
  return false;
}
