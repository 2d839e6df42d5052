/**
 * The one way to call listeners: what one of them throws is reported, as the platform reports an error of an event
 * listener, and reaches neither the others nor whoever had the news.
 */

/** Tells the page of an error of its own code. */
export function report(error: unknown): void {
  // Node has no `reportError`.
  const { reportError, console } = globalThis as {
    reportError?: (error: unknown) => void;
    console?: { error(error: unknown): void };
  };
  if (reportError) reportError(error);
  else console?.error(error);
}

/** Calls a listener. */
export function tell<Parts extends readonly unknown[]>(
  listener: (...parts: Parts) => unknown,
  ...parts: Parts
): void {
  try {
    listener(...parts);
  } catch (error) {
    report(error);
  }
}

/** Calls every listener that is still there when its turn comes; those that are added meanwhile hear the next news. */
export function tellAll<Parts extends readonly unknown[]>(
  listeners: ReadonlySet<(...parts: Parts) => unknown>,
  ...parts: Parts
): void {
  for (const listener of [...listeners]) if (listeners.has(listener)) tell(listener, ...parts);
}
