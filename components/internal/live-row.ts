import { html, noChange, nothing } from 'lit';
import { AsyncDirective, PartType, directive } from 'lit/async-directive.js';
import type { Part } from 'lit/async-directive.js';
import { tell } from '../../facts/listeners.ts';
import type { Rows } from './rows.ts';

class LiveRow extends AsyncDirective {
  #isContent = false;
  #rows: Rows<string, unknown> | null = null;
  #id = '';
  #draw: (row: unknown) => unknown = () => nothing;
  /** The current list; a host may get another one. */
  #followed: object | null = null;
  #stop: (() => void) | null = null;

  override render(_rows: Rows<string, unknown>, _id: string, _draw: (row: unknown) => unknown): unknown {
    return nothing;
  }

  override update(part: Part, [rows, id, draw]: Parameters<this['render']>): unknown {
    const isOther = rows !== this.#rows || id !== this.#id || rows.identity !== this.#followed;
    this.#isContent = part.type === PartType.CHILD;
    this.#rows = rows;
    this.#id = id;
    this.#draw = draw;
    if (isOther) this.#unfollow();
    this.#paint();
    // Only now, since a source of the page may call back at once.
    this.#follow();
    return noChange;
  }

  protected override disconnected(): void {
    this.#unfollow();
  }

  protected override reconnected(): void {
    // Changes in the meantime were missed.
    this.#paint();
    this.#follow();
  }

  #follow(): void {
    const rows = this.#rows;
    if (this.#stop || !rows || !this.isConnected) return;
    this.#followed = rows.identity;
    this.#stop = rows.follow(this.#id, () => this.#paint());
  }

  #unfollow(): void {
    if (this.#stop) tell(this.#stop);
    this.#stop = null;
  }

  /**
   * A row that throws must not affect the others. So `update` sets the value itself and returns `noChange`: lit would
   * commit a returned value outside of this `try`.
   */
  #paint(): void {
    const rows = this.#rows;
    if (!rows) return;
    try {
      const row = rows.get(this.#id);
      this.setValue(row === undefined ? '' : this.#draw(row));
      if (this.#isContent) rows.unmarkBroken(this.#id);
    } catch (error) {
      rows.reportBroken(this.#id, error);
      this.setValue(this.#isContent ? brokenRow(rows.brokenWords) : 'broken');
    }
  }
}

function brokenRow(words: string): unknown {
  return html`<div part="broken" class="broken small muted">${words}</div>`;
}

const liveRowDirective = directive(LiveRow);

/** Renders one row, and renders only that row again when it changes. */
export function liveRow<Id extends string, Row>(
  rows: Rows<Id, Row>,
  id: Id,
  draw: (row: Row) => unknown,
): unknown {
  return liveRowDirective(rows as unknown as Rows<string, unknown>, id, draw as (row: unknown) => unknown);
}
