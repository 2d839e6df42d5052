import { assemblyOf } from '../core.ts';
import type { MessengerOptions } from '../core.ts';
import type { Engine, Messenger } from '../stores/index.ts';
import { assemble } from '../stores/index.ts';

/** By the cell of the link, which a messenger that lies on purpose has in common with the one that it is made of. */
const engines = new WeakMap<Messenger['link'], Engine>();

/**
 * A messenger of whose engine a test may ask. The test's own window says nothing of the page: it is on screen until
 * `setVisible`, or the tab that is passed in, says otherwise.
 */
export function createMessenger(options: MessengerOptions): Messenger {
  const { tabs = null, page = tabs?.page ?? null } = options;
  const { messenger, engine } = assemble(assemblyOf({ ...options, page }));
  engines.set(messenger.link, engine);
  return messenger;
}

/** What is behind a messenger that was made here: what no page gets to see. */
export function engineOf(messenger: Messenger): Engine {
  const engine = engines.get(messenger.link);
  if (!engine) throw new Error('This messenger was not made by tests/engine.ts');
  return engine;
}
