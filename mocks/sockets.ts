import type { ResponseBodies } from './wire.ts';

/** What the page's end of a socket is told. */
export interface SocketHandlers {
  /** The socket is open; the greeting follows. */
  open?(): void;
  message(text: string): void;
  /** Once; `code` as a browser reports it: 1006 without a close frame. */
  close(code: number, reason: string): void;
}

/** The page's end of a socket. */
export interface SimulatedSocket {
  /** The service's id of this connection; it stands in the greeting. */
  readonly id: string;
  readonly open: boolean;
  /** Text, or bytes that are UTF-8. */
  send(data: string | Uint8Array): void;
  /** Closes it with a close frame. */
  close(code?: number, reason?: string): void;
  /** Closes it without a close frame: both ends see 1006. */
  terminate(): void;
  /** The service's end closes, with any code. */
  cut(code: number, reason?: string): void;
  /** From now on nothing passes, and neither end notices. */
  freeze(): void;
}

/** The service's end of a socket. */
export interface ServiceSocket {
  readonly id: string;
  readonly socket: SimulatedSocket;
  deliver<K extends keyof ResponseBodies>(variant: K, body: ResponseBodies[K]): void;
  cut(code: number, reason?: string): void;
}

/** A constructor like the platform's `WebSocket`, as far as clients use it. */
export type WebSocketFactory = new (url: string | URL, protocols?: string | string[]) => FakeWebSocket;

/** The part of `WebSocket` that a client needs. */
export interface FakeWebSocket extends EventTarget {
  readonly url: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol: string;
  readonly extensions: string;
  binaryType: 'blob' | 'arraybuffer';
  onopen: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent<string>) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  onerror: ((event: Event) => unknown) | null;
  send(data: string | ArrayBufferLike | ArrayBufferView): void;
  close(code?: number, reason?: string): void;
}
