import { within } from 'storybook/test';
import type { screen } from 'storybook/test';

/** The queries of Testing Library, bound to what one element has drawn. */
export type Inside = Omit<typeof screen, 'debug' | 'logTestingPlaygroundURL'>;

/** Testing Library's `within` for the shadow root of an element, after it has rendered. */
export async function inside(canvasElement: HTMLElement, tag: string): Promise<Inside> {
  const element = canvasElement.querySelector<HTMLElement & { updateComplete?: Promise<unknown> }>(tag);
  if (!element) throw new Error(`There is no <${tag}> in this story.`);
  await element.updateComplete;
  return within((element.shadowRoot ?? element) as unknown as HTMLElement) as Inside;
}
