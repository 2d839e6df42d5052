import { expect, fixture, html } from '@open-wc/testing';
import { sendKeys, sendMouse, setViewport } from '@web/test-runner-commands';
import { createHarbour } from '../../.storybook/harbour.ts';
import type { Harbour } from '../../.storybook/harbour.ts';
import { SERVER } from '../../.storybook/live.ts';
import type { Live, LiveBrowser } from '../../.storybook/live.ts';
import { deepAll, nameOf } from '../../.storybook/report/screen.ts';
import { focused } from '../../components/internal/focus.ts';
import { setFocusSource } from '../../components/internal/seen.ts';
import type { MessengerElement } from '../../components/messenger/messenger.ts';
import '../../components/messenger/define.ts';
import '../../components/toast/define.ts';
import { frames } from './helpers.ts';

/*
 * Drives the whole messenger by keyboard and pointer: after every key and press the focus is where a person expects
 * it, and never on the page's body.
 */

export const WIDE = 1100;
export const NARROW = 360;
export type How = 'keys' | 'pointer';

const lives: Live[] = [];

/** A world that ends with the test. */
export function lasting(live: Live): Live {
  lives.push(live);
  return live;
}

let stopFocus: () => void;
before(() => setViewport({ width: 1200, height: 800 }));
beforeEach(() => (stopFocus = setFocusSource(() => true)));
afterEach(() => {
  stopFocus();
  for (const live of lives.splice(0)) live.close();
});

/** One messenger, and the actions of a person. */
export class Hands {
  readonly element: MessengerElement;
  readonly live: Live;
  readonly how: How;
  /** The actions so far, for the message of a failed test. */
  readonly #done: string[] = [];

  constructor(element: MessengerElement, live: Live, how: How) {
    this.element = element;
    this.live = live;
    this.how = how;
  }

  get isNarrow(): boolean {
    return this.element.clientWidth === NARROW;
  }

  /** The visible element with that name. */
  find(name: string | RegExp, selector = 'button', within = ''): HTMLElement {
    const root = within ? deepAll(this.element.shadowRoot!, within) : [this.element.shadowRoot!];
    const matches = (text: string): boolean =>
      typeof name === 'string' ? text === name || text.startsWith(`${name},`) : name.test(text);
    const found = root
      .flatMap((one) => deepAll((one as HTMLElement).shadowRoot ?? one, selector))
      .find((one) => matches(nameOf(one)) && one.checkVisibility());
    if (!found) throw new Error(`There is no ${selector} “${String(name)}”. Done: ${this.#done.join(' > ')}`);
    return found;
  }

  /** Presses it with the pointer, or with Enter while it has the focus. */
  async press(name: string | RegExp, selector?: string, within?: string): Promise<void> {
    const target = this.find(name, selector, within);
    this.#done.push(`press ${String(name)}`);
    if (this.how === 'keys') {
      target.focus();
      expect(focused() === target, `“${String(name)}” takes the focus`).to.equal(true);
      await sendKeys({ press: 'Enter' });
    } else {
      target.scrollIntoView({ block: 'nearest' });
      await frames();
      const { left, top, width, height } = target.getBoundingClientRect();
      await sendMouse({
        type: 'click',
        position: [Math.round(left + width / 2), Math.round(top + height / 2)],
      });
    }
    await this.settle();
  }

  async key(press: string): Promise<void> {
    this.#done.push(press);
    await sendKeys({ press });
    await this.settle();
  }

  async type(text: string): Promise<void> {
    this.#done.push(`type ${text}`);
    await sendKeys({ type: text });
    await this.settle();
  }

  async wait(ms: number): Promise<void> {
    this.#done.push(`${ms} ms`);
    await this.live.clock.advance(ms);
    await this.settle();
  }

  /** What has the focus is this, and it can be seen. */
  at(what: string | RegExp, selector = '*'): void {
    const holder = focused();
    const said = holder ? `${holder.localName} “${nameOf(holder).slice(0, 80)}”` : 'body';
    const done = `${this.#done.join(' > ')}: ${said}`;
    expect(holder?.checkVisibility(), done).to.equal(true);
    expect(holder!.matches(selector), `${done} is ${selector}`).to.equal(true);
    if (typeof what === 'string') expect(nameOf(holder!), done).to.equal(what);
    else expect(nameOf(holder!), done).to.match(what);
  }

  /** Every list has one row for Tab to stop at, and it is drawn. */
  stops(): void {
    for (const list of deepAll(this.element.shadowRoot!, '.log, .people')) {
      if (!list.checkVisibility()) continue;
      const rows = [...list.querySelectorAll<HTMLElement>('[data-index]')];
      const stops = rows.filter(
        (row) => row.matches('[tabindex="0"]') || row.querySelector('[tabindex="0"]'),
      );
      expect(stops.length, this.#done.join(' > ')).to.equal(Math.min(1, rows.length));
      // Tab goes into no other row.
      const pressed = rows
        .filter((row) => !stops.includes(row))
        .flatMap((row) => [...row.querySelectorAll<HTMLElement>('a[href], button, summary')])
        .filter((control) => control.tabIndex >= 0);
      expect(pressed.map(nameOf), this.#done.join(' > ')).to.deep.equal([]);
    }
  }

  async settle(): Promise<void> {
    await this.live.clock.advance(10);
    await this.element.updateComplete;
    await frames();
    const done = this.#done.join(' > ');
    expect(focused() !== null, `the focus is not on the body after: ${done}`).to.equal(true);
    expect(
      this.element.contains(document.activeElement),
      `the focus is in the messenger after: ${done}`,
    ).to.equal(true);
    expect(focused()!.checkVisibility(), `what has the focus can be seen after: ${done}`).to.equal(true);
    this.stops();
  }
}

export async function hands(browser: LiveBrowser, live: Live, width: number, how: How): Promise<Hands> {
  const box = await fixture<HTMLElement>(html`<div></div>`);
  box.style.setProperty('width', `${width}px`);
  box.style.setProperty('height', '640px');
  const element = document.createElement('p2p-messenger');
  element.messenger = browser.messenger;
  element.server = SERVER;
  box.append(element);
  await element.updateComplete;
  await frames();
  return new Hands(element, live, how);
}

export async function world(): Promise<Harbour> {
  const made = await createHarbour();
  lives.push(made.live);
  return made;
}

/** Fills fields of the sign-in form, by their names. */
export function fill(person: Hands, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    const input = deepAll(person.element.shadowRoot!, `input[name="${name}"]`)[0] as HTMLInputElement;
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
