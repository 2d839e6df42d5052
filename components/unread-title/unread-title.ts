import { nothing } from 'lit';
import { css } from '../internal/css.ts';
import type { PropertyValues } from 'lit';
import type { SessionRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { FilledElement, derived } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import { warnUnless } from '../internal/warn.ts';
import { tellUnread } from './page-title.ts';

/**
 * Puts the number of unread messages into the title of the page, "(3) Messages", and onto its icon where the browser
 * has a badge for that: over all accounts of the browser, and also while the page is hidden. It draws nothing. When
 * it is removed, the page's own title is restored; changes that the page makes to the title are followed.
 *
 * An element of its own entry: `p2p-elements/components/unread-title/define`.
 *
 * @summary The number of unread messages in the title of the page and on its icon.
 * @tag p2p-unread-title
 * @status stable
 * @since 0.1.0
 */
export class UnreadTitleElement extends FilledElement {
  static override styles = css`
    :host {
      display: none;
    }
  `;
  static override properties = { unread: { type: Number } };

  /** The number of unread messages. Absent: none; with a messenger it is filled. */
  declare unread: number | null | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#tell();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    tellUnread(this, this, null);
  }

  protected override fills({ sessionRows }: Messenger): Fills<UnreadTitleElement> {
    const sum = (rows: readonly SessionRow[]): number => rows.reduce((all, { unread }) => all + unread, 0);
    return { unread: derived(sessionRows, sum) };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isWhole = (unread: number): boolean => Number.isInteger(unread) && unread >= 0;
    warnUnless(this, changed, 'unread', isWhole, 'a whole number from 0');
  }

  protected override render(): typeof nothing {
    return nothing;
  }

  protected override updated(): void {
    if (this.isConnected) this.#tell();
  }

  #tell(): void {
    const { unread } = this;
    const known = Number.isInteger(unread) && unread! > 0 ? unread! : 0;
    tellUnread(this, this.connectedMessenger ?? this, known);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-unread-title': UnreadTitleElement;
  }
}
