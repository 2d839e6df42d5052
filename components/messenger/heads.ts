import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { PersonRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { avatar } from '../internal/avatar.ts';
import { icon, iconButton } from '../internal/icons.ts';
import { outboxWords } from '../internal/outbox-counts.ts';
import type { OutboxCounts } from '../internal/outbox-counts.ts';
import { nameOf } from '../internal/names.ts';
import type { ShownWords } from '../internal/language.ts';
import { shownCount } from '../internal/shown-count.ts';

/** What can be asked for above a conversation. */
export type ContactRequest =
  'p2p-pause-request' | 'p2p-resume-request' | 'p2p-confirm-contact-request' | 'p2p-accept-key-request';

/** The header of the open conversation: the person, the route, and Pause. */
export function conversationHead(
  messenger: Messenger,
  person: PersonRow,
  back: () => void,
  asked: (type: ContactRequest) => void,
  t: ShownWords,
): TemplateResult {
  const { isPaused, path, presence } = person;
  const name = nameOf(person, t);
  const pause = isPaused ? t.resume : t.pause;
  // The relay's privacy is shown only for its own path.
  const isRelayed = path.kind === 'relayed' && path.by === 'relay';
  return html`<header part="header" class="head row">
    ${iconButton('back', t.back, back, { look: 'back' })} ${avatar(person.peer, name, presence)}
    <div class="grow">
      <h2 class="name ellipsis" tabindex="-1"><bdi>${name}</bdi></h2>
      <div part="presence" class="small muted ellipsis">
        <span role="status">${isPaused ? html`<b>${t.paused}</b> · ` : nothing}</span
        >${t.presence[presence]}${person.note ? html` · <bdi>${person.note}</bdi>` : ''}
      </div>
    </div>
    <p2p-route-indicator
      .path=${isPaused ? null : path}
      .privacy=${isRelayed ? messenger.relayPrivacy : null}
    ></p2p-route-indicator>
    ${
      person.relation === 'contact'
        ? iconButton(
            isPaused ? 'resume' : 'pause',
            pause,
            () => asked(isPaused ? 'p2p-resume-request' : 'p2p-pause-request'),
            { title: isPaused ? pause : `${pause}. ${t.pauseMeaning}` },
          )
        : nothing
    }
  </header>`;
}

/**
 * The button of the outbox, with the number of messages that need a decision. Without messages to send there is no
 * button.
 */
export function outboxButton(
  counts: OutboxCounts,
  pressed: () => void,
  t: ShownWords,
): TemplateResult | typeof nothing {
  const { failed, unconfirmed, waiting } = counts;
  const stopped = failed.length + unconfirmed.length;
  if (stopped + waiting.length === 0) return nothing;
  const words = outboxWords(counts, t);
  return html`<button
    type="button"
    part="outbox"
    class="button icon quiet opens-outbox"
    title=${words}
    @click=${pressed}
  >
    ${icon('outbox')}<span class="visually-hidden">${t.outbox}: ${words}</span>
    ${
      stopped > 0
        ? html`<span class="count stopped" aria-hidden="true">${shownCount(stopped, t.language)}</span>`
        : nothing
    }
  </button>`;
}
