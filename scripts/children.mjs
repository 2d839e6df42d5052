// Child processes that end with their parent.
import { spawn } from 'node:child_process';

const POLL_MS = 250;

/**
 * Runs a command in the place of this process: signals are handed on, its exit code is ours, and it ends when we do.
 * `withParent`: also when our own parent has ended, by whatever: npm hands a signal to its shell, which dies of it
 * and tells nobody. `ownGroup`: with everything that it has started in turn; not for what reads from a terminal.
 */
export function runInPlace(
  command,
  args,
  { withParent = false, ownGroup = false, onError, ...options } = {},
) {
  const isGroup = ownGroup && process.platform !== 'win32';
  const child = spawn(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
    detached: isGroup,
  });
  const end = (signal) => {
    try {
      if (isGroup) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // Already gone.
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
  if (withParent) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid === parent) return;
      end('SIGTERM');
      process.exit(1);
    }, POLL_MS).unref();
  }
  child.on('error', (error) => {
    onError?.(error);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (isGroup) end('SIGTERM');
    process.exit(signal ? 1 : (code ?? 1));
  });
}
