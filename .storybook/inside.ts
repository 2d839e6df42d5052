import { within } from 'storybook/test';

/**
 * Testing Library does not look into shadow roots: this is its `within` for what an element has drawn, after it
 * has drawn it.
 */
export async function inside(canvasElement: HTMLElement, tag: string): Promise<ReturnType<typeof within>> {
  const element = canvasElement.querySelector(tag) as
    (HTMLElement & { updateComplete?: Promise<unknown> }) | null;
  if (!element) throw new Error(`There is no <${tag}> in this story.`);
  await element.updateComplete;
  return within((element.shadowRoot ?? element) as unknown as HTMLElement);
}
