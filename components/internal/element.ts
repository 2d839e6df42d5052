import { LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { sheetsIn } from './sheets.ts';
import { dropWrong } from './expected.ts';
import { followedLanguage, followLanguage, shownWords } from './language.ts';
import type { ShownWords } from './language.ts';
import { warn } from './warn.ts';

/**
 * The base of every element: it renders again when its texts change, knows its language, keeps properties that were
 * set before the element was defined, and warns once about an invalid value.
 */
export abstract class P2pElement extends LitElement {
  /** Also those of property-only inputs, to warn a page that sets them as attributes. */
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...onlyProperties(this).keys()];
  }

  #stopLanguage: (() => void) | undefined;
  /** Values set before the element was defined, of properties that Lit does not know. */
  #early: Map<string, unknown> | null;

  constructor() {
    super();
    this.#early = takeEarly(this);
  }

  override connectedCallback(): void {
    // Not in the constructor, since those of subclasses have not run yet.
    const early = this.#early;
    this.#early = null;
    for (const [name, value] of early ?? []) Reflect.set(this, name, value);
    super.connectedCallback();
    this.#stopLanguage = followLanguage(this, () => this.requestUpdate());
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopLanguage?.();
  }

  /** Moved into another document: an iframe, a picture-in-picture window. */
  adoptedCallback(): void {
    if (this.renderRoot instanceof ShadowRoot) this.#adoptStyles(this.renderRoot);
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const { shadowRootOptions } = this.constructor as typeof P2pElement;
    const root = this.shadowRoot ?? this.attachShadow(shadowRootOptions);
    this.#adoptStyles(root);
    this.renderOptions.renderBefore ??= root.firstChild;
    return root;
  }

  #adoptStyles(root: ShadowRoot): void {
    const { elementStyles } = this.constructor as typeof P2pElement;
    root.adoptedStyleSheets = sheetsIn(this.ownerDocument, elementStyles);
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (value === null) return;
    const property = onlyProperties(this.constructor as typeof P2pElement).get(name);
    if (property)
      warn(
        this.localName,
        `${property} attribute`,
        `${property} is not an attribute: set the property of the element in script`,
      );
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    dropWrong(this, changed);
    return super.shouldUpdate(changed);
  }

  /** The texts of the element, in its language; `t.language` is for dates, times and numbers. */
  protected get t(): ShownWords {
    return shownWords(followedLanguage(this));
  }
}

/** The properties of a class that have no attribute, by the name that their attribute would have. */
function onlyProperties(type: typeof P2pElement): ReadonlyMap<string, string> {
  let found = known.get(type);
  if (!found) {
    const names = [...type.elementProperties].filter(
      ([, { attribute, state }]) => attribute === false && !state,
    );
    known.set(type, (found = new Map(names.map(([name]) => [String(name).toLowerCase(), String(name)]))));
  }
  return found;
}
const known = new WeakMap<typeof P2pElement, ReadonlyMap<string, string>>();

/**
 * Removes own properties that the page set before the element was defined and that hide an accessor of the class. Lit
 * does the same for its reactive properties and restores them in the first update.
 */
function takeEarly(element: P2pElement): Map<string, unknown> | null {
  let early: Map<string, unknown> | null = null;
  for (const name of Object.getOwnPropertyNames(element)) {
    for (
      let type = Object.getPrototypeOf(element) as object;
      type !== P2pElement.prototype;
      type = Object.getPrototypeOf(type) as object
    ) {
      const accessor = Object.getOwnPropertyDescriptor(type, name);
      if (!accessor) continue;
      const value: unknown = Reflect.get(element, name);
      if (!Reflect.deleteProperty(element, name)) break;
      if (accessor.set) (early ??= new Map()).set(name, value);
      break;
    }
  }
  return early;
}
