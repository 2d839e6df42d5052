import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The nats-server that is installed; null where there is none. */
function onPath(name: string): string | null {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** The binary of the server; installed where this is root on a Debian without one. */
function findBinary(): string | null {
  const found = process.env.NATS_SERVER ?? onPath('nats-server');
  if (found || process.platform !== 'linux' || process.getuid?.() !== 0 || !onPath('apt-get')) return found;
  console.error('[tests] no nats-server found: apt-get install nats-server…');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Test files run side by side: one installs, the others wait for it.
  const install =
    'test -x /usr/sbin/nats-server || { apt-get -qq update; apt-get -qq -y --no-install-recommends install nats-server; }';
  const lock = join(tmpdir(), 'p2p-elements-nats-server.lock');
  spawnSync('flock', [lock, 'sh', '-c', install], { stdio: 'ignore', env });
  return onPath('nats-server');
}

const binary = findBinary();

/** Why the tests against a real server cannot run here; false where they can. For the `skip` of a suite. */
export const withoutServer: string | false = binary
  ? false
  : 'no nats-server: install it (Debian: apt-get install nats-server), or set NATS_SERVER to its binary';
if (withoutServer) console.error(`[tests] tests/relays skipped: ${withoutServer}`);

export interface Server {
  /** Its WebSocket listener. The same after a restart. */
  readonly url: string;
  /** Stops it; what was stored stays on disk. */
  stop(): Promise<void>;
  /** Kills it. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops its process, or resumes it. */
  freeze(isFrozen: boolean): void;
  /** Stops it and removes what it stored. */
  end(): Promise<void>;
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A nats-server on loopback with JetStream and a WebSocket listener. `config` is added to its configuration. */
export async function startServer(config = '', { jetStream = true } = {}): Promise<Server> {
  if (!binary) throw new Error('no nats-server');
  const folder = mkdtempSync(join(tmpdir(), 'p2p-elements-nats-'));
  const [port, webSocket] = [await freePort(), await freePort()];
  const file = join(folder, 'server.conf');
  const lines = [
    `port: ${port}`,
    'host: "127.0.0.1"',
    ...(jetStream ? [`jetstream { store_dir: "${join(folder, 'store')}", max_file_store: 8GB }`] : []),
    `websocket { port: ${webSocket}, host: "127.0.0.1", no_tls: true }`,
    config,
  ];
  writeFileSync(file, lines.join('\n'));
  let child: ChildProcess | null = null;

  const stopWith = (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> =>
    new Promise((resolve) => {
      const running = child;
      child = null;
      if (!running || running.exitCode !== null) return resolve();
      running.once('exit', () => resolve());
      running.kill(signal);
    });

  const server: Server = {
    url: `ws://127.0.0.1:${webSocket}`,
    stop: () => stopWith('SIGTERM'),
    kill: () => stopWith('SIGKILL'),
    start: () =>
      new Promise((resolve, reject) => {
        const running = spawn(binary, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
        child = running;
        let log = '';
        running.stderr.on('data', (chunk: Buffer) => {
          if (log.includes('Server is ready')) return;
          log += String(chunk);
          if (log.includes('Server is ready')) resolve();
        });
        running.once('error', reject);
        running.once('exit', () => reject(new Error(`nats-server ended:\n${log}`)));
      }),
    freeze: (isFrozen) => void child?.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    end: async () => {
      await stopWith('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}
