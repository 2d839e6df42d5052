/** Stories that run on a simulated world: it is made for each, and taken down after it. */
import type { TemplateResult } from 'lit';
import type { Live } from './live.ts';
import { deepAll } from './report/screen.ts';

/** What a live story is made of. */
export interface LiveStory<World extends { readonly live: Live }> {
  readonly make: () => Promise<World>;
  readonly render: (world: World) => TemplateResult;
  /** Shows that the element is connected. The clock stands still but for what is advanced here. */
  readonly play?: (world: World, canvasElement: HTMLElement) => Promise<void>;
}

/** What is used of a story's context: the same object through all of one run. */
interface Context {
  readonly loaded: object;
}

/** Whether the story runs as a test; there the clock only moves when it is told to. */
const isTest = '__vitest_browser__' in globalThis;

/**
 * The annotations of a live story. To people who look at it the clock runs once the play function is through, so
 * that everything on it can be tried out. On the documentation page it has a frame of its own, because all
 * elements of one page share a clock.
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
      // Colours that are still on their way are nobody's contrast.
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
