import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { STATUSES } from '../../facts/index.ts';
import type { Capabilities } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { FilledElement, constant } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import { mark } from '../internal/marks.ts';
import { box } from '../internal/box.styles.ts';
import { reset } from '../internal/reset.styles.ts';
import { controls } from '../internal/shared.styles.ts';
import { styles } from './status-legend.styles.ts';

/**
 * What the signs of a message's status mean: one line for each, from the table that decides which one is drawn.
 * Where the backend carries no receipts, Delivered and Read are left out.
 *
 * @summary What each status sign means.
 * @tag p2p-status-legend
 * @status stable
 * @since 0.1.0
 *
 * @csspart heading - The heading.
 * @csspart list - The lines.
 * @csspart status - One line.
 * @csspart word - The picture and the word of a status.
 * @csspart meaning - What it proves.
 */
export class StatusLegendElement extends FilledElement {
  static override styles = [reset, controls, box, styles];
  static override properties = { capabilities: { attribute: false } };

  /** What the backend can do. Absent: everything. */
  declare capabilities: Partial<Capabilities> | null | undefined;

  protected override fills({ capabilities }: Messenger): Fills<StatusLegendElement> {
    return { capabilities: constant(capabilities) };
  }

  protected override render(): TemplateResult {
    return html`<div class="box">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    const { t } = this;
    const carriesReceipts = this.capabilities?.carriesReceipts !== false;
    const shown = STATUSES.filter(
      ({ status }) => carriesReceipts || (status !== 'delivered' && status !== 'read'),
    );
    return html`
      <h2 part="heading">${t.legend}</h2>
      <dl part="list">
        ${shown.map(
          ({ status, icon }) =>
            html`<div part="status" class=${status}>
              <dt part="word">${mark(icon)}${t.status[status]}</dt>
              <dd part="meaning" class="small muted">${t.meaning[status]}</dd>
            </div>`,
        )}
      </dl>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-status-legend': StatusLegendElement;
  }
}
