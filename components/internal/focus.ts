import type { ReactiveController, ReactiveElement } from 'lit';

/*
 * Moves the focus when the focused control disappears: one rule for every element, so that the focus never falls back
 * to the page's body, where keys do nothing and a screen reader starts at the top.
 *
 * A control that was moved in the document gets the focus back. Otherwise it goes, in this order, to: the row of the
 * control; the row in the place of a removed one; the heading, the first field or the first control of the nearest
 * container in the same element; whatever had the focus before, including controls of the page; the same again around
 * the element.
 */

/** A row of a virtual list, or of the accounts. */
const ROW = '[data-index]';
/** Where to start in something that has opened; a heading is focusable only by `tabindex="-1"`. */
const BEGINNINGS = [
  ':is(h1, h2, h3)[tabindex]',
  'input, textarea, select',
  'button, a[href], [tabindex="0"]',
];
/** What can be pressed inside a row. */
const IN_ROW = 'a[href], button, summary';
/** How many previously focused controls are remembered. */
const REMEMBERED = 6;

/** The focused control. */
interface Holder {
  readonly element: HTMLElement;
  /** Its ancestors, from the inside out, up to our outermost element. */
  readonly path: readonly Node[];
  /** Our elements among them. */
  readonly hosts: readonly ReactiveElement[];
  /** Its row, and the index of that in the list at the last check. */
  readonly row: HTMLElement | undefined;
  place: number;
}

/** Our elements that apply the rule. */
const ruled = new WeakSet<Node>();
let holder: Holder | null = null;
/** Previously focused controls, the newest last. */
let former: readonly HTMLElement[] = [];
/** The number of focus moves under way; until they are done, no other move starts. */
let moves = 0;

/** The element that has the focus, also inside shadow roots; null where the page itself has it. */
export function focused(page: Document = document): HTMLElement | null {
  let element = page.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return !element || element === page.body || element === page.documentElement
    ? null
    : (element as HTMLElement);
}

/** Focuses the first of these that accepts the focus; returns whether one did. */
export function focusFirst(candidates: Iterable<HTMLElement | null | undefined>): boolean {
  for (const candidate of candidates) {
    if (!candidate || !canHold(candidate)) continue;
    candidate.focus({ preventScroll: candidate.matches(ROW) });
    if (focused(candidate.ownerDocument) === candidate) return true;
  }
  return false;
}

/** Focuses the heading, the first field or the first control in a container. */
export function focusInto(within: ParentNode | null | undefined): boolean {
  return within ? BEGINNINGS.some((selector) => focusFirst(inside(within, selector))) : false;
}

/** Moves the focus after the pending updates of the element and of those inside it; until then no other move starts. */
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

/** Applies the rule to one element. */
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
    // Listens on every root around it.
    if (before?.element === element) return;
    if (before) remember(before.element);
    // A control of the page, which is not observed otherwise.
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

/** Remembers the focused control as a fallback. */
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

/** Matching elements, also in shadow roots, in document order. */
function* inside(within: ParentNode, selector: string): Generator<HTMLElement> {
  for (const element of within.querySelectorAll<HTMLElement>('*')) {
    if (element.matches(selector)) yield element;
    if (element.shadowRoot) yield* inside(element.shadowRoot, selector);
  }
}

/** In a list, only the controls of the tab stop's row can be reached by Tab. */
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
  // The browser may be moving the focus away from something that is hidden or removed; or somebody clicked on an
  // empty area, which is left as it is.
  requestAnimationFrame(() => {
    if (!holder || focused(holder.element.ownerDocument)) return;
    if (canHold(holder.element)) holder = null;
    else keepFocus();
  });
}

/** If the focused control is gone or no longer focusable, applies the rule. */
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
  // If rows are about to move, the former index of the row counts.
  const drawing = gone.hosts.find(({ isUpdatePending }) => isUpdatePending);
  if (drawing) return void drawing.updateComplete.then(keepFocus);
  // If nothing is focusable now, the next update may contain something: a new form is still empty.
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
    // Rows were tried already, so skip other controls in them.
    if (row?.contains(one)) continue;
    if (focusInto(one)) return true;
    if (one instanceof ShadowRoot && focusFirst([...former].reverse())) return true;
  }
  return false;
}
