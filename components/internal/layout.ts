/**
 * The height of an element in its own layout, fractions included: unlike a client rectangle it is the same inside
 * a part of the page that is scaled, zoomed or being animated. 0 where it is not displayed. For elements whose box
 * is sized by its border (reset.styles.ts).
 */
export function layoutHeight(element: HTMLElement): number {
  const rounded = element.offsetHeight;
  if (rounded === 0) return 0;
  const exact = parseFloat(getComputedStyle(element).height);
  // An element without a box has no computed height.
  return Math.abs(exact - rounded) < 1 ? exact : rounded;
}
