import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { PersonRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { icon } from '../internal/icons.ts';
import { firstNameOf } from '../internal/names.ts';
import type { ShownWords } from '../internal/language.ts';
import type { ContactRequest } from './heads.ts';

/** A line above the messages, with what can be done about it. */
export function notice(text: unknown, more: unknown = nothing): TemplateResult {
  return html`<div part="notice" class="path-notice">
    ${icon('none')}<span class="grow">${text}</span>${more}
  </div>`;
}

/** Decisions that are needed before more is sent to a contact: whether the name and the key are still theirs. */
export function contactNotice(
  messenger: Messenger,
  person: PersonRow,
  asked: (type: ContactRequest) => void,
  t: ShownWords,
): TemplateResult | typeof nothing {
  const { account, peer } = person;
  if (person.relation !== 'contact') return nothing;
  const name = firstNameOf(person, t);
  const decide = (word: string, type: ContactRequest) =>
    html`<button type="button" class="button" @click=${() => asked(type)}>${word}</button>`;
  const { reason } = messenger.route(account, peer);
  if (reason === 'held') return notice(t.held(name), decide(t.confirmContact, 'p2p-confirm-contact-request'));
  const trust = messenger.trust(account, peer);
  if (trust?.state !== 'changed') return nothing;
  const keys: readonly [string, string | null][] = [
    [t.keys.before, trust.fingerprint],
    [t.keys.now, trust.offered],
    [t.keys.yours, messenger.ownFingerprint(account)],
  ];
  return notice(
    html`${t.keyChanged(name)}
    ${keys.map(([word, key]) => (key ? html`<code>${word}: <bdi>${key}</bdi></code>` : nothing))}`,
    decide(t.acceptKey, 'p2p-accept-key-request'),
  );
}
