import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { AccountForm, Capabilities, SignInView, StorageView } from '../../facts/index.ts';
import { ConnectedElement, constant } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { rawWords } from '../internal/raw-words.ts';
import { sheetsIn } from '../internal/sheets.ts';
import { styles } from './sign-in.styles.ts';

let made = 0;

/**
 * Create an account or sign in: one native form in the light DOM, where password managers find it. Each cause of
 * failure has its own sentence. The password stays in its field, is emptied when the sign-in is done or the form
 * leaves the page, and is neither stored nor logged.
 *
 * @summary The form to create an account or to sign in.
 * @tag p2p-sign-in
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<{ server: string; username: string; password: string }>} p2p-sign-in-request - Sign in was pressed and the fields are filled in.
 * @event {CustomEvent<{ server: string; fullName: string; username: string; password: string }>} p2p-create-account-request - Create account was pressed and the fields are filled in.
 * @event {CustomEvent<Record<string, never>>} p2p-go-unsaved-request - What is stored cannot be read, and the person does not want to wait for it.
 */
export class SignInElement extends ConnectedElement {
  static override properties = {
    server: {},
    username: {},
    accountForm: { attribute: false },
    capabilities: { attribute: false },
    progress: { attribute: false },
    storage: { attribute: false },
  };

  /** The server address that stands in the form at first, e.g. 127.0.0.1:12349. Absent: empty. */
  declare server: string | null | undefined;
  /** The username that stands in the form at first. Absent: empty. */
  declare username: string | null | undefined;
  /** How the backend asks for the server, if it does. Absent: for an IP address and a port. */
  declare accountForm: AccountForm | null | undefined;
  /** What the backend can do: where it creates no accounts, the form only signs in. Absent: everything. */
  declare capabilities: Partial<Capabilities> | null | undefined;
  /** How the sign-in goes. Absent: nothing has been tried. */
  declare progress: SignInView | null | undefined;
  /** How this device keeps what is written: nobody can sign in before what is stored was read. Absent: nothing is said of it. */
  declare storage: StorageView | null | undefined;

  readonly #id = `p2p-sign-in-${(made += 1)}`;
  #isCreating = false;

  override connectedCallback(): void {
    super.connectedCallback();
    const root = this.getRootNode() as Document | ShadowRoot;
    const [sheet] = sheetsIn(this.ownerDocument, [styles]);
    if (sheet && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move in the document is no goodbye.
    queueMicrotask(() => {
      if (!this.isConnected) this.#forgetPassword();
    });
  }

  /** Puts the caret into the first field that still has to be filled in. */
  override focus(options?: FocusOptions): void {
    const inputs = [...this.querySelectorAll('input')];
    (inputs.find(({ value, required }) => required && !value) ?? inputs[0])?.focus(options);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (changed.has('progress') && this.progress?.state === 'done') this.#forgetPassword();
    // The pressed button cannot be pressed now, nor keep the focus: what may have to be mended gets it.
    if (this.querySelector('button:focus:disabled')) this.#input('password')!.focus();
    // Given from outside and not bound: what a person has typed since is not overwritten by a render.
    for (const name of ['server', 'username'] as const)
      if (this[name] != null && (changed.has(name) || changed.has('accountForm')))
        this.#give(name, this[name], changed.has(name));
  }

  protected override fills({
    accountForm,
    capabilities,
    sessions,
    storage,
  }: Messenger): Fills<SignInElement> {
    return {
      accountForm: constant(accountForm),
      capabilities: constant(capabilities),
      progress: sessions.signInView,
      storage,
    };
  }

  protected override render(): TemplateResult {
    const { t } = this;
    const { progress } = this;
    const canCreate = this.capabilities?.createsAccounts !== false;
    const isBusy = progress?.state === 'busy';
    const isUnread = this.storage?.isUnread === true;
    // While the link waits for this device there is none, and not for want of a service.
    const isTold = isUnread && progress?.state === 'failed' && progress.code === 'link-down';
    const failure = progress?.state === 'failed' && !isTold ? this.#failureWords(progress.code) : '';
    const raw = failure && progress?.state === 'failed' ? progress.reason : null;
    return html`
      <form aria-busy=${isBusy ? 'true' : 'false'} @submit=${this.#onSubmit} @input=${this.#onInput}>
        ${this.#serverField()} ${canCreate ? this.#nameField() : nothing}
        <label>
          ${t.username}
          <input name="username" required autocomplete="username" autocapitalize="none" spellcheck="false" />
        </label>
        <label>
          ${t.password}
          <input name="password" type="password" required autocomplete="current-password" />
        </label>
        <p class="failure" role="alert">${failure}</p>
        ${rawWords(raw, t)}
        <p class="progress" role="status">
          ${isUnread ? t.storageUnread : isBusy ? (this.#isCreating ? t.creatingAccount : t.signingIn) : ''}
        </p>
        ${
          isUnread
            ? html`<button type="button" name="unsaved" @click=${this.#onGoUnsaved}>${t.goUnsaved}</button>`
            : nothing
        }
        <div class="buttons">
          <button
            type="submit"
            class="primary"
            name="action"
            value="sign-in"
            ?disabled=${isBusy}
            @click=${this.#onPress}
          >
            ${t.signIn}
          </button>
          ${
            canCreate
              ? html`<button
                  type="submit"
                  name="action"
                  value="create"
                  ?disabled=${isBusy}
                  @click=${this.#onPress}
                >
                  ${t.createAccount}
                </button>`
              : nothing
          }
        </div>
      </form>
    `;
  }

  /** Only needed to create an account. */
  #nameField(): TemplateResult {
    const { t } = this;
    return html`
      <label>
        ${t.fullName}
        <input name="fullName" autocomplete="name" aria-describedby="${this.#id}-name" />
      </label>
      <p class="hint" id="${this.#id}-name">${t.fullNameHint}</p>
    `;
  }

  #failureWords(code: string): string {
    const { t, accountForm } = this;
    if (code === 'invalid' && accountForm && accountForm.server !== 'socket-address') return t.serverInvalid;
    const table: Readonly<Record<string, string | undefined>> = t.signInFailure;
    return table[code] ?? t.signInFailure.other;
  }

  /** In the words of the library, or in those of the backend. */
  #serverField(): TemplateResult | typeof nothing {
    const { t, accountForm } = this;
    const field = accountForm ? accountForm.server : 'socket-address';
    if (!field) return nothing;
    const { label, hint, placeholder } =
      field === 'socket-address' ? { label: t.serverAddress, hint: t.serverHint, placeholder: '' } : field;
    return html`
      <label>
        ${label}
        <input
          name="server"
          required
          autocomplete="on"
          autocapitalize="none"
          spellcheck="false"
          inputmode="url"
          placeholder=${placeholder || nothing}
          aria-describedby=${hint ? `${this.#id}-server` : nothing}
        />
      </label>
      ${hint ? html`<p class="hint" id="${this.#id}-server">${hint}</p>` : nothing}
    `;
  }

  /** A field that has only now come is empty; what stands in another one is replaced by a new value alone. */
  #give(name: string, value: string, isNew: boolean): void {
    const field = this.#input(name);
    if (field && (isNew || !field.value)) field.value = value;
  }

  #onGoUnsaved(): void {
    this.request('p2p-go-unsaved-request', {});
    // The button goes with its reason.
    this.focus();
  }

  #input(name: string): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  }

  #forgetPassword(): void {
    const field = this.#input('password');
    if (field) field.value = '';
  }

  /** Before the browser checks the form: only a new account needs a full name. */
  #onPress(event: Event): void {
    const isCreating = (event.currentTarget as HTMLButtonElement).value === 'create';
    const field = this.#input('fullName');
    field?.setCustomValidity(isCreating && !field.value.trim() ? this.t.fullNameNeeded : '');
  }

  #onInput(): void {
    this.#input('fullName')?.setCustomValidity('');
  }

  #onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    const value = (name: string) => this.#input(name)?.value ?? '';
    const server = value('server').trim();
    const username = value('username').trim();
    const password = value('password');
    this.#isCreating = (event.submitter as HTMLButtonElement | null)?.value === 'create';
    if (this.#isCreating)
      this.request('p2p-create-account-request', {
        server,
        fullName: value('fullName').trim(),
        username,
        password,
      });
    else this.request('p2p-sign-in-request', { server, username, password });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-sign-in': SignInElement;
  }
}
