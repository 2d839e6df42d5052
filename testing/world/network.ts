import type { Network } from '../../client/index.ts';
import type { PageSocket, SimulatedService, SimulatedSocket } from '../../mocks/index.ts';
import type { Clock } from '../../ports/clock.ts';

/** The network of one browser's machine. */
export interface NetworkSwitch extends Network {
  /** Loses every socket of the browser without a close; none opens until `restore`. */
  cut(): void;
  restore(): void;
  /** Opens a socket to the service, or one that never opens without a network. */
  socket(url: string, clock: Clock): PageSocket;
}

/** A working network. */
export function createNetwork(service: SimulatedService): NetworkSwitch {
  const Socket = service.webSocket();
  const watchers = new Set<() => void>();
  const sockets = new Set<SimulatedSocket>();
  let isOnline = true;
  return {
    isOnline: () => isOnline,
    watch(online) {
      watchers.add(online);
      return () => watchers.delete(online);
    },
    cut() {
      isOnline = false;
      for (const socket of sockets) socket.terminate();
      sockets.clear();
    },
    restore() {
      if (isOnline) return;
      isOnline = true;
      for (const online of [...watchers]) online();
    },
    socket(url, clock) {
      if (!isOnline) return refused(clock);
      const opened = new Socket(url);
      // The service has a socket once it is open.
      opened.addEventListener('open', () => {
        const socket = service.sockets.at(-1);
        if (isOnline && socket) sockets.add(socket);
        else socket?.terminate();
      });
      return opened;
    },
  };
}

/** A socket that never opens, as a browser has it without a network. */
function refused(clock: Clock): PageSocket {
  const socket: PageSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send() {
      throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
    },
    close: () => undefined,
  };
  clock.setTimeout(() => {
    socket.onerror?.({} as never);
    socket.onclose?.({ code: 1006, reason: '' } as never);
  }, 0);
  return socket;
}
