import { tell } from '../facts/listeners.ts';
import type { Cell } from '../facts/view.ts';

/** A cell of plain data without a signals library: it tells when the value, or one of its fields, has changed. */
export function createCell<Value>(first: Value): Cell<Value> & { set(next: Value): void } {
  let value = first;
  const watchers = new Set<(value: Value) => void>();
  return {
    get value() {
      return value;
    },
    peek: () => value,
    subscribe(run) {
      const watcher = (next: Value): void => run(next);
      watchers.add(watcher);
      tell(run, value);
      return () => void watchers.delete(watcher);
    },
    set(next) {
      if (isSame(next, value)) return;
      value = next;
      for (const watcher of [...watchers]) {
        // A watcher may have set a newer value and told everybody else.
        if (value !== next) return;
        tell(watcher, next);
      }
    },
  };
}

function isSame<Value>(next: Value, value: Value): boolean {
  if (typeof next !== 'object' || next === null) return next === value;
  return (Object.keys(next) as (keyof Value)[]).every((key) => next[key] === value[key]);
}
