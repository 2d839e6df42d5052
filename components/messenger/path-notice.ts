import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Path, RouteDecision } from '../../facts/index.ts';
import type { ShownWords } from '../internal/language.ts';
import { notice } from './contact-notice.ts';

/** The line that says how messages travel while there is no direct path. */
export interface PathNotice {
  readonly text: string;
  /** How long it has been tried, or when the next try is; empty if neither. */
  readonly time: string;
  /** The progress of the wait, from 0 to 1. */
  readonly share: number;
  /** Whether it has to be drawn again every second. */
  readonly isCounting: boolean;
}

/** The service says that nobody picked up at 30 s; its channel may still come up after that. */
const USUAL_MS = 30_000;

/** The notice about the path; null if a channel is up or nothing was tried. */
export function noticeOf(
  path: Path,
  { route }: RouteDecision,
  relay: string | null,
  now: number,
  t: ShownWords,
): PathNotice | null {
  const through = route === 'relay' ? relay || t.relayer.relay : null;
  if (path.kind === 'connecting') {
    const waited = Math.max(0, now - path.since);
    const isLong = waited > USUAL_MS;
    return {
      text: through ? t.noDirectPath(through) : isLong ? t.mayTakeAMinute : t.noPathYet,
      time: t.seconds(Math.floor(waited / 1_000)),
      share: Math.min(1, waited / Math.max(1, path.deadline - path.since)),
      isCounting: true,
    };
  }
  if (path.kind !== 'failed') return null;
  const wait = path.nextTry === null ? null : Math.max(0, path.nextTry - now);
  return {
    text: through ? t.directFailed(through) : t.pathFailed,
    time: wait === null ? '' : t.nextTry(Math.ceil(wait / 1_000)),
    share: 0,
    isCounting: wait !== null,
  };
}

/** Renders the line. Changing parts are hidden from screen readers, which announce the sentence once. */
export function pathNotice({ text, time, share }: PathNotice): TemplateResult {
  return notice(
    text,
    html`${share > 0 ? html`<progress aria-hidden="true" max="1" .value=${share}></progress>` : nothing}
    ${time ? html`<span class="seconds" aria-hidden="true">${time}</span>` : nothing}`,
  );
}
