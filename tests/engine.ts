import { assemblyOf } from '../core.ts';
import type { MessengerOptions } from '../core.ts';
import type { Engine, Messenger } from '../stores/index.ts';
import { assemble } from '../stores/index.ts';

/** By the cell of the link, which a lying messenger shares with the one it wraps. */
const engines = new WeakMap<Messenger['link'], Engine>();

/**
 * A messenger whose engine a test can read. The test's own window does not matter: the page is visible until
 * `setVisible`, or the given tab, changes that.
 */
export function createMessenger(options: MessengerOptions): Messenger {
  const { tabs = null, page = tabs?.page ?? null } = options;
  const { messenger, engine } = assemble(assemblyOf({ ...options, page }));
  engines.set(messenger.link, engine);
  return messenger;
}

/** The engine behind a messenger that was made here, which pages do not get. */
export function engineOf(messenger: Messenger): Engine {
  const engine = engines.get(messenger.link);
  if (!engine) throw new Error('This messenger was not made by tests/engine.ts');
  return engine;
}
