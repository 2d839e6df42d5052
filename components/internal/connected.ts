import type { PropertyDeclaration, PropertyDeclarations, PropertyValues } from 'lit';
import type { Cell, AccountId, RowSource } from '../../facts/index.ts';
import { connectRequests } from '../../stores/connect-requests.ts';
import type { Messenger } from '../../stores/api.ts';
import { consumeMessenger } from './context.ts';
import { P2pElement } from './element.ts';
import { FocusRule } from './focus.ts';
import type { RequestEventMap } from './events.ts';
import { isMessenger } from './expected.ts';
import { openInBrowser } from './service.ts';
import { hintLater } from './warn.ts';

/** The source of a property: a cell, or the part of one that is needed to follow it. */
export type Fill<Value> = Pick<Cell<Value>, 'subscribe'>;

/** The source of each property of `Shown`, by name; null or undefined for none. */
export type Fills<Shown = Record<string, unknown>> = {
  readonly [Name in keyof Shown]?: Fill<Shown[Name] | null | undefined> | null | undefined;
};

/**
 * An element that shows plain properties, and fills those that the page has not set from a messenger: its own, by
 * property, or that of the nearest `p2p-provider`.
 */
export abstract class FilledElement extends P2pElement {
  static override properties: PropertyDeclarations = { messenger: { attribute: false }, account: {} };

  /** The messenger to show. Absent: that of the nearest `p2p-provider`; without one, only properties are shown. */
  declare messenger: Messenger | null | undefined;
  /** The account. Absent: the one that the messenger shows. */
  declare account: AccountId | null | undefined;

  #provided: Messenger | null = null;
  readonly #subscriptions = new Map<string, () => void>();
  /** Properties that were filled from the messenger. */
  readonly #filled = new Set<string>();
  /** Properties that the page has set, to any value; they take precedence. */
  readonly #byPage = new Set<PropertyKey>();
  #isFilling = false;
  #inputs: readonly unknown[] = [];
  #followed: Messenger | null = null;
  #stopLink: (() => void) | undefined;
  /** Whether the messenger has not read storage yet: until then an empty list is not known to be empty. */
  #isUnread = false;

  constructor() {
    super();
    consumeMessenger(this, (messenger) => {
      this.#provided = messenger;
      this.requestUpdate();
    });
  }

  /** The messenger that was passed to this element; null if it uses that of the nearest provider. */
  protected get ownMessenger(): Messenger | null {
    return isMessenger(this.messenger) ? this.messenger! : null;
  }

  /** The messenger in force. */
  get connectedMessenger(): Messenger | null {
    return this.ownMessenger ?? this.#provided;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#provided = null;
    this.#release();
  }

  /** Whether an empty list property is known to be empty: the page or a messenger has set it, and storage was read. */
  protected isKnown(rows: unknown): boolean {
    const isKnown = rows != null && !this.#isUnread;
    if (rows == null && !this.connectedMessenger) hintLater(this);
    return isKnown;
  }

  override requestUpdate(
    name?: PropertyKey,
    oldValue?: unknown,
    options?: PropertyDeclaration,
    ...more: [useNewValue?: boolean, newValue?: unknown]
  ): void {
    super.requestUpdate(name, oldValue, options, ...more);
    // Without a name nothing was set; the first such call runs before the fields exist.
    if (name === undefined || this.#isFilling) return;
    // Null and undefined reset the property to the messenger's value.
    if ((this as Record<PropertyKey, unknown>)[name] == null) this.#byPage.delete(name);
    else this.#byPage.add(name);
  }

  /** The properties that are filled from the messenger, by name. Asked again when account or peer change. */
  protected abstract fills(messenger: Messenger, account: AccountId | null): Fills;

  /** Other values that the fills depend on. */
  protected fillInputs(): readonly unknown[] {
    return [];
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    // Runs after Lit has restored properties that were set before the element was defined, and before changed
    // properties are read, so that filled values belong to the same update.
    const should = super.shouldUpdate(changed);
    this.#fill();
    return should;
  }

  #fill(): void {
    if (!this.isConnected) return;
    const messenger = this.connectedMessenger;
    if (messenger !== this.#followed) {
      this.#release();
      if (messenger) openInBrowser(messenger);
    }
    this.#followed = messenger;
    // The link is idle until storage was read.
    this.#stopLink ??= messenger?.link?.subscribe(({ state }) => {
      if (this.#isUnread !== (state === 'idle')) this.requestUpdate();
      this.#isUnread = state === 'idle';
    });
    // The account is first, since the others depend on it.
    if (messenger) this.#follow('account', messenger.sessions.current);
    const inputs = [messenger, this.account ?? null, ...this.fillInputs()];
    if (!inputs.some((input, n) => input !== this.#inputs[n])) return;
    this.#inputs = inputs;
    this.#release('account');
    const fills = messenger ? this.fills(messenger, this.account ?? null) : {};
    // Values of an earlier messenger or conversation must not remain.
    for (const name of this.#filled)
      if (!fills[name] && !(messenger && name === 'account')) this.#set(name, undefined);
    for (const [name, cell] of Object.entries(fills)) if (cell) this.#follow(name, cell);
  }

  #follow(name: string, cell: Fill<unknown>): void {
    if (this.#subscriptions.has(name)) return;
    this.#subscriptions.set(
      name,
      cell.subscribe((value) => this.#set(name, value)),
    );
  }

  #set(name: string, value: unknown): void {
    if (this.#byPage.has(name)) return;
    this.#filled.add(name);
    this.#isFilling = true;
    try {
      (this as Record<string, unknown>)[name] = value;
    } finally {
      this.#isFilling = false;
    }
  }

  #release(except?: string): void {
    for (const [name, stop] of this.#subscriptions) {
      if (name === except) continue;
      stop();
      this.#subscriptions.delete(name);
    }
    if (except !== undefined) return;
    this.#inputs = [];
    this.#stopLink?.();
    this.#stopLink = undefined;
    this.#isUnread = false;
  }
}

const WHOSE: readonly string[] = ['account', 'peer'];

/** An event detail whose account and peer may be unknown. */
export type Known<Detail> = {
  readonly [Key in keyof Detail]: Key extends 'account' | 'peer'
    ? Detail[Key] | null | undefined
    : Detail[Key];
};

/** A filled element that dispatches requests; with its own messenger it also carries them out. */
export abstract class ConnectedElement extends FilledElement {
  #disconnect: (() => void) | undefined;
  #carriedOutBy: Messenger | null = null;

  constructor() {
    super();
    new FocusRule(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#disconnect?.();
    this.#disconnect = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.ownMessenger !== this.#carriedOutBy) this.#connect();
  }

  /**
   * Dispatches a request with the known ids: without a messenger the account or peer may be unknown here and known to
   * a listener. False when the page called `preventDefault()`.
   */
  protected request<Type extends keyof RequestEventMap>(
    type: Type,
    detail: Known<RequestEventMap[Type]['detail']>,
  ): boolean {
    const known = Object.entries(detail).filter(([key, value]) => value != null || !WHOSE.includes(key));
    return this.tell(type, Object.fromEntries(known), true);
  }

  /** Dispatches an event about the view. Not cancelable, since it has already happened. */
  protected tell(type: string, detail?: unknown, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
  }

  #connect(): void {
    this.#disconnect?.();
    this.#carriedOutBy = this.ownMessenger;
    this.#disconnect = this.#carriedOutBy ? connectRequests(this, this.#carriedOutBy) : undefined;
  }
}

/** A value derived from a cell. */
export function derived<From, To>(from: Cell<From>, derive: (value: From) => To): Fill<To> {
  return { subscribe: (run) => from.subscribe((value) => run(derive(value))) };
}

/** One row of a source. */
export function rowOf<Id extends string, Row>(source: RowSource<Id, Row>, id: Id): Fill<Row | undefined> {
  return {
    subscribe: (run) => {
      const tell = (): void => run(source.get(id));
      tell();
      return source.watch(id, tell);
    },
  };
}

/** A constant value. */
export function constant<Value>(value: Value): Fill<Value> {
  return {
    subscribe: (run) => {
      run(value);
      return () => undefined;
    },
  };
}
