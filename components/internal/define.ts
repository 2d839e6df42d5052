/**
 * Registers an element unless its name is taken: two copies of the package on one page, or one loaded twice, must
 * not throw. The first one wins. Does nothing where there is no registry (Node).
 */
export function define(tag: string, element: CustomElementConstructor): void {
  if (typeof customElements === 'undefined' || customElements.get(tag)) return;
  customElements.define(tag, element);
}
