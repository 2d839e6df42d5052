import type { Page, PageMoment } from '../ports/page.ts';
import type { TabChannel, TabLocks } from '../ports/tabs.ts';

/** The browser's Web Locks; null on an insecure origin and in an old browser. */
export function browserLocks(): TabLocks | null {
  return typeof navigator === 'undefined' ? null : ((navigator.locks as TabLocks | undefined) ?? null);
}

/** The browser's channels; null where it has none. */
export function browserChannels(): ((name: string) => TabChannel) | null {
  return typeof BroadcastChannel === 'undefined' ? null : (name) => new BroadcastChannel(name);
}

/** The life of this page, from its own events. Where there is no document, it is always visible and never sleeps. */
export function browserPage(): Page {
  if (typeof document === 'undefined') return { isVisible: true, watch: () => () => undefined };
  return {
    get isVisible() {
      return document.visibilityState === 'visible';
    },
    watch(listener) {
      const stop = new AbortController();
      const { signal } = stop;
      const on = (target: EventTarget, type: string, moment: (event: Event) => PageMoment | null): void =>
        target.addEventListener(
          type,
          (event) => {
            const told = moment(event);
            if (told !== null) listener(told);
          },
          { signal },
        );
      on(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? 'shown' : 'hidden'));
      on(document, 'freeze', () => 'frozen');
      on(document, 'resume', () => 'back');
      on(window, 'pagehide', (event) => ((event as PageTransitionEvent).persisted ? 'cached' : 'gone'));
      on(window, 'online', () => 'online');
      on(window, 'pageshow', (event) => ((event as PageTransitionEvent).persisted ? 'back' : null));
      return () => stop.abort();
    },
  };
}
