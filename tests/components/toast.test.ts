import { expect, fixture, html } from '@open-wc/testing';
import { me, noor } from '../../.storybook/fixtures.ts';
import { setFocusSource } from '../../components/internal/seen.ts';
import type { ToastElement, ToastMessage } from '../../components/toast/toast.ts';
import '../../components/messenger/define.ts';
import '../../components/toast/define.ts';
import { createArrivals } from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';
import { all, button, frames, heard, one, standStill, textOf, until } from './helpers.ts';

const message: ToastMessage = { account: me, peer: noor, name: 'Noor Haddad', to: null };
const toast = async (shown: ToastMessage | null = message): Promise<ToastElement> => {
  const element = await fixture<ToastElement>(html`<p2p-toast .message=${shown}></p2p-toast>`);
  await element.updateComplete;
  return element;
};
const isOpen = (element: ToastElement): boolean => {
  const box = one(element, '[part="toast"]');
  return element.isInline ? box.offsetHeight > 0 : box.matches(':popover-open');
};

const worlds: Arrivals[] = [];
const stops: (() => void)[] = [];
afterEach(() => {
  for (const { live } of worlds.splice(0)) live.close();
  for (const stop of stops.splice(0)) stop();
});
async function world(name?: string): Promise<Arrivals> {
  const made = await createArrivals(name);
  worlds.push(made);
  return made;
}

/** A toast that takes what comes from a messenger. */
async function live(made: Arrivals, peer: ToastElement['peer'] = null): Promise<ToastElement> {
  const element = document.createElement('p2p-toast');
  element.messenger = made.browser.messenger;
  element.peer = peer;
  document.body.append(element);
  stops.push(() => element.remove());
  await element.updateComplete;
  return element;
}

/** The controls and status texts inside an element, but not in its toast. */
function inside(element: Element): HTMLElement[] {
  if (element.localName === 'p2p-toast') return [];
  const found = [...(element.shadowRoot?.querySelectorAll<HTMLElement>('*') ?? [])].flatMap((each) => [
    ...(each.matches('button, input, textarea, a, h1, h2, h3, [part~="header"], p2p-route-indicator')
      ? [each]
      : []),
    ...(each.shadowRoot ? inside(each) : []),
  ]);
  return found.filter((each) => each.offsetHeight > 0);
}

describe('p2p-toast', () => {
  it('is accessible in every state', async () => {
    for (const shown of [null, message, { ...message, name: null }, { ...message, to: 'P2P Test 2' }])
      await expect(await toast(shown)).to.be.accessible();
  });

  it('91: names the sender, never a CID, and not what was written', async () => {
    const made = await world();
    const element = await live(made);
    expect(isOpen(element)).to.equal(false);
    await made.hear('a secret');
    await element.updateComplete;
    expect(isOpen(element)).to.equal(true);
    expect(textOf(element, '[part="open"] .name')).to.equal('New message from Friend Example');
    for (const secret of ['secret', made.friend, made.account])
      expect(element.shadowRoot!.innerHTML, secret).not.to.contain(secret);
  });

  it('calls a sender without a name Someone', async () => {
    const element = await toast({ ...message, name: null });
    expect(textOf(element, '.name')).to.equal('New message from Someone');
    expect(textOf(element)).not.to.match(/\d{4}/u);
  });

  it('stays eight seconds, also where the clock is set back or forward meanwhile', async () => {
    const clock = standStill();
    for (const shift of [-3_600_000, 3_600_000, -31_536_000_000, 63_072_000_000]) {
      const element = await toast();
      clock.shift(shift);
      clock.advance(7_900);
      await element.updateComplete;
      expect(isOpen(element), `${shift}: stays`).to.equal(true);
      clock.advance(200);
      await element.updateComplete;
      expect(isOpen(element), `${shift}: goes`).to.equal(false);
    }
  });

  it('shows messages that come after the clock was set back, also from a new sender', async () => {
    const made = await world();
    const element = await live(made);
    for (const shift of [-3_600_000, -31_536_000_000, 63_072_000_000]) {
      made.live.clock.shift(shift);
      element.message = null;
      await made.hear(`after ${shift}`);
      await element.updateComplete;
      expect(isOpen(element), `${shift}`).to.equal(true);
    }
  });

  it('shows nothing for existing messages, whatever their time', async () => {
    const made = await world();
    await made.hear('before');
    // What is stored is of a time that is still to come.
    made.live.clock.shift(-3_600_000);
    const element = await live(made);
    await made.live.clock.advance(1_000);
    expect(isOpen(element)).to.equal(false);
    await made.hear('after');
    await element.updateComplete;
    expect(isOpen(element)).to.equal(true);
  });

  it("draws a peer's name as text", async () => {
    const element = await toast({ ...message, name: '<img src=x onerror=alert(1)>' });
    expect(all(element, 'img')).to.have.lengthOf(0);
    expect(textOf(element, '.name')).to.contain('<img');
  });

  it('is announced by a status region that exists beforehand, and takes no focus', async () => {
    const element = await toast(null);
    const region = one(element, '[role="status"]');
    expect(region.textContent).to.equal('');
    const before = document.activeElement;
    element.message = { ...message, to: 'P2P Test 2' };
    await element.updateComplete;
    expect(one(element, '[role="status"]')).to.equal(region);
    expect(region.textContent).to.equal('New message from Noor Haddad. To P2P Test 2');
    expect(document.activeElement).to.equal(before);
  });

  it('announces equal texts that came twice, and both of two that came at once', async () => {
    const said = (element: ToastElement) =>
      [...one(element, '[role="status"]').children].map(({ textContent }) => textContent);
    const element = await toast();
    const first = one(element, '[role="status"]').firstElementChild;
    element.message = { ...message };
    await element.updateComplete;
    expect(said(element)).to.deep.equal(['New message from Noor Haddad', 'New message from Noor Haddad']);
    expect(one(element, '[role="status"]').firstElementChild).to.equal(first);
    const made = await world();
    const other = await live(made);
    await made.hear('one');
    await made.hear('two', made.second);
    await other.updateComplete;
    expect(said(other)).to.deep.equal([
      'New message from Friend Example',
      'New message from Friend Example. To Bobby',
    ]);
  });

  it('waits while a modal dialog is open, is announced after it, and then stays for its full time', async () => {
    const clock = standStill();
    const dialog = await fixture<HTMLDialogElement>(html`<dialog>A question</dialog>`);
    dialog.showModal();
    const element = await toast();
    expect(isOpen(element)).to.equal(false);
    expect(textOf(element)).to.equal('');
    clock.advance(20_000);
    await element.updateComplete;
    expect(isOpen(element)).to.equal(false);
    dialog.close();
    clock.advance(1_000);
    await element.updateComplete;
    expect(isOpen(element)).to.equal(true);
    expect(textOf(element, '[role="status"]')).to.equal('New message from Noor Haddad');
    clock.advance(7_000);
    await element.updateComplete;
    expect(isOpen(element)).to.equal(true);
    clock.advance(1_000);
    await element.updateComplete;
    expect(isOpen(element)).to.equal(false);
  });

  it('covers and moves no button and no text of a p2p-messenger, wide or narrow', async () => {
    stops.push(setFocusSource(() => true));
    const made = await world();
    const box = await fixture<HTMLElement>(html`<div></div>`);
    box.style.height = '600px';
    const element = document.createElement('p2p-messenger');
    element.messenger = made.browser.messenger;
    box.append(element);
    for (const [width, peer] of [
      [1000, null],
      [1000, made.friend],
      [400, null],
      [400, made.friend],
    ] as const) {
      box.style.width = `${width}px`;
      element.peer = peer;
      await element.updateComplete;
      await frames();
      const inner = element.shadowRoot!.querySelector('p2p-toast')!;
      inner.message = null;
      await inner.updateComplete;
      await frames();
      const places = () =>
        inside(element).map((each) => {
          const { left, top, right, bottom } = each.getBoundingClientRect();
          return { name: each.outerHTML.slice(0, 80), left, top, right, bottom };
        });
      const before = places();
      expect(before.length).to.be.above(3);
      inner.message = { ...message, account: made.second };
      await inner.updateComplete;
      await frames();
      expect(isOpen(inner), `${width}, ${peer}`).to.equal(true);
      const toastBox = one(inner, '[part="toast"]').getBoundingClientRect();
      for (const { name, left, top, right, bottom } of places())
        expect(
          left >= toastBox.right ||
            right <= toastBox.left ||
            top >= toastBox.bottom ||
            bottom <= toastBox.top,
          `${width}, ${peer}: ${name}`,
        ).to.equal(true);
      expect(places(), `${width}, ${peer}`).to.deep.equal(before);
      // And it can be pressed where it is.
      const { x, y, width: wide, height } = button(inner, 'Dismiss').getBoundingClientRect();
      let hit = document.elementFromPoint(x + wide / 2, y + height / 2);
      while (hit?.shadowRoot && hit !== inner)
        hit = hit.shadowRoot.elementFromPoint(x + wide / 2, y + height / 2);
      expect(hit).to.equal(inner);
    }
  });

  it('shows messages of other conversations and accounts, not of the open conversation, and no own ones', async () => {
    const made = await world();
    const { live: simulated, browser, friend, account, second, hear } = made;
    const element = await live(made, friend);
    await hear('in the open one');
    await browser.messenger.messages.send(account, friend, 'our own');
    await simulated.clock.advance(1_000);
    await element.updateComplete;
    expect(isOpen(element)).to.equal(false);
    await hear('in the other account', second);
    await element.updateComplete;
    const said = 'New message from Friend Example. To Bobby';
    expect(textOf(element, '[role="status"]')).to.equal(said);
    expect(isOpen(element)).to.equal(true);
    // What comes in the open one takes nothing away either.
    await hear('in the open one again');
    await element.updateComplete;
    expect(textOf(element, '[role="status"]')).to.equal(said);
  });

  it('shows nothing while the page is hidden', async () => {
    const made = await world();
    const element = await live(made);
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    await made.hear('hidden');
    Reflect.deleteProperty(document, 'visibilityState');
    await element.updateComplete;
    expect(isOpen(element)).to.equal(false);
    await made.hear('visible');
    await element.updateComplete;
    expect(isOpen(element)).to.equal(true);
  });

  it('shows only the newest message, and closes when that is read elsewhere', async () => {
    const made = await world();
    const element = await live(made);
    await made.hear('one');
    await made.hear('two', made.second);
    await element.updateComplete;
    expect(all(element, '[part="open"]')).to.have.lengthOf(1);
    expect(textOf(element, '[part="open"]')).to.contain('To Bobby');
    const { messages } = made.browser.messenger;
    const read = (account: typeof made.account): Promise<boolean> => {
      messages.pass(account, made.friend);
      return element.updateComplete;
    };
    await read(made.account);
    expect(isOpen(element)).to.equal(true);
    await read(made.second);
    expect(isOpen(element)).to.equal(false);
  });

  it('closes after eight seconds, but not while it is hovered or has the focus', async () => {
    const clock = standStill();
    const element = await toast();
    const later = async (milliseconds: number): Promise<boolean> => {
      clock.advance(milliseconds);
      await element.updateComplete;
      return isOpen(element);
    };
    const box = one(element, '[part="toast"]');
    expect(await later(7_000)).to.equal(true);
    box.dispatchEvent(new PointerEvent('pointerenter'));
    expect(await later(60_000)).to.equal(true);
    box.dispatchEvent(new PointerEvent('pointerleave'));
    expect(await later(7_000)).to.equal(true);
    button(element, 'Dismiss').focus();
    expect(await later(60_000)).to.equal(true);
    box.dispatchEvent(new PointerEvent('pointerleave'));
    expect(await later(60_000), 'the focus is still in it').to.equal(true);
    (element.shadowRoot!.activeElement as HTMLElement).blur();
    expect(await later(7_000)).to.equal(true);
    expect(await later(1_000)).to.equal(false);
    expect(clock.listeners).to.equal(0);
  });

  it('closes by Dismiss and by Escape, and dispatches no request', async () => {
    const asked = heard('p2p-open-conversation-request');
    const element = await toast();
    button(element, 'Dismiss').click();
    await element.updateComplete;
    expect(isOpen(element)).to.equal(false);
    element.message = message;
    await element.updateComplete;
    const key = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true });
    one(element, '[part="open"]').dispatchEvent(key);
    await element.updateComplete;
    expect(isOpen(element)).to.equal(false);
    expect(asked).to.deep.equal([]);
  });

  it('closes when its conversation is opened', async () => {
    const element = await toast();
    element.account = me;
    element.peer = noor;
    await element.updateComplete;
    expect(isOpen(element)).to.equal(false);
  });

  it('is part of a p2p-messenger, and opens the conversation, also of another account', async () => {
    stops.push(setFocusSource(() => true));
    const made = await world();
    const element = document.createElement('p2p-messenger');
    element.messenger = made.browser.messenger;
    document.body.append(element);
    stops.push(() => element.remove());
    await element.updateComplete;
    await frames();
    const inner = element.shadowRoot!.querySelector('p2p-toast')!;
    await made.hear('hello', made.second);
    await inner.updateComplete;
    await expect(element).to.be.accessible();
    one(inner, '[part="open"]').click();
    await until(() => element.peer === made.friend, 'the conversation is open');
    expect(made.browser.messenger.sessions.current.peek()).to.equal(made.second);
    await inner.updateComplete;
    expect(isOpen(inner)).to.equal(false);
    // Now it is the open one: nothing is told of it, but of the other account.
    await made.hear('again', made.second);
    await inner.updateComplete;
    expect(isOpen(inner)).to.equal(false);
    await made.hear('to the first');
    await inner.updateComplete;
    expect(textOf(inner, '[role="status"]')).to.equal('New message from Friend Example. To Alice');
  });
});
