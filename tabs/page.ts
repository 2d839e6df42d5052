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

/**
 * The life of this page, from its own events. A listener that is stopped while it hears that the page goes is called
 * once more. Where there is no document, it is always visible and never sleeps. */
export function browserPage(): Page {
  if (typeof document === 'undefined') return { isVisible: true, watch: () => () => undefined };
  return {
    get isVisible() {
      return document.visibilityState === 'visible';
    },
    watch(listener) {
      const stop = new AbortController();
      const { signal } = stop;
      const on = (target: EventTarget, type: string, moment: (event: Event) => PageMoment | null): void => {
        let heard: Event | null = null;
        const hear = (event: Event): void => {
          if (event === heard) return;
          const told = moment(event);
          if (told !== null) listener(told);
          heard = event;
        };
        target.addEventListener(type, hear, { signal });
        // As Firefox closes a tab it stops the listener that is running, and goes on with the next one.
        if (type === 'pagehide') target.addEventListener(type, (event) => hear(event), { signal });
      };
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
