/**
 * The part of a `WebSocket` that a link to a service uses: text in, text out. The browser's own has this shape, and so
 * has one that a simulated service hands out.
 *
 * Handlers are set, not added: there is one owner. `onopen` comes once, before any message; `onmessage` gets an event
 * whose `data` is the text of a frame; `onclose` comes last and once, also when it never opened; `onerror` says nothing
 * that `onclose` does not say.
 */
export interface WebSocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  /** Hands a text over; that it arrives is not said. Throws before it is open; once it is closing, the text is lost. */
  send(data: string): void;
  /** Closes it, also before it is open; what was handed over still leaves. `code` is 1000, or 3000 to 4999. */
  close(code?: number, reason?: string): void;
}
