import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { TabsView } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { FilledElement } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import { icon } from '../internal/icons.ts';
import type { IconName } from '../internal/icons.ts';
import { reset } from '../internal/reset.styles.ts';
import { warnUnless } from '../internal/warn.ts';
import { styles } from './tab-status.styles.ts';

const PICTURES: Record<TabsView['role'], IconName> = {
  alone: 'local',
  joining: 'dash',
  leader: 'direct',
  follower: 'relay',
  'taking-over': 'dash',
  'other-tab': 'none',
  asleep: 'pause',
};

/**
 * Where this tab stands among those of its browser: whether it holds the link to the service, or which other way it
 * has to it. One quiet line, for diagnostics; people need not know.
 *
 * An element of its own entry: `p2p-elements/components/tab-status/define`.
 *
 * @summary Which tab of this browser holds the link.
 * @tag p2p-tab-status
 * @status stable
 * @since 0.1.0
 *
 * @csspart status - The line.
 * @csspart role - What this tab does.
 * @csspart count - How many tabs share the link, as far as this one knows.
 * @csspart outdated - That a newer version of the page is open in another tab.
 */
export class TabStatusElement extends FilledElement {
  static override styles = [reset, styles];
  static override properties = { tabs: { attribute: false } };

  /** Where this tab stands. Absent, nothing is drawn. */
  declare tabs: TabsView | null | undefined;

  protected override fills({ tabs }: Messenger): Fills<TabStatusElement> {
    return { tabs };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    warnUnless(this, changed, 'tabs', () => this.#known, 'an object with a role');
  }

  protected override render(): TemplateResult {
    const { t } = this;
    const tabs = this.#known;
    // The number stands outside: tabs come and go, and nobody needs to hear of each.
    return html`
      <div part="status" class="status">
        <span part="role" class="role" role="status"
          >${tabs ? html`${icon(PICTURES[tabs.role])}<span>${t.tabRole[tabs.role]}</span>` : nothing}</span
        >
        ${
          tabs && tabs.tabs > 1
            ? html`<span part="count">· <bdi>${t.tabCount(tabs.tabs)}</bdi></span>`
            : nothing
        }
        <span part="outdated" class=${tabs?.isOutdated ? 'outdated' : ''} role="status"
          >${tabs?.isOutdated ? html`${icon('fail')}<span>${t.outdated}</span>` : nothing}</span
        >
      </div>
    `;
  }

  get #known(): TabsView | null {
    const { tabs } = this;
    // The page may have set any value.
    return typeof tabs === 'object' && tabs && Object.hasOwn(PICTURES, tabs.role) ? tabs : null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-tab-status': TabStatusElement;
  }
}
