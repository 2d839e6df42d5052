import * as ws from 'ws';
import type { RawData, WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../ports/clock.ts';
import type { SimulatedService } from './model.ts';
import { MAX_FRAME_BYTES } from '../protocol/helpers.ts';

/** A simulated service behind a real port. */
export interface ServedService {
  /** `ws://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Closes the port and every socket. */
  close(): Promise<void>;
}

/** Options of `serve`. */
export interface ServeOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default `127.0.0.1`, as the real service: whoever can open a socket can act for every account. */
  readonly host?: string;
}

/** The real clock, for simulations that are served to real pages. */
export const realClock: Clock = {
  /* eslint-disable no-restricted-globals -- here real sockets meet real time */
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (run, delay) => setTimeout(run, delay),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  /* eslint-enable no-restricted-globals */
};

/**
 * Serves a simulated service over real WebSockets. While the service does not run, connections are refused after
 * the handshake, with 1006.
 * @throws Error when the port is taken.
 */
export async function serve(service: SimulatedService, options: ServeOptions = {}): Promise<ServedService> {
  const host = options.host ?? '127.0.0.1';
  // ws 7 has it under another name, and in its default export only.
  const {
    WebSocketServer: Server = (ws.default as unknown as { readonly Server: typeof WebSocketServer }).Server,
  } = ws as { readonly WebSocketServer?: typeof WebSocketServer };
  const server = new Server({
    port: options.port ?? 0,
    host,
    // The simulator itself limits the size, so that its log and rules also apply to real sockets.
    maxPayload: MAX_FRAME_BYTES * 4,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  server.on('connection', (page: WebSocket) => {
    const socket = service.connect({
      message: (text) => page.send(text),
      close: (code, reason) => {
        // 1005 and 1006 are only observed; they cannot be sent.
        if (code === 1005) page.close();
        else if (code >= 1000 && code !== 1006 && code !== 1015) page.close(code, reason);
        else page.terminate();
      },
    });
    page.on('message', (data: RawData) => socket.send(bytesOf(data)));
    page.on('close', (code, reason) => socket.close(code, reason.toString()));
    // Handled by `close`; without a listener the process would exit here.
    page.on('error', () => socket.terminate());
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : (options.port ?? 0);
  return {
    url: `ws://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        for (const page of server.clients) page.terminate();
        server.close(() => resolve());
      }),
  };
}

function bytesOf(data: RawData | string): Uint8Array {
  // ws 7 passes text frames as strings.
  if (typeof data === 'string') return Buffer.from(data);
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
