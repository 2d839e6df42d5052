/**
 * Arrow keys in a list of which only a part is drawn: one stop for Tab, Up and Down (Home, End) inside.
 * Returns the row to go to, or null when the key means something else. `key`: what the key means, if not itself.
 */
export function rovingTarget(
  event: KeyboardEvent,
  current: number,
  count: number,
  key = event.key,
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
    default:
      return null;
  }
}

/** Whether the event comes from something that needs the arrow keys itself. */
export function isTyping(event: Event): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
