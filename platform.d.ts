/**
 * What facts/, protocol/, ports/ and stores/ may use of the platform, and nothing else: every current browser,
 * worker and Node has it. Read by tsconfig.core.json only, in place of the DOM library.
 */
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: ArrayBufferView | ArrayBuffer): string;
}
declare const crypto: {
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
};
declare class Event {
  constructor(type: string, init?: { bubbles?: boolean; cancelable?: boolean; composed?: boolean });
  readonly type: string;
  readonly defaultPrevented: boolean;
  readonly target: EventTarget | null;
  preventDefault(): void;
}
declare class CustomEvent<Detail = unknown> extends Event {
  constructor(
    type: string,
    init?: { bubbles?: boolean; cancelable?: boolean; composed?: boolean; detail?: Detail },
  );
  readonly detail: Detail;
}
declare class EventTarget {
  addEventListener(type: string, listener: (event: Event) => void, options?: EventListenerOptions): void;
  removeEventListener(type: string, listener: (event: Event) => void, options?: EventListenerOptions): void;
  dispatchEvent(event: Event): boolean;
}
interface EventListenerOptions {
  once?: boolean;
  passive?: boolean;
  capture?: boolean;
  signal?: AbortSignal;
}
declare class AbortSignal extends EventTarget {
  readonly aborted: boolean;
  readonly reason: unknown;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare function structuredClone<T>(value: T): T;
declare function queueMicrotask(run: () => void): void;
declare const console: {
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};
declare class URL {
  static canParse(url: string): boolean;
}
