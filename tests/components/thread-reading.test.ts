import { expect, fixture, html } from '@open-wc/testing';
import { conversation, theirs, NOW } from '../../.storybook/fixtures.ts';
import { setFocusSource } from '../../components/internal/seen.ts';
import type { ThreadElement } from '../../components/thread/thread.ts';
import '../../components/thread/define.ts';
import type { MessageId } from '../../facts/index.ts';
import { createArrivals } from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';
import { all, button, buttons, frames, heard, one, textOf, until } from './helpers.ts';

const log = (element: ThreadElement): HTMLElement => one(element, '.log');

const stops: (() => void)[] = [];
afterEach(() => {
  // The last one first: a source of the focus puts back the one before it.
  for (const stop of stops.splice(0).reverse()) stop();
});

/** Whether the simulated window has the focus. */
function focus(hasIt: boolean): void {
  stops.push(setFocusSource(() => hasIt));
  window.dispatchEvent(new Event('focus'));
}

interface Reading extends Arrivals {
  element: ThreadElement;
  /** Waits until seen messages are reported. */
  later(ms?: number): Promise<void>;
  /** The texts that the friend's client shows as read. */
  readThere(): string[];
  readonly unread: number;
}

/** A thread of 400 px over a live messenger, in which `count` messages have come before it was opened. */
async function reading(count: number): Promise<Reading> {
  const world = await createArrivals();
  stops.push(() => world.live.close());
  const { browser, account, friend, friends, live } = world;
  for (let n = 0; n < count; n += 1) await world.hear(`message ${n}`);
  const element = await open(world);
  return {
    ...world,
    element,
    async later(ms = 1_500) {
      await frames();
      await live.clock.advance(ms);
      await frames();
    },
    readThere() {
      const source = friends.messenger.messages.source(friend, account);
      return source.ids.peek().flatMap((id) => {
        const row = source.get(id)!;
        return row.own && row.status === 'read' ? [row.text] : [];
      });
    },
    get unread() {
      return browser.messenger.messages.unread(account).peek();
    },
  };
}

async function open({ browser, account, friend }: Arrivals): Promise<ThreadElement> {
  const box = await fixture(html`<div class="box"></div>`);
  (box as HTMLElement).style.height = '400px';
  const element = document.createElement('p2p-thread');
  Object.assign(element, { messenger: browser.messenger, account, peer: friend });
  box.append(element);
  await element.updateComplete;
  await frames();
  return element;
}

const texts = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `message ${from + n}`);

describe('a thread and what is unread in it', () => {
  it('opens at the first unread message, below its mark, and reports only messages on the screen (case 153)', async () => {
    const made = await reading(30);
    const { element } = made;
    expect(made.unread).to.be.greaterThan(10);
    const first = one(element, '[part="unread-mark"]');
    const { top } = log(element).getBoundingClientRect();
    expect(Math.abs(first.getBoundingClientRect().top - top)).to.be.below(30);
    expect(textOf(element, '[part="unread-mark"]')).to.equal('30 new messages');
    await made.later();
    const read = made.readThere();
    expect(read[0]).to.equal('message 0');
    expect(read.length).to.be.within(2, 10);
    expect(made.unread).to.equal(30 - read.length);
    // Downwards, screen by screen: each is told once it was there.
    for (let n = 0; n < 30 && !element.isAtEnd; n += 1) {
      log(element).scrollTop += 200;
      await frames();
    }
    await made.later();
    expect(made.readThere()).to.deep.equal(texts(0, 29));
    expect(made.unread).to.equal(0);
  });

  it('clears the badge after a jump to the end, and reports no skipped message as read (case 89)', async () => {
    const made = await reading(30);
    const { element } = made;
    await made.later();
    const before = made.readThere().length;
    button(element, 'Jump to latest').click();
    await frames();
    expect(made.unread).to.equal(0);
    await made.later(70_000);
    const read = made.readThere();
    expect(read.at(-1)).to.equal('message 29');
    expect(read).not.to.include('message 15');
    expect(read.length - before).to.be.below(12);
  });

  it('passes nothing while the reader stays at the end: a late message above stays unread, with a button that leads to it (case 152)', async () => {
    const made = await reading(3);
    const { element, friends, account, friend, live, browser } = made;
    const lost = browser.service.faults.add({
      kind: 'drop',
      direction: 'out',
      variants: ['MessageNotification'],
    });
    await made.hear('late');
    lost();
    for (let n = 3; n < 30; n += 1) {
      await made.hear(`message ${n}`);
      await frames();
    }
    await made.later();
    expect(element.isAtEnd).to.equal(true);
    expect(buttons(element, '1 unread message')).to.have.lengthOf(0);
    friends.messenger.wake();
    await live.clock.advance(10_000);
    await frames();
    const source = browser.messenger.messages.source(account, friend);
    expect(source.ids.peek().map((id) => source.get(id)!.text)).to.deep.equal([
      ...texts(0, 2),
      'late',
      ...texts(3, 29),
    ]);
    expect(element.isAtEnd).to.equal(true);
    expect(made.unread).to.equal(1);
    await made.later(70_000);
    expect(made.readThere()).not.to.include('late');
    button(element, '1 unread message').click();
    await frames();
    await made.later();
    expect(made.unread).to.equal(0);
    expect(made.readThere()).to.include('late');
    expect(buttons(element, '1 unread message')).to.have.lengthOf(0);
  });

  it('counts nothing as read or passed while the window has no focus, and counts what is on the screen once it has', async () => {
    focus(false);
    const made = await reading(2);
    await made.later();
    expect(made.unread).to.equal(2);
    expect(made.readThere()).to.deep.equal([]);
    focus(true);
    await made.later();
    expect(made.unread).to.equal(0);
    expect(made.readThere()).to.deep.equal(texts(0, 1));
  });

  it('counts nothing as read behind a modal dialog', async () => {
    const dialog = document.createElement('dialog');
    const inside = document.createElement('button');
    dialog.append(inside);
    document.body.append(dialog);
    stops.push(() => dialog.remove());
    dialog.showModal();
    const made = await reading(2);
    await made.later();
    expect(made.unread).to.equal(2);
    dialog.close();
    one(made.element, '[tabindex="0"]').focus();
    await made.later();
    expect(made.unread).to.equal(0);
    expect(made.readThere()).to.deep.equal(texts(0, 1));
  });

  it('reports what is on the screen when read receipts are enabled again, and nothing from before', async () => {
    const made = await reading(0);
    const { browser, account } = made;
    browser.messenger.settings.change(account, { readReceipts: false });
    for (let n = 0; n < 20; n += 1) {
      await made.hear(`message ${n}`);
      await frames();
    }
    await made.later();
    expect(made.unread).to.equal(0);
    browser.messenger.settings.change(account, { readReceipts: true });
    await made.later();
    const read = made.readThere();
    expect(read.at(-1)).to.equal('message 19');
    expect(read).not.to.include('message 0');
  });
});

describe('a long message', () => {
  for (const boxes of [1.5, 4, 12])
    it(`of ${boxes} boxes counts as read once half a box of it is in view, and is reported once (field D2)`, async () => {
      const read = heard('p2p-read-request');
      const before = conversation();
      const long = theirs('a line\n'.repeat(15), NOW + 1);
      const messages = [
        ...before,
        long,
        ...before.map((row, n) => ({ ...row, id: `after ${n}` as MessageId })),
      ];
      const box = await fixture(html`<div></div>`);
      (box as HTMLElement).style.height = '400px';
      const element = document.createElement('p2p-thread');
      Object.assign(element, { rows: messages, account: '1', peer: '2', firstUnread: before[0]!.id });
      box.append(element);
      await element.updateComplete;
      const row = (): HTMLElement => one(element, `[data-id="${long.id}"]`);
      await until(
        () => all(element, `[data-id="${long.id}"]`).length > 0 || scrolled(element),
        'it is drawn',
      );
      // As high as a text of that many boxes is once it was unfolded.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`[data-id="${long.id}"] { min-height: ${boxes * 400}px }`);
      element.shadowRoot!.adoptedStyleSheets.push(sheet);
      const told = (): number => read.filter(({ id }) => id === long.id).length;
      const inView = (): number => {
        if (all(element, `[data-id="${long.id}"]`).length === 0) return 0;
        const [view, place] = [log(element).getBoundingClientRect(), row().getBoundingClientRect()];
        return (Math.min(place.bottom, view.bottom) - Math.max(place.top, view.top)) / view.height;
      };
      for (let n = 0; n < 200 && inView() < 0.55; n += 1) {
        if (inView() < 0.4) expect(told(), `${inView()} of a box`).to.equal(0);
        log(element).scrollTop += 40;
        await frames();
      }
      expect(inView()).to.be.within(0.5, 0.8);
      expect(told()).to.equal(1);
      for (let n = 0; n < 200 && !element.isAtEnd; n += 1) {
        log(element).scrollTop += 300;
        await frames();
      }
      expect(element.isAtEnd).to.equal(true);
      expect(told()).to.equal(1);
    });
});

/** Scrolls on a little, to what is not drawn yet. */
function scrolled(element: ThreadElement): boolean {
  log(element).scrollTop += 40;
  return false;
}
