const said = new Set<string>();

/**
 * Warns once about wrong data from the page. `code` distinguishes one warning from another. The value itself is only
 * described by its type, since it may be somebody's text.
 */
export function warn(tag: string, code: string, text: string): void {
  const key = `${tag} ${code}`;
  if (said.has(key)) return;
  said.add(key);
  console.warn(`[p2p] <${tag}>: ${text} (${code})`);
}

/**
 * Warns if a property that has changed is set and is not what it should be. `isRight` looks at the value, `expected`
 * says what it should be.
 */
export function warnUnless(
  host: HTMLElement,
  changed: ReadonlyMap<PropertyKey, unknown>,
  name: string,
  isRight: (value: never) => unknown,
  expected: string,
): void {
  const value = (host as unknown as Record<string, unknown>)[name];
  if (changed.has(name) && value != null && !isRight(value as never))
    warn(host.localName, name, `expected ${name} to be ${expected}, got ${describe(value)}`);
}

/** Describes a value for a warning: its type and, for short plain values, the value. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return value.length <= 20 ? JSON.stringify(value) : 'a text';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'an object' : typeof value;
}

/** Whether a value is an array of objects, of whatever kind. */
export function areObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
}

/** How long a page may take to set data or a messenger before it gets the hint, in milliseconds. */
const PATIENCE_MS = 3_000;
const hinted = new Set<string>();

/** Tells the developer once that an element has nothing to show, after a while: many pages load their messenger late. */
export function hintLater(host: HTMLElement & { readonly connectedMessenger: unknown }): void {
  const tag = host.localName;
  if (hinted.has(tag)) return;
  hinted.add(tag);
  const weak = new WeakRef(host);
  setTimeout(() => {
    const element = weak.deref();
    // Allows another element of this kind to give the hint.
    if (!element?.isConnected || element.connectedMessenger || !element.shadowRoot?.querySelector('.unknown'))
      hinted.delete(tag);
    else console.info(`[p2p] <${tag}>: no data and no messenger is set, so there is nothing to show`);
  }, PATIENCE_MS);
}
