import { ws, type WebSocketHandler } from 'msw';
import type { SimulatedService } from './model.ts';

/**
 * msw handlers that answer a page's WebSockets from a simulated service. For `setupWorker`, and for a story's
 * `parameters.msw`.
 *
 * msw opens every socket: towards a service that does not run the page sees it open and close again with 1006.
 * @param url the address that pages connect to; the service's own by default.
 */
export function simulatorHandlers(service: SimulatedService, url: string = service.url): WebSocketHandler[] {
  const link = ws.link(url);
  return [
    link.addEventListener('connection', ({ client }) => {
      const socket = service.connect({
        message: (text) => client.send(text),
        close: (code, reason) => client.close(code, reason),
      });
      client.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') socket.send(data);
        else if (ArrayBuffer.isView(data))
          socket.send(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        else if (data instanceof ArrayBuffer) socket.send(new Uint8Array(data));
        else void data.arrayBuffer().then((buffer) => socket.send(new Uint8Array(buffer)));
      });
      client.addEventListener('close', ({ code, reason }) => socket.close(code, reason));
    }),
  ];
}
