import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { SignInView } from '../../facts/index.ts';
import type { AddAccountDetail } from '../internal/events.ts';
import { iconButton } from '../internal/icons.ts';
import type { ShownWords } from '../internal/language.ts';

/** The initial values of the form, and the state of the sign-in. */
interface FormInput extends AddAccountDetail {
  readonly progress: SignInView | null | undefined;
}

/** One form at a time; the one for a further account does not show how the first sign-in went. */
export function accountForm({ server, username, progress }: FormInput): TemplateResult {
  return html`<div class="sign-in">
    <p2p-sign-in
      .server=${server || null}
      .username=${username ?? null}
      .progress=${progress?.state === 'done' ? null : progress}
    ></p2p-sign-in>
  </div>`;
}

/** The form for one more account, in place of the conversation. */
export function addingAccount(input: FormInput, onBack: () => void, t: ShownWords): TemplateResult {
  return html`
    <header part="header" class="head row">
      ${iconButton('back', t.back, onBack)}
      <h2 class="grow" tabindex="-1">${input.account ? t.signInAgain : t.addAccount}</h2>
    </header>
    ${accountForm(input)}
  `;
}
