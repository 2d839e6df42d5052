/**
 * Imported before every test file that runs in a browser (web-test-runner.config.mjs): an unexpected console
 * error or warning, an unhandled rejection or a ResizeObserver loop fails the test in which it happened.
 */
const said: string[] = [];

for (const level of ['error', 'warn'] as const) {
  const original = console[level].bind(console);
  console[level] = (...values: unknown[]) => {
    said.push(`${level}: ${values.map(String).join(' ')}`);
    if (!isExpecting) original(...values);
  };
}

let isExpecting = false;

/** Runs `act` and returns what it wrote to the console, which then fails nothing. */
export async function consoleOf(act: () => unknown): Promise<string[]> {
  const before = said.length;
  isExpecting = true;
  try {
    await act();
  } finally {
    isExpecting = false;
  }
  return said.splice(before);
}

/**
 * Runs `act` and returns what was reported meanwhile as an error of somebody's listener (`reportError`), which then
 * fails nothing. Everything else of that kind fails the test in which it happens: Mocha listens for it.
 */
export async function reportedBy(act: () => unknown): Promise<unknown[]> {
  const errors: unknown[] = [];
  const { reportError } = globalThis;
  globalThis.reportError = (error) => void errors.push(error);
  try {
    await act();
  } finally {
    globalThis.reportError = reportError;
  }
  return errors;
}

afterEach(() => {
  const unexpected = said.splice(0);
  if (unexpected.length > 0) throw new Error(`unexpected console output:\n${unexpected.join('\n')}`);
});
