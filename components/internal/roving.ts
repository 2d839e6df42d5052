/**
 * Arrow keys in a virtual list: one tab stop, Up and Down (Home, End, Page Up and Down) inside. Returns the row to go
 * to, or null for another key. `key`: the effective key, if it is another one. `page` scrolls by a page and returns
 * where to continue; without it, the browser handles page keys.
 */
export function rovingTarget(
  event: KeyboardEvent,
  current: number,
  count: number,
  key = event.key,
  page?: (direction: -1 | 1) => number,
): number | null {
  if (count === 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, current + 1);
    case 'ArrowUp':
      return Math.max(0, current - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'PageUp':
      return page?.(-1) ?? null;
    case 'PageDown':
      return page?.(1) ?? null;
    default:
      return null;
  }
}

/** Whether the event comes from something that needs the arrow keys itself. */
export function isTyping(event: Event): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
