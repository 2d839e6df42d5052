import type { Stage } from './report.ts';
import type { Screen } from './screen.ts';

/** The full names of the three accounts. */
export const ONE = 'P2P Test 1';
export const TWO = 'P2P Test 2';
export const THREE = 'P2P Test 3';

/** The screen of an account; in one browser it is the same one, switched. */
export async function screenOf(stage: Stage, index: number): Promise<Screen> {
  const screen = stage.screens[index] ?? stage.screens[0]!;
  if (stage.screens.length === 1) await screen.switchTo([ONE, TWO, THREE][index]!);
  return screen;
}

/** Opens the list of people. */
export async function openPeople(screen: Screen): Promise<void> {
  if (screen.has('Back')) await screen.press('Back');
  await screen.press('Find people');
}

/** Opens the conversation with that person. */
export async function openConversation(screen: Screen, name: string): Promise<void> {
  await openPeople(screen);
  await screen.pressFor(name, 'Message');
}
