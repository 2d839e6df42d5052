/** Reads and operates one messenger as a person would, by what is drawn and not by what is stored. */

/** Matching elements, also in shadow roots, in document order. */
export function deepAll(root: ParentNode, selector: string): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    if (element.matches(selector)) found.push(element);
    if (element.shadowRoot) found.push(...deepAll(element.shadowRoot, selector));
  }
  return found;
}

/** The accessible name of a button or icon, as far as these elements need it. */
export function nameOf(element: HTMLElement): string {
  return (element.getAttribute('aria-label') ?? element.textContent ?? '').replace(/\s+/gu, ' ').trim();
}

/** One own or foreign row of the open conversation. */
export interface DrawnMessage {
  readonly text: string;
  /** The accessible name of the status icon; null for their messages. */
  readonly status: string | null;
  readonly id: string;
}

/** The icon and the name of every status that is drawn below `root`. */
export function drawnStatuses(root: ParentNode): { name: string; icon: string }[] {
  return deepAll(root, 'p2p-message-status').flatMap(({ shadowRoot }) => {
    const picture = shadowRoot?.querySelector<HTMLElement>('[role="img"], svg');
    const icon = shadowRoot?.querySelector<SVGElement>('svg')?.dataset['icon'] ?? '';
    return picture
      ? [{ name: nameOf(shadowRoot!.querySelector<HTMLElement>('[role="img"]') ?? picture), icon }]
      : [];
  });
}

/** One `p2p-messenger`, seen from outside. */
export class Screen {
  readonly element: HTMLElement;
  readonly #settle: () => Promise<void>;

  constructor(element: HTMLElement, settle: () => Promise<void>) {
    this.element = element;
    this.#settle = settle;
  }

  /** Presses the button of that name. */
  async press(name: string | RegExp, within: ParentNode = this.#root): Promise<void> {
    const button = this.#button(name, within);
    if (!button) throw new Error(`There is no button “${String(name)}” on the screen.`);
    button.click();
    await this.#settle();
  }

  has(name: string | RegExp): boolean {
    return this.#button(name) !== undefined;
  }

  /** Fills the sign-in form and creates the account. */
  async createAccount(fullName: string, username: string, password: string): Promise<void> {
    const form = deepAll(this.#root, 'form').find((candidate) =>
      candidate.querySelector('[name="password"]'),
    );
    if (!form) throw new Error('There is no sign-in form on the screen.');
    const fields = { fullName, username, password };
    for (const [field, value] of Object.entries(fields)) {
      const input = form.querySelector<HTMLInputElement>(`[name="${field}"]`)!;
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
    await this.press('Create account');
  }

  /** The names of the accounts in the rail. */
  accounts(): string[] {
    return deepAll(this.#root, '.session').map(nameOf);
  }

  /** Switches to the account whose name begins so. */
  async switchTo(name: string): Promise<void> {
    const account = deepAll(this.#root, 'button.session').find((button) => button.title.startsWith(name));
    if (!account) throw new Error(`There is no account “${name}” on the screen.`);
    account.click();
    await this.#settle();
  }

  /** The number on the badge of pending requests; 0 where none is drawn. */
  badge(): number {
    const badge = deepAll(this.#root, '.head p2p-pending-badge')[0];
    return Number(badge?.shadowRoot?.textContent?.replace(/\D+/gu, '') || '0');
  }

  /** The line of facts in the row of that person. */
  facts(name: string): string {
    return nameOf(this.#person(name).querySelector<HTMLElement>('[part~="facts"]')!);
  }

  /** Presses a button in the row of that person. */
  async pressFor(name: string, button: string): Promise<void> {
    await this.press(button, this.#person(name));
  }

  /** Opens the conversation with that person from the list. */
  async open(name: string): Promise<void> {
    const row = deepAll(this.#root, '.conversation').find((candidate) =>
      nameOf(candidate.querySelector<HTMLElement>('[part~="name"]') ?? candidate).startsWith(name),
    );
    if (!row) throw new Error(`There is no conversation with “${name}” on the screen.`);
    row.click();
    await this.#settle();
  }

  /** Writes into the composer and presses Send. */
  async write(text: string): Promise<void> {
    const field = deepAll(this.#root, 'textarea')[0] as HTMLTextAreaElement | undefined;
    if (!field) throw new Error('There is no composer on the screen.');
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    await this.#settle();
    await this.press('Send');
  }

  /** The rows of the open conversation. */
  messages(): DrawnMessage[] {
    return deepAll(this.#root, '[part~="message"][data-id]').map((row) => {
      const status = drawnStatuses(row)[0]?.name ?? null;
      return {
        text: nameOf(row.querySelector<HTMLElement>('[part~="text"]')!),
        status,
        id: row.dataset['id']!,
      };
    });
  }

  /** The status that is drawn for an own message of that text. */
  statusOf(text: string): string {
    const message = this.messages().find((candidate) => candidate.text === text);
    if (!message) throw new Error(`“${text}” is not on the screen.`);
    return message.status ?? '';
  }

  /** What the route indicator says. */
  route(): string {
    const chip = deepAll(this.#root, 'p2p-route-indicator')[0]?.shadowRoot?.querySelector<HTMLElement>(
      '.chip',
    );
    return chip ? nameOf(chip) : '';
  }

  /** The line that says how messages travel while there is no direct path. */
  notice(): string {
    return deepAll(this.#root, '.path-notice .grow').map(nameOf).join(' ');
  }

  /** All text on the screen. */
  text(): string {
    return deepAll(this.#root, '*')
      .filter((element) => element.children.length === 0)
      .map((element) => element.textContent)
      .join(' ');
  }

  get #root(): ShadowRoot {
    return this.element.shadowRoot!;
  }

  #button(name: string | RegExp, within: ParentNode = this.#root): HTMLElement | undefined {
    const isNamed = (text: string): boolean => (typeof name === 'string' ? text === name : name.test(text));
    return deepAll(within, 'button').find(
      (button) => isNamed(nameOf(button)) && !button.hasAttribute('disabled'),
    );
  }

  #person(name: string): HTMLElement {
    const row = deepAll(this.#root, '[part~="person"]').find(
      (candidate) => nameOf(candidate.querySelector<HTMLElement>('[part~="name"]')!) === name,
    );
    if (!row) throw new Error(`“${name}” is not in the list on the screen.`);
    return row;
  }
}
