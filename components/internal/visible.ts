import type { Messenger } from '../../stores/api.ts';

/** Whether a page of this browser is on screen, as far as the messenger knows. */
export function isAnyPageVisible(messenger: Messenger): boolean {
  return messenger.isAnyVisible.peek();
}

/** Whether this tab notifies for all tabs of its browser. */
export function speaksForBrowser(messenger: Messenger): boolean {
  const { role } = messenger.tabs.peek();
  return role === 'leader' || role === 'alone';
}
