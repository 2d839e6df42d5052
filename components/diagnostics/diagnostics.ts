import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { LinkView, SessionInput, SessionRow, StorageView, TabsView } from '../../facts/index.ts';
import { STORAGE_SCHEMA_VERSION, TAB_MESSAGES_VERSION, VERSION } from '../../facts/version.ts';
import type { Messenger } from '../../stores/api.ts';
import { FilledElement, derived } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import { JsonCopy, jsonCopyStyles } from '../internal/json-copy.ts';
import { box } from '../internal/box.styles.ts';
import { reset } from '../internal/reset.styles.ts';
import { controls } from '../internal/shared.styles.ts';
import { timeSource } from '../internal/ticker.ts';
import { count, exactTime } from '../internal/time.ts';
import { areObjects, warnUnless } from '../internal/warn.ts';
import { styles } from './diagnostics.styles.ts';
import { reportOf } from './report.ts';
import type { DiagnosticsReport } from './report.ts';

/** Shown even at 0: foreign frames are what people look for first. */
const ALWAYS = ['unmatched-answer', 'not-ours'];

/**
 * The state behind the messages: link, tabs, storage, versions, and counters of unusual events. "Copy as JSON" copies
 * it for a report; if the clipboard is refused, the text is shown selected in a field. It contains numbers and states
 * only: no message, name, address, key or CID.
 *
 * An element of its own entry: `p2p-elements/components/diagnostics/define`.
 *
 * @summary Counters, states and versions, to read and to copy.
 * @tag p2p-diagnostics
 * @status stable
 * @since 0.1.0
 *
 * @csspart heading - The heading.
 * @csspart states - The link, the tabs, the storage, the accounts and the versions.
 * @csspart counters - The counters.
 * @csspart copy - The button that copies everything.
 * @csspart copied - The result of copying.
 * @csspart json - The field to copy from by hand when the clipboard was refused.
 */
export class DiagnosticsElement extends FilledElement {
  static override styles = [reset, controls, box, jsonCopyStyles, styles];
  static override properties = {
    counters: { attribute: false },
    link: { attribute: false },
    tabs: { attribute: false },
    storage: { attribute: false },
    sessions: { attribute: false },
  };

  /** The counters by name. Absent: none. */
  declare counters: Readonly<Record<string, number>> | null | undefined;
  /** The own link. Absent: not shown. */
  declare link: LinkView | null | undefined;
  /** The state of this tab. Absent: not shown. */
  declare tabs: TabsView | null | undefined;
  /** The state of the storage. Absent: not shown. */
  declare storage: StorageView | null | undefined;
  /** The accounts, which are counted by state and not named. Absent: none. */
  declare sessions: readonly SessionInput[] | null | undefined;
  readonly #copy = new JsonCopy(
    this,
    () => {
      const { copyDiagnostics, copiedDiagnostics, couldNotCopy, diagnosticsJson } = this.t;
      return {
        copy: copyDiagnostics,
        copied: copiedDiagnostics,
        byHand: couldNotCopy,
        field: diagnosticsJson,
      };
    },
    () => this.report(),
  );

  /** What is drawn and copied, as plain data. */
  report(): DiagnosticsReport {
    const { link = null, tabs = null, storage = null } = this;
    return reportOf(
      { counters: this.counters ?? {}, link, tabs, storage, sessions: this.#sessions },
      timeSource().now(),
    );
  }

  protected override fills(messenger: Messenger): Fills<DiagnosticsElement> {
    const { diagnostics, link, tabs, storage, sessionRows } = messenger;
    // The map is changed in place, so changes are detected on a copy.
    const counters = derived(diagnostics.counters, (counted) => Object.fromEntries(counted));
    return { counters, link, tabs, storage, sessions: sessionRows };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    warnUnless(this, changed, 'sessions', areObjects, 'an array of accounts');
  }

  protected override render(): TemplateResult {
    return html`<div class="box">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    const { t } = this;
    const { storage, tabs } = this;
    const { persisted } = storage ?? {};
    const kept = t.storageKept[persisted == null ? 'unknown' : persisted ? 'yes' : 'no'];
    return html`
      <h2 part="heading">${t.diagnostics}</h2>
      <dl part="states">
        ${this.#line(t.socket, this.#linkWords())}
        ${tabs ? this.#line(t.tabs, html`<p2p-tab-status .tabs=${tabs}></p2p-tab-status>`) : nothing}
        ${storage ? this.#line(t.storage, [t.storageState[storage.state] ?? storage.state, kept]) : nothing}
        ${this.#line(t.accounts, count(this.#sessions.length, t.language))}
        ${this.#line(t.libraryVersion, VERSION)}${this.#line(t.tabProtocolVersion, TAB_MESSAGES_VERSION)}
        ${this.#line(t.storageVersion, STORAGE_SCHEMA_VERSION)}
      </dl>
      <h3>${t.counted}</h3>
      <dl part="counters" class="numbers">${this.#counted()}</dl>
      <div class="buttons">${this.#copy.button()}${this.#copy.outcome()}</div>
      ${this.#copy.field()}
    `;
  }

  get #sessions(): readonly SessionRow[] {
    return areObjects(this.sessions) ? (this.sessions as readonly SessionRow[]) : [];
  }

  #line(word: string, what: unknown): TemplateResult {
    const shown = Array.isArray(what) ? what.filter(Boolean).join('; ') : what;
    return html`<dt>${word}</dt>
      <dd>${shown}</dd>`;
  }

  #linkWords(): string {
    const { t } = this;
    const { link } = this;
    if (!link) return t.nothingKnown;
    const state = t.linkState[link.state] ?? link.state;
    return 'since' in link ? t.linkSince(state, exactTime(link.since, t.language)) : state;
  }

  #counted(): TemplateResult[] {
    const { t } = this;
    const counters = this.counters ?? {};
    const names = [...ALWAYS, ...Object.keys(counters).filter((name) => !ALWAYS.includes(name))];
    return names.map((name) =>
      this.#line(
        (t.counter as Readonly<Record<string, string>>)[name] ?? name,
        count(counters[name] ?? 0, t.language),
      ),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-diagnostics': DiagnosticsElement;
  }
}
