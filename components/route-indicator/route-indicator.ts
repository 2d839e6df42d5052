import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Path } from '../../facts/index.ts';
import { P2pElement } from '../internal/element.ts';
import { FocusRule } from '../internal/focus.ts';
import { isolated } from '../internal/isolate.ts';
import { mark } from '../internal/marks.ts';
import type { MarkName } from '../internal/marks.ts';
import { becauseOf, relayerOf } from '../internal/because.ts';
import { reset } from '../internal/reset.styles.ts';
import { Ticker } from '../internal/ticker.ts';
import { clockTime, secondsUntil } from '../internal/time.ts';
import { Tooltip } from '../internal/tooltip.ts';
import { warnUnless } from '../internal/warn.ts';
import { styles } from './route-indicator.styles.ts';

const ICONS: Record<Path['kind'], MarkName> = {
  none: 'none',
  connecting: 'dash',
  direct: 'direct',
  relayed: 'relay',
  loopback: 'local',
  'unknown-but-up': 'direct',
  failed: 'none',
};

/**
 * How messages to one person travel, as far as it is proven: a picture, a word, and the reason on hover, on focus
 * and on a tap. "Connected" stands only for a channel that is up and says no more about itself.
 *
 * @summary The path to one person, and why it is this one.
 * @tag p2p-route-indicator
 * @status stable
 * @since 0.1.0
 *
 * @csspart chip - The picture and the word; it takes the focus.
 * @csspart reason - The explanation.
 */
export class RouteIndicatorElement extends P2pElement {
  static override styles = [reset, styles];
  static override properties = { path: { attribute: false }, reason: {}, privacy: {} };

  /** The path. Absent, nothing is drawn. */
  declare path: Path | null | undefined;
  /** A sentence that is added to the explanation, e.g. what was tried before. Absent, nothing is added. */
  declare reason: string | null | undefined;
  /** Who could read what on this way, as the relay says it: the last sentence of the explanation. Absent, nothing is said. */
  declare privacy: string | null | undefined;

  constructor() {
    super();
    new FocusRule(this);
    new Ticker(this, () => (this.#deadline === null ? null : 1000));
    new Tooltip(
      this,
      () => this.renderRoot.querySelector<HTMLElement>('.chip'),
      () => this.renderRoot.querySelector<HTMLElement>('.tip'),
    );
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    warnUnless(this, changed, 'path', () => this.#known, 'an object with a kind');
  }

  protected override render(): TemplateResult | typeof nothing {
    const path = this.#known;
    if (!path) return nothing;
    // A tooltip is named by what it says.
    /* eslint-disable lit-a11y/accessible-name */
    return html`
      <button type="button" part="chip" class="chip ${path.kind}" aria-describedby="reason">
        ${mark(ICONS[path.kind])}<span class="label">${this.#label(path)}</span>
      </button>
      <div id="reason" part="reason" class="tip" role="tooltip" popover="manual">
        ${[this.#explanation(path), isolated(this.reason ?? ''), this.#privacy].filter(Boolean).join(' ')}
      </div>
    `;
    /* eslint-enable lit-a11y/accessible-name */
  }

  get #known(): Path | null {
    const { kind, by } = (this.path ?? {}) as { kind?: unknown; by?: unknown };
    const isWhole = typeof kind === 'string' && Object.hasOwn(ICONS, kind);
    return isWhole && (kind !== 'relayed' || typeof by === 'string') ? this.path! : null;
  }

  get #privacy(): string {
    return this.privacy === 'sealed' ? this.t.sealed : isolated(this.privacy ?? '');
  }

  get #deadline(): number | null {
    const path = this.#known;
    if (path?.kind === 'connecting') return path.deadline;
    return path?.kind === 'failed' ? path.nextTry : null;
  }

  #label(path: Path): string {
    const { t } = this;
    if (path.kind === 'relayed') return t.through(relayerOf(path, t));
    if (path.kind === 'connecting') return t.connectingFor(secondsUntil(path.deadline));
    return t.path[path.kind];
  }

  #explanation(path: Path): string {
    const { t } = this;
    const because = path.kind === 'failed' ? becauseOf(path.code, null, t) : '';
    switch (path.kind) {
      case 'relayed':
        return t.relayedReason(relayerOf(path, t));
      case 'connecting':
        return t.connectingReason(clockTime(path.since, t.language), secondsUntil(path.deadline));
      case 'failed':
        return `${because ? `${because}.` : t.failedReason} ${path.nextTry === null ? t.noNextTry : t.nextTry(secondsUntil(path.nextTry))}`;
      default:
        return t.pathReason[path.kind];
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-route-indicator': RouteIndicatorElement;
  }
}
