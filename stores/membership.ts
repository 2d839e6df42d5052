import type { Cell, TabsView } from '../facts/view.ts';
import { faceOf, signal } from './cells.ts';
import { runCommand } from './commands.ts';
import type { Dispatch } from './commands.ts';
import type { Engine } from './engine.ts';
import type { MessengerOptions } from './options.ts';

/** How this page takes part in its browser's messaging: alone, or as one of several tabs. */
export interface Membership {
  /** Where this tab stands among those of its browser. */
  readonly tabs: Cell<TabsView>;
  /** Carries commands out: here, or in the tab that leads. */
  readonly dispatch: Dispatch;
  /** Takes part. Resolves when everything stored is on screen. Called once. */
  join(): Promise<void>;
  /** Takes part no longer; nothing is lost. */
  leave(): void;
  /** Whether the browser has no other page that keeps the channels. */
  isLast(): boolean;
  /** Runs what this page changes for itself, whether it leads or not. */
  locally(run: () => void): void;
  /** This page is on screen, or no longer. */
  setVisible(isVisible: boolean): void;
}

/** What lets several tabs share one engine. */
export interface Sharing {
  /** The ports as this tab may use them: only the tab that leads acts. */
  ports(options: MessengerOptions): MessengerOptions;
  join(engine: Engine, options: MessengerOptions): Membership;
}

/** The membership of a page that shares nothing with other tabs. */
export function alone(engine: Engine): Membership {
  return {
    tabs: faceOf(signal<TabsView>({ role: 'alone', epoch: 0, tabs: 1, isOutdated: false })),
    dispatch: (name, detail) => runCommand(engine, name, detail),
    async join() {
      await engine.restore.run();
      if (engine.core.isActing) engine.start();
    },
    leave() {
      engine.stop();
      engine.core.journal.close();
    },
    isLast: () => true,
    locally: (run) => run(),
    setVisible: (isVisible) => engine.core.setAnyVisible(isVisible),
  };
}
