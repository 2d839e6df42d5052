import { expect } from '@open-wc/testing';
import { html, render } from 'lit';
import type { ReactiveController } from 'lit';
import { liveRow } from '../../components/internal/live-row.ts';
import { Rows } from '../../components/internal/rows.ts';

interface Line {
  readonly id: string;
  readonly text: string;
}

/** A list of one row, which counts who follows that row and how often it is read. */
function oneRow(text: string) {
  const watchers = new Set<() => void>();
  let row: Line = { id: 'a', text };
  let reads = 0;
  return {
    source: {
      ids: { value: ['a'], peek: () => ['a'], subscribe: () => () => undefined },
      get: () => {
        reads += 1;
        return row;
      },
      watch: (_id: string, changed: () => void) => {
        watchers.add(changed);
        return () => watchers.delete(changed);
      },
    },
    watchers,
    get reads() {
      return reads;
    },
    change(text: string): void {
      row = { id: 'a', text };
      for (const changed of [...watchers]) changed();
    },
  };
}

/** A host of rows that is never rendered by itself. */
function rowsOf(source: object): Rows<string, Line> {
  const host = Object.assign(document.createElement('div'), {
    addController: (_controller: ReactiveController) => undefined,
    removeController: () => undefined,
    requestUpdate: () => undefined,
    updateComplete: Promise.resolve(true),
  });
  const rows = new Rows<string, Line>(host, ({ id }) => id);
  rows.use(source as never);
  rows.hostConnected();
  return rows;
}

function drawn(rows: Rows<string, Line>) {
  const box = document.createElement('div');
  const draw = (isThere = true) =>
    render(isThere ? html`<p>${liveRow(rows, 'a', ({ text }) => text)}</p>` : 'gone', box);
  const part = draw();
  return { box, draw, part };
}

describe('A row that draws itself again', () => {
  it('is not followed while its host is out of the page, and is up to date when the host is back', () => {
    const list = oneRow('one');
    const { box, part } = drawn(rowsOf(list.source));
    expect(list.watchers.size).to.equal(1);
    part.setConnected(false);
    expect(list.watchers.size).to.equal(0);
    list.change('two');
    expect(box.textContent).to.equal('one');
    part.setConnected(true);
    expect(list.watchers.size).to.equal(1);
    expect(box.textContent).to.equal('two');
    list.change('three');
    expect(box.textContent).to.equal('three');
  });

  it('is not followed by a render that happens while its host is out of the page', () => {
    const list = oneRow('one');
    const { box, draw, part } = drawn(rowsOf(list.source));
    part.setConnected(false);
    list.change('two');
    draw();
    expect(box.textContent).to.equal('two');
    expect(list.watchers.size).to.equal(0);
  });

  it('is not followed any more once something else is rendered in its place', () => {
    const list = oneRow('one');
    const { draw } = drawn(rowsOf(list.source));
    draw(false);
    expect(list.watchers.size).to.equal(0);
  });

  it('is read once for each change, and once for each render', () => {
    const list = oneRow('one');
    const { draw } = drawn(rowsOf(list.source));
    const before = list.reads;
    list.change('two');
    expect(list.reads).to.equal(before + 1);
    draw();
    expect(list.reads).to.equal(before + 2);
    expect(list.watchers.size).to.equal(1);
  });

  it('follows the other list that its host was given, and the first no more', () => {
    const [first, second] = [oneRow('one'), oneRow('another')];
    const rows = rowsOf(first.source);
    const { box, draw } = drawn(rows);
    rows.use(second.source as never);
    draw();
    expect(box.textContent).to.equal('another');
    expect([first.watchers.size, second.watchers.size]).to.deep.equal([0, 1]);
  });
});
