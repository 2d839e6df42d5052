import type { SimulatedService, World } from './model.ts';
import type { FakeWebSocket, SimulatedSocket, WebSocketFactory } from './sockets.ts';

/** Not every platform has CloseEvent (older Node has not). */
class FakeCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  constructor(code: number, reason: string) {
    super('close');
    this.code = code;
    this.reason = reason;
    this.wasClean = code !== 1006;
  }
}

/** A `WebSocket` whose other end is the service, whatever the address says. */
export function webSocketFor(service: SimulatedService, world: World): WebSocketFactory {
  return class extends EventTarget implements FakeWebSocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;

    readonly url: string;
    readonly protocol = '';
    readonly extensions = '';
    readonly bufferedAmount = 0;
    binaryType: 'blob' | 'arraybuffer' = 'blob';
    onopen: ((event: Event) => unknown) | null = null;
    onmessage: ((event: MessageEvent<string>) => unknown) | null = null;
    onclose: ((event: CloseEvent) => unknown) | null = null;
    onerror: ((event: Event) => unknown) | null = null;
    #state = 0;
    readonly #socket: SimulatedSocket;

    constructor(url: string | URL) {
      super();
      this.url = String(url);
      this.#socket = service.connect({
        open: () => {
          if (this.#state !== 0) return;
          this.#state = 1;
          this.#emit(new Event('open'), this.onopen);
        },
        message: (text) => {
          if (this.#state === 1) this.#emit(new MessageEvent('message', { data: text }), this.onmessage);
        },
        close: (code, reason) => {
          if (this.#state === 3) return;
          const failed = this.#state === 0 || code === 1006;
          this.#state = 3;
          if (failed) this.#emit(new Event('error'), this.onerror);
          this.#emit(new FakeCloseEvent(code, reason), this.onclose);
        },
      });
    }

    get readyState(): number {
      return this.#state;
    }

    send(data: string | ArrayBufferLike | ArrayBufferView): void {
      if (this.#state === 0) throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
      if (this.#state !== 1) return;
      if (typeof data === 'string') this.#socket.send(data);
      else if (ArrayBuffer.isView(data)) {
        this.#socket.send(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      } else this.#socket.send(new Uint8Array(data));
    }

    close(code?: number, reason?: string): void {
      if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) {
        throw new DOMException(`The close code ${code} is reserved.`, 'InvalidAccessError');
      }
      if (this.#state >= 2) return;
      this.#state = 2;
      this.#socket.close(code ?? 1005, reason);
    }

    #emit<E extends Event>(event: E, handler: ((event: E) => unknown) | null): void {
      // A handler that throws must not stop the simulation; a real socket reports the error and continues.
      try {
        handler?.call(this, event);
      } catch (error) {
        world.clock.setTimeout(() => {
          throw error;
        }, 0);
      }
      this.dispatchEvent(event);
    }
  };
}
