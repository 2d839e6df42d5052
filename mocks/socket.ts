import { MAX_FRAME_BYTES } from '../protocol/helpers.ts';
import { decode, encode, type Frame, type ResponseFrame } from './wire.ts';
import { mistyped, truncated, type Direction, type Fault, type FaultSource } from './faults.ts';
import type { SimulatedService, World } from './model.ts';
import { uuidFrom } from './random.ts';
import type { ServiceSocket, SimulatedSocket, SocketHandlers } from './sockets.ts';

interface SocketInput {
  readonly world: World;
  readonly service: SimulatedService;
  readonly handlers: SocketHandlers;
  readonly faults: readonly FaultSource[];
  readonly connections: Map<string, ServiceSocket>;
  /** A whole frame for the service, with the fault, if any, that concerns its answer. */
  receive(connection: ServiceSocket, delivery: { frame: Frame; fault: Fault | undefined }): void;
}

/** Opens a socket between a page and a service. */
export function createSocket(input: SocketInput): SimulatedSocket {
  const { world, service, handlers, connections } = input;
  const id = uuidFrom(world.random);
  let isOpen = true;
  let isFrozen = false;
  const held: Record<Direction, (() => void)[]> = { in: [], out: [] };

  function end(code: number, reason: string): void {
    if (!isOpen) return;
    isOpen = false;
    connections.delete(id);
    // Asynchronously, as a browser reports a close.
    world.later(0, () => handlers.close(code, reason));
  }

  function log(direction: Direction, text: string): void {
    const decoded = decode(text);
    world.log.add({
      at: world.clock.now(),
      service: service.name,
      socket: id,
      direction,
      text,
      frame: decoded.ok ? decoded.frame : undefined,
    });
  }

  function struckBy(direction: Direction, text: string): { fault?: Fault; source?: FaultSource } {
    for (const source of input.faults) {
      const fault = source.strike(direction, text);
      if (fault) return { fault, source };
    }
    return {};
  }

  /** Delivers one text, subject to faults. */
  function carry(
    direction: Direction,
    text: string,
    arrive: (text: string, fault: Fault | undefined) => void,
  ): void {
    if (!isOpen || isFrozen) return;
    const { fault, source } = struckBy(direction, text);
    const pass = (passed: string): void => {
      if (!isOpen || isFrozen) return;
      log(direction, passed);
      arrive(passed, fault);
      for (const release of held[direction].splice(0)) release();
    };
    const wait = fault?.delay ?? 1000;
    switch (fault?.kind) {
      case 'drop':
        return;
      case 'delay':
        world.later(wait, () => pass(text));
        return;
      case 'duplicate':
        pass(text);
        pass(text);
        return;
      case 'reorder': {
        let isGone = false;
        const release = (): void => {
          if (isGone) return;
          isGone = true;
          pass(text);
        };
        held[direction].push(release);
        world.later(wait, release);
        return;
      }
      case 'hold':
        source?.whenLifted(fault, () => pass(text));
        return;
      case 'truncate':
        pass(truncated(text, world.random));
        return;
      case 'wrong-type':
        pass(mistyped(text, world.random));
        return;
      case 'half-open':
        isFrozen = true;
        return;
      case 'close':
        end(fault.code ?? 1006, '');
        return;
      default:
        pass(text);
    }
  }

  const socket: SimulatedSocket = {
    id,
    get open() {
      return isOpen;
    },
    send(data) {
      const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
      if (!isOpen || isFrozen) return;
      if (isTooLong(text)) {
        end(1006, '');
        return;
      }
      carry('in', text, (passed, fault) => {
        const decoded = decode(passed);
        // Anything but a request is dropped silently.
        if (decoded.ok && decoded.frame.envelope === 'Request')
          input.receive(connection, { frame: decoded.frame, fault });
      });
    },
    close: (code = 1000, reason = '') => end(code, reason),
    terminate: () => end(1006, ''),
    cut: (code, reason = '') => end(code, reason),
    freeze() {
      isFrozen = true;
    },
  };

  const connection: ServiceSocket = {
    id,
    socket,
    cut: (code, reason = '') => end(code, reason),
    deliver(variant, body) {
      if (!isOpen || isFrozen) return;
      const text = encode({ envelope: 'Response', variant, body } as ResponseFrame);
      carry('out', text, (passed) => handlers.message(passed));
    },
  };

  world.later(0, () => {
    if (!service.isRunning) {
      end(1006, '');
      return;
    }
    if (!isOpen) return;
    connections.set(id, connection);
    handlers.open?.();
    world.later(world.latencies.greet, () => {
      connection.deliver('ServiceConnectionAccepted', { cid: '0' as never, request_id: id as never });
    });
  });
  return socket;
}

/** Whether a text takes more bytes than the service reads. */
function isTooLong(text: string): boolean {
  if (text.length > MAX_FRAME_BYTES) return true;
  return text.length * 3 > MAX_FRAME_BYTES && new TextEncoder().encode(text).length > MAX_FRAME_BYTES;
}
