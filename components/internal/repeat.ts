import type { ChildPart } from 'lit';
import { getCommittedValue, getDirectiveClass } from 'lit/directive-helpers.js';
import { directive } from 'lit/directive.js';
import type { Directive, Part, PartInfo } from 'lit/directive.js';
// eslint-disable-next-line no-restricted-imports -- the one place that wraps it
import { repeat as litRepeat } from 'lit/directives/repeat.js';

const Repeat = getDirectiveClass(litRepeat([], () => undefined)) as new (part: PartInfo) => Directive & {
  render(...values: unknown[]): unknown;
};

/** The parts of the items that are drawn. */
function partsIn(container: Part): readonly ChildPart[] {
  const value = getCommittedValue(container as ChildPart);
  return Array.isArray(value) ? [...(value as ChildPart[])] : [];
}

/**
 * lit-html 3.3.1 to 3.3.3 remove a part without the comment at its end (https://github.com/lit/lit/issues/5298): a
 * long scroll would leave one node behind for each row. To be removed, with its lint rule, when that issue is closed
 * and the fixed version is the lowest that package.json allows; tests/components/repeat.test.ts says when.
 */
class RepeatWithoutRests extends Repeat {
  override update(container: Part, values: unknown[]): unknown {
    const before = partsIn(container);
    const result = super.update(container, values);
    const now = new Set(partsIn(container));
    for (const part of before) if (!now.has(part)) (part.endNode as ChildNode | null)?.remove();
    return result;
  }
}

const repeatDirective = directive(RepeatWithoutRests);

/** lit's `repeat` without the leak. */
export const repeat: typeof litRepeat = (...values: unknown[]) =>
  repeatDirective(...values) as ReturnType<typeof litRepeat>;
