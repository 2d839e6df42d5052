/** Stories on a simulated world, which is created for each and closed after it. */
import type { TemplateResult } from 'lit';
import type { Live } from './live.ts';
import { deepAll } from './report/screen.ts';

/** The parts of a live story. */
export interface LiveStory<World extends { readonly live: Live }> {
  readonly make: () => Promise<World>;
  readonly render: (world: World) => TemplateResult;
  /** The play function. The clock advances only by what is advanced here. */
  readonly play?: (world: World, canvasElement: HTMLElement) => Promise<void>;
}

/** The part of a story's context that is used: the same object during one run. */
interface Context {
  readonly loaded: object;
}

/** Whether the story runs as a test; there the clock only moves when it is told to. */
const isTest = '__vitest_browser__' in globalThis;

/**
 * The annotations of a live story. For viewers the clock runs after the play function, so that everything can be
 * tried out. On the documentation page it has its own frame, because all elements of a page share a clock.
 */
export function liveStory<World extends { readonly live: Live }>({ make, render, play }: LiveStory<World>) {
  const worlds = new WeakMap<object, World>();
  return {
    parameters: { docs: { story: { inline: false, height: '480px' } } },
    beforeEach: async ({ loaded }: Context) => {
      const world = await make();
      worlds.set(loaded, world);
      return () => world.live.close();
    },
    render: (_: unknown, { loaded }: Context) => render(worlds.get(loaded)!),
    play: async ({ loaded, canvasElement }: Context & { readonly canvasElement: HTMLElement }) => {
      const world = worlds.get(loaded)!;
      await play?.(world, canvasElement);
      // Colours in a transition would give a wrong contrast.
      for (let n = 0; n < 3; n += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      await Promise.allSettled(
        deepAll(canvasElement, '*')
          .flatMap((element) => element.getAnimations())
          .filter((animation) => animation instanceof CSSTransition)
          .map(({ finished }) => finished),
      );
      if (!isTest) world.live.run();
    },
  };
}
