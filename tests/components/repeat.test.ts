import { expect } from '@open-wc/testing';
import { html, render } from 'lit';
import { repeat as litRepeat } from 'lit/directives/repeat.js';
import { repeat } from '../../components/internal/repeat.ts';

/** The nodes that are in a list after items have come and gone. */
function nodesAfter(draw: typeof repeat, rounds: number): number {
  const box = document.createElement('div');
  const show = (items: readonly number[]) =>
    render(
      draw(
        items,
        (item) => item,
        (item) => html`<p>${item}</p>`,
      ),
      box,
    );
  for (let n = 0; n < rounds; n += 1) show([n, n + 1, n + 2]);
  expect([...box.querySelectorAll('p')].map(({ textContent }) => Number(textContent))).to.deep.equal([
    rounds - 1,
    rounds,
    rounds + 1,
  ]);
  show([]);
  return box.childNodes.length;
}

describe('repeat', () => {
  it('leaves nothing behind for items that have gone, in any order', () => {
    expect(nodesAfter(repeat, 200)).to.equal(nodesAfter(repeat, 1));
    const box = document.createElement('div');
    for (const items of ['abcd', 'dcba', 'ca', 'xyz', 'zax', '', 'abc']) {
      render(
        repeat(
          items,
          (item) => item,
          (item) => html`<p>${item}</p>`,
        ),
        box,
      );
      expect(box.textContent.trim()).to.equal(items);
    }
  });

  it('is needed while lit’s own leaks nodes: remove the workaround when this fails', () => {
    expect(nodesAfter(litRepeat, 200)).to.be.above(nodesAfter(litRepeat, 1));
  });
});
