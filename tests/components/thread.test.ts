import { expect, fixture, html } from '@open-wc/testing';
import {
  MINUTE,
  NOW,
  at,
  conversation,
  me,
  mine,
  noor,
  theirs,
  unbroken,
} from '../../.storybook/fixtures.ts';
import { STATUSES } from '../../facts/index.ts';
import type { MessageId, MessageSource, ThreadMessage } from '../../facts/index.ts';
import type { ThreadElement } from '../../components/thread/thread.ts';
import '../../components/thread/define.ts';
import { all, button, buttons, contrast, frames, heard, one, standStill, textOf, until } from './helpers.ts';

/** A live source over an array, as the stores hand one out. */
class Source implements MessageSource {
  readonly list: MessageId[] = [];
  readonly records = new Map<MessageId, ThreadMessage>();
  readonly watchers = new Map<MessageId, Set<() => void>>();
  readonly #subscribers = new Set<(ids: readonly MessageId[]) => void>();
  gets = 0;

  constructor(messages: readonly ThreadMessage[] = []) {
    for (const message of messages) {
      this.records.set(message.id, message);
      this.list.push(message.id);
    }
  }
  readonly ids: MessageSource['ids'] = (() => {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the cell below is an object of its own
    const source = this;
    return {
      get value() {
        return source.list;
      },
      peek: () => source.list,
      subscribe: (run: (ids: readonly MessageId[]) => void) => {
        source.#subscribers.add(run);
        run(source.list);
        return () => source.#subscribers.delete(run);
      },
    };
  })();
  get subscribers(): number {
    return this.#subscribers.size;
  }
  get watched(): number {
    return [...this.watchers.values()].reduce((sum, { size }) => sum + size, 0);
  }
  get(id: MessageId): ThreadMessage | undefined {
    this.gets += 1;
    return this.records.get(id);
  }
  watch(id: MessageId, changed: () => void): () => void {
    if (!this.watchers.has(id)) this.watchers.set(id, new Set());
    this.watchers.get(id)!.add(changed);
    return () => this.watchers.get(id)!.delete(changed);
  }
  append(...messages: readonly ThreadMessage[]): void {
    for (const message of messages) this.records.set(message.id, message);
    for (const { id } of messages) this.list.push(id);
    for (const run of this.#subscribers) run(this.list);
  }
  prepend(...messages: readonly ThreadMessage[]): void {
    for (const message of messages) this.records.set(message.id, message);
    this.list.unshift(...messages.map(({ id }) => id));
    for (const run of this.#subscribers) run(this.list);
  }
  change(id: MessageId, more: Partial<ThreadMessage>): void {
    this.records.set(id, { ...this.records.get(id)!, ...more });
    for (const changed of [...(this.watchers.get(id) ?? [])]) changed();
  }
}

async function thread(
  messages: ThreadElement['rows'],
  more: Partial<ThreadElement> = {},
): Promise<ThreadElement> {
  const box = await fixture<HTMLElement>(
    html`<div>
      <p2p-thread
        .account=${me}
        .peer=${noor}
        peer-name="Noor Haddad"
        .rows=${messages}
        .firstUnread=${more.firstUnread}
        .isTyping=${more.isTyping ?? false}
      ></p2p-thread>
    </div>`,
  );
  const element = box.querySelector('p2p-thread')!;
  element.style.height = '400px';
  element.style.width = '480px';
  await element.updateComplete;
  await until(
    () => (Array.isArray(messages) && messages.length === 0 ? true : all(element, '.message').length > 0),
    'rows are drawn',
  );
  await settled(element);
  return element;
}

const log = (element: ThreadElement) => one(element, '.log');
const fromEnd = (element: ThreadElement) => {
  const { scrollHeight, scrollTop, clientHeight } = log(element);
  return scrollHeight - scrollTop - clientHeight;
};
const rowOf = (element: ThreadElement, id: MessageId) => one(element, `[data-id="${id}"]`);

/** Waits until the list is stable: the same position and rows in five consecutive frames. */
async function settled(element: ThreadElement): Promise<void> {
  const state = () => {
    const { scrollTop, scrollHeight } = log(element);
    return [scrollTop, scrollHeight, ...all(element, '.message').map(({ dataset }) => dataset['id'])].join();
  };
  let last = state();
  for (let still = 0; still < 5;) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = state();
    still = now === last ? still + 1 : 0;
    last = now;
  }
}

const many = (count: number, from = 0): ThreadMessage[] =>
  Array.from({ length: count }, (_, i) =>
    i % 3
      ? theirs(`Message ${from + i} ${'word '.repeat(i % 17)}`, NOW - (count - i) * MINUTE)
      : mine(`Answer ${from + i}`, NOW - (count - i) * MINUTE, 'delivered'),
  );

beforeEach(() => {
  standStill();
});

describe('p2p-thread', () => {
  it('is accessible in every state, in light and dark', async () => {
    const states = STATUSES.map(({ status }, i) => mine(`This one is ${status}.`, at(9, i), status));
    for (const scheme of ['light', 'dark']) {
      document.documentElement.style.colorScheme = scheme;
      document.body.style.background = 'light-dark(var(--p2p-surface-light), var(--p2p-surface-dark))';
      const messages = [
        ...states,
        theirs('https://example.org and more', at(9, 20), {
          missingBefore: 1,
          isStored: false,
          isEdited: true,
        }),
        theirs('an answer', at(9, 21), { replyTo: { id: states[0]!.id, text: 'What?', own: true } }),
      ];
      const element = await thread(messages, { firstUnread: messages.at(-1)!.id, isTyping: true });
      await expect(element).to.be.accessible();
      log(element).scrollTop = 0;
      await settled(element);
      await expect(element).to.be.accessible();
      await expect(await thread([])).to.be.accessible();
    }
    document.documentElement.style.colorScheme = '';
    document.body.style.background = '';
  });

  it('shows own and received messages with the time, and the status of own ones by name', async () => {
    const messages = [theirs('Good?', at(10, 33)), mine('Good.', at(10, 34), 'delivered')];
    const element = await thread(messages);
    expect(rowOf(element, messages[0]!.id).className).to.contain('theirs');
    expect(rowOf(element, messages[0]!.id).querySelector('p2p-message-status')).to.equal(null);
    const status = rowOf(element, messages[1]!.id).querySelector('p2p-message-status')!;
    expect(status.shadowRoot!.querySelector('[role="img"]')!.getAttribute('aria-label')).to.equal(
      'Delivered',
    );
    expect(rowOf(element, messages[1]!.id).textContent).to.match(/10:34/u);
  });

  it('60: shows exactly one Try again on a failed row, and one click calls it once', async () => {
    const retried = heard('p2p-retry-request');
    const messages = [mine('fine', at(10, 0)), mine('lost', at(10, 1), 'failed', { reason: 'refused' })];
    const element = await thread(messages);
    expect(buttons(element, 'Try again')).to.have.lengthOf(1);
    button(element, 'Try again').click();
    expect(retried).to.deep.equal([{ account: me, peer: noor, id: messages[1]!.id }]);
  });

  it('60: offers Try again on an unconfirmed row too, and on no row in any other status', async () => {
    for (const { status } of STATUSES) {
      const element = await thread([mine('x', at(10, 0), status)]);
      const isRetriable = status === 'failed' || status === 'unconfirmed';
      expect(buttons(element, 'Try again'), status).to.have.lengthOf(isRetriable ? 1 : 0);
      expect(buttons(element, 'Delete'), status).to.have.lengthOf(isRetriable ? 1 : 0);
    }
  });

  it('asks to delete a failed message, and to cancel one that never left', async () => {
    const deleted = heard('p2p-delete-request');
    const cancelled = heard('p2p-cancel-request');
    const lost = mine('lost', at(10, 1), 'failed');
    const waits = mine('waits', at(10, 2), 'waiting', { waiting: { reason: 'no-path', nextTry: null } });
    const element = await thread([lost, waits]);
    button(element, 'Delete').click();
    rowOf(element, waits.id).focus();
    button(element, 'Cancel').click();
    expect(deleted).to.deep.equal([{ account: me, peer: noor, id: lost.id }]);
    expect(cancelled).to.deep.equal([{ account: me, peer: noor, id: waits.id }]);
  });

  it('asks for the details of a message by a button of its row, theirs too, and by Enter on the row', async () => {
    const asked = heard('p2p-open-details-request');
    const rows = [theirs('hello', at(10, 0)), mine('hello', at(10, 1), 'read')];
    const element = await thread(rows);
    for (const { id } of rows) {
      const row = rowOf(element, id);
      const details = [...row.querySelectorAll('button')].find((button) => button.textContent === 'Details')!;
      expect(details.offsetParent).to.equal(null);
      row.focus();
      expect(details.offsetParent).not.to.equal(null);
      expect(details.getBoundingClientRect().height).to.be.at.least(24);
      details.click();
      const enter = { key: 'Enter', bubbles: true, composed: true, cancelable: true };
      // Prevented: the same key must not press what has the focus in the details.
      expect(row.dispatchEvent(new KeyboardEvent('keydown', enter))).to.equal(false);
    }
    const detail = ({ id }: ThreadMessage) => ({ account: me, peer: noor, id });
    expect(asked).to.deep.equal([...rows.slice(0, 1), ...rows, ...rows.slice(1)].map(detail));
    // Enter on a button presses that button, and nothing else.
    const button = rowOf(element, rows[1]!.id).querySelector('button')!;
    button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
    expect(asked).to.have.lengthOf(4);
  });

  it('61: offers Try again on nothing but a failed or unconfirmed message, in no order of states', async () => {
    const retried = heard('p2p-retry-request');
    const message = mine('x', at(10, 0), 'failed');
    const source = new Source([message]);
    const element = await thread(source);
    for (const status of ['waiting', 'sending', 'sent', 'delivered', 'read'] as const) {
      source.change(message.id, { status: 'failed' });
      expect(buttons(element, 'Try again')).to.have.lengthOf(1);
      source.change(message.id, { status });
      expect(buttons(element, 'Try again'), status).to.have.lengthOf(0);
    }
    expect(retried).to.deep.equal([]);
  });

  it('says of a message that could not be saved that it is not saved on this device, own or theirs', async () => {
    const element = await thread([
      theirs('a', at(10, 0), { isStored: false }),
      mine('b', at(10, 1), 'waiting', { isStored: false, waiting: { reason: 'not-stored', nextTry: null } }),
      mine('c', at(10, 2), 'waiting', { waiting: { reason: 'not-stored', nextTry: null } }),
    ]);
    const said = all(element, '[part="reason"]').map(({ textContent }) => textContent);
    expect(said).to.deep.equal([
      'Couldn’t save on this device',
      'Couldn’t save on this device',
      'Waiting until this device can save again',
    ]);
    const shown = all(element, '.under').filter((line) => line.offsetParent !== null);
    expect(shown).to.have.lengthOf(2);
  });

  it('82: says "Not sent" and the reason in words, not only by a picture', async () => {
    const element = await thread([
      mine('lost', at(10, 1), 'failed', { reason: 'Noor’s service refused it', attempts: 10 }),
    ]);
    expect(textOf(element, '[part="reason"]')).to.equal('Not sent after 10 tries');
  });

  it('66: draws ticks and the Read disc on own bubbles with at least 3:1 contrast, in light and dark', async () => {
    for (const scheme of ['light', 'dark']) {
      const element = await thread([mine('x', at(10, 0), 'read'), mine('y', at(10, 1), 'sent')]);
      element.style.colorScheme = scheme;
      for (const row of all(element, '.message')) {
        const bubble = getComputedStyle(row.querySelector('.bubble')!).backgroundColor;
        const status = row.querySelector('p2p-message-status')!.shadowRoot!;
        const picture = getComputedStyle(status.querySelector('svg')!);
        expect(contrast(picture.stroke, bubble), `${scheme} ticks`).to.be.at.least(3);
        const disc = status.querySelector('.disc');
        if (!disc) continue;
        expect(contrast(getComputedStyle(disc).fill, bubble), `${scheme} disc`).to.be.at.least(3);
        const knock = getComputedStyle(status.querySelector('.knock')!).stroke;
        expect(contrast(getComputedStyle(disc).fill, knock), `${scheme} ticks in the disc`).to.be.at.least(3);
      }
    }
  });

  it('68: shows the time that the sender claims, and today’s day, when their clock is ahead', async () => {
    const element = await thread([theirs('from the future', NOW + 7 * MINUTE, { place: NOW })]);
    expect(textOf(element, 'time')).to.equal('10:50');
    expect(textOf(element, '.day')).to.equal('Today');
    expect(textOf(element)).not.to.match(/-\d|ago|in \d/u);
  });

  it('separates days, by our own clock and not by a claim', async () => {
    const element = await thread([
      theirs('a', NOW - 26 * 60 * MINUTE),
      theirs('b', NOW - 25 * 60 * MINUTE),
      theirs('c', NOW - 5 * MINUTE),
      theirs('d', NOW + 48 * 60 * MINUTE, { place: NOW }),
    ]);
    expect(all(element, '.day').map(({ textContent }) => textContent?.trim())).to.deep.equal([
      'Yesterday',
      'Today',
    ]);
  });

  it('84: shows the message that a reply refers to, and says so when it is missing', async () => {
    const question = theirs('Are we direct now?', at(10, 0));
    const element = await thread([
      question,
      mine('Yes', at(10, 1), 'sent', { replyTo: { id: question.id, text: question.text, own: false } }),
      mine('Yes', at(10, 2), 'sent', { replyTo: { id: question.id, text: null, own: false } }),
    ]);
    const quotes = all(element, '[part="quote"]').map(({ textContent }) =>
      textContent?.replace(/\s+/gu, ' ').trim(),
    );
    expect(quotes[0]).to.match(/Noor Haddad.*Are we direct now\?/u);
    expect(quotes[1]).to.match(/Original message not available/u);
  });

  it('76: marks an edited message', async () => {
    const element = await thread([mine('x', at(10, 0), 'sent', { isEdited: true })]);
    expect(textOf(element, '[part="meta"]')).to.contain('(edited)');
  });

  it('marks where messages of theirs are missing, and before the first new one', async () => {
    const messages = [
      theirs('a', at(10, 0)),
      theirs('b', at(10, 1), { missingBefore: 2 }),
      theirs('c', at(10, 2)),
    ];
    const element = await thread(messages, { firstUnread: messages[1]!.id });
    expect(textOf(element, '[part="gap"]')).to.equal('2 earlier messages haven’t arrived');
    expect(textOf(element, '[part="unread-mark"]')).to.equal('2 new messages');
    expect(rowOf(element, messages[1]!.id).contains(one(element, '[part="unread-mark"]'))).to.equal(true);
  });

  it('81: opens an external link in a new tab without opener or referrer, an internal one in place', async () => {
    const element = await thread([
      theirs(`See https://example.org/a_(b)?q=1. Or ${location.origin}/here, or ftp://x.org`, at(10, 0)),
    ]);
    const links = all<HTMLAnchorElement>(element, 'a');
    expect(links.map(({ textContent }) => textContent)).to.deep.equal([
      'https://example.org/a_(b)?q=1',
      `${location.origin}/here`,
    ]);
    expect([links[0]!.target, links[0]!.rel]).to.deep.equal(['_blank', 'noopener noreferrer']);
    expect([links[1]!.target, links[1]!.rel]).to.deep.equal(['', '']);
  });

  it('never reads a peer’s text as markup or as a script address', async () => {
    const hostile = '<img src=x onerror=alert(1)> javascript:alert(1) https://exa<b>mple.org';
    const element = await thread([theirs(hostile, at(10, 0))]);
    expect(textOf(element, '[part="text"]')).to.equal(hostile);
    expect(all(element, '[part="text"] img, [part="text"] b')).to.have.lengthOf(0);
    for (const link of all<HTMLAnchorElement>(element, '[part="text"] a'))
      expect(link.protocol).to.equal('https:');
  });

  it('stays within its width, however long a word is', async () => {
    const element = await thread([
      theirs(unbroken, at(10, 0)),
      mine(unbroken, at(10, 1), 'failed', { reason: unbroken }),
    ]);
    expect(log(element).scrollWidth).to.be.at.most(log(element).clientWidth);
  });

  it('75: opens at the newest message', async () => {
    const element = await thread(many(500));
    expect(fromEnd(element)).to.be.at.most(1);
    expect(textOf(element)).to.contain('Message 499');
  });

  it('draws in its first picture what is in view, and then more where the reader is going', async () => {
    const element = await fixture<ThreadElement>(
      html`<p2p-thread .account=${me} .peer=${noor} .rows=${[]}></p2p-thread>`,
    );
    element.style.height = '400px';
    await settled(element);
    element.rows = many(200);
    await element.updateComplete;
    /** How far the rows that are drawn reach beyond the view. */
    const beyond = (): { above: number; below: number } => {
      const view = log(element).getBoundingClientRect();
      const rows = all(element, '.message').map((row) => row.getBoundingClientRect());
      return { above: view.top - rows[0]!.top, below: rows.at(-1)!.bottom - view.bottom };
    };
    expect(beyond().above, 'first picture').to.be.within(0, 100);
    await settled(element);
    expect(beyond().above, 'after it').to.be.greaterThan(300);
    log(element).scrollTop -= 1_000;
    await settled(element);
    expect(beyond().above, 'on the way up').to.be.greaterThan(300);
    expect(beyond().below, 'on the way up').to.be.within(0, 300);
    log(element).scrollTop += 500;
    await settled(element);
    expect(beyond().below, 'on the way down').to.be.greaterThan(300);
    expect(beyond().above, 'on the way down').to.be.within(0, 300);
  });

  it('says the full date of a message under the pointer', async () => {
    const element = await thread(many(1));
    const time = one<HTMLTimeElement>(element, 'time');
    expect(time.title).to.equal('');
    time.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
    expect(time.title).to.contain(String(new Date(time.dateTime).getFullYear()));
  });

  it('draws only the rows near the view, of a hundred thousand', async () => {
    const element = await thread(new Source(many(100_000)));
    expect(all(element, '.message').length).to.be.below(40);
    expect(fromEnd(element)).to.be.at.most(1);
    expect(all(element, '.message').at(-1)!.getAttribute('aria-posinset')).to.equal('100000');
  });

  it('75: follows new messages while at the end, and also own ones from anywhere', async () => {
    const source = new Source(many(200));
    const element = await thread(source);
    source.append(theirs('newest of theirs', NOW));
    await settled(element);
    expect(fromEnd(element)).to.be.at.most(1);
    log(element).scrollTop = 500;
    await settled(element);
    source.append(mine('newest of mine', NOW, 'waiting'));
    await settled(element);
    expect(fromEnd(element)).to.be.at.most(1);
    expect(textOf(element)).to.contain('newest of mine');
  });

  it('75: does not move the view of a reader who scrolled up, for new messages or receipts elsewhere', async () => {
    const source = new Source(many(200));
    const element = await thread(source);
    log(element).scrollTop = 3_000;
    await settled(element);
    const place = log(element).scrollTop;
    const seen = all(element, '.message').find(
      (row) => row.getBoundingClientRect().top >= log(element).getBoundingClientRect().top,
    )!;
    const before = seen.getBoundingClientRect().top;
    source.append(theirs('elsewhere', NOW), theirs('elsewhere too', NOW));
    await settled(element);
    source.change(source.list[0]!, { status: 'read' });
    source.change(source.list.at(-3)!, { text: 'edited\nand\nhigher', isEdited: true });
    await settled(element);
    expect(seen.isConnected).to.equal(true);
    expect(seen.getBoundingClientRect().top).to.be.closeTo(before, 1);
    expect(log(element).scrollTop).to.be.closeTo(place, 1);
  });

  it('keeps the view when older messages come in front', async () => {
    const source = new Source(many(200, 1000));
    const element = await thread(source);
    log(element).scrollTop = 2_000;
    await settled(element);
    const seen = all(element, '.message').find(
      (row) => row.getBoundingClientRect().top >= log(element).getBoundingClientRect().top,
    )!;
    const id = seen.dataset['id'] as MessageId;
    const before = seen.getBoundingClientRect().top;
    source.prepend(...many(100));
    await settled(element);
    expect(rowOf(element, id).getBoundingClientRect().top).to.be.closeTo(before, 2);
  });

  it('offers to jump to the latest only while it is not there, and goes there', async () => {
    const element = await thread(many(200));
    expect(buttons(element, 'Jump to latest')).to.have.lengthOf(0);
    log(element).scrollTop = 1_000;
    await until(() => buttons(element, 'Jump to latest').length === 1, 'the button is there');
    let reached = 0;
    element.addEventListener('p2p-end-reached', () => (reached += 1));
    button(element, 'Jump to latest').click();
    await settled(element);
    expect(fromEnd(element)).to.be.at.most(1);
    expect(reached).to.equal(1);
    expect(buttons(element, 'Jump to latest')).to.have.lengthOf(0);
  });

  it('draws one row again when the status of one message changes, and renders nothing else', async () => {
    const source = new Source(conversation());
    const element = await thread(source);
    const changed = new Set<string>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const from = target instanceof Element ? target : target.parentElement;
        changed.add(from?.closest<HTMLElement>('[data-id]')?.dataset['id'] ?? 'elsewhere');
      }
    });
    observer.observe(element.shadowRoot!, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    let renders = 0;
    const original = element.requestUpdate.bind(element);
    element.requestUpdate = (...args: Parameters<ThreadElement['requestUpdate']>) => {
      renders += 1;
      original(...args);
    };
    const id = source.list[6]!;
    source.gets = 0;
    source.change(id, { status: 'sent' });
    const status = rowOf(element, id).querySelector('p2p-message-status')!;
    await status.updateComplete;
    await frames();
    expect(status.shown).to.equal('sent');
    expect(rowOf(element, id).className).to.contain('sent');
    expect([...changed]).to.deep.equal([id]);
    expect(renders).to.equal(0);
    expect(source.gets).to.be.at.most(3);
    observer.disconnect();
  });

  it('watches only the rows that are drawn, and nothing once it has left the page', async () => {
    const source = new Source(many(1_000));
    const element = await thread(source);
    expect(source.subscribers).to.equal(1);
    expect(source.watched).to.equal(2 * all(element, '.message').length);
    // Others are on screen now, and those that were are not watched any more.
    log(element).scrollTop = 0;
    await settled(element);
    expect(textOf(element)).to.contain('Answer 0');
    expect(source.watched).to.equal(2 * all(element, '.message').length);
    element.remove();
    expect(source.subscribers).to.equal(0);
    expect(source.watched).to.equal(0);
  });

  it('keeps its place in the conversation and its rows when it is moved in the document', async () => {
    const source = new Source(many(200));
    const element = await thread(source);
    const other = await fixture<HTMLElement>(html`<div></div>`);
    other.append(element);
    await settled(element);
    expect(source.subscribers).to.equal(1);
    source.append(theirs('after the move', NOW));
    await settled(element);
    expect(textOf(element)).to.contain('after the move');
    expect(fromEnd(element)).to.be.at.most(1);
  });

  it('opens another conversation at its own newest message', async () => {
    const element = await thread(new Source(many(200)));
    log(element).scrollTop = 0;
    await settled(element);
    element.rows = new Source(many(300, 5000));
    await element.updateComplete;
    await settled(element);
    expect(fromEnd(element)).to.be.at.most(1);
    expect(textOf(element)).to.contain('Message 5299');
  });

  it('takes a plain array, and draws what changed in the next one', async () => {
    const messages = conversation();
    const element = await thread(messages);
    element.rows = messages.map((message) =>
      message.status === 'waiting' ? { ...message, status: 'delivered' as const } : message,
    );
    await element.updateComplete;
    const row = rowOf(element, messages[6]!.id);
    expect(row.querySelector('p2p-message-status')!.shown).to.equal('delivered');
  });

  it('asks once to mark a message of theirs as read when it was really on screen', async () => {
    const read = heard('p2p-read-request');
    const source = new Source(many(100));
    const element = await thread(source);
    await until(() => read.length > 0, 'the newest are seen');
    const drawn = new Set(read.map(({ id }) => id));
    expect(drawn.size).to.equal(read.length);
    expect([...drawn].every((id) => source.records.get(id)!.own === false)).to.equal(true);
    expect(drawn.has(source.list[1]!)).to.equal(false);
    expect(element.isAtEnd).to.equal(true);
  });

  it('133: says who is typing in a status region', async () => {
    const element = await thread(conversation(), { isTyping: true });
    expect(textOf(element, '.typing[role="status"]')).to.equal('Noor is typing');
  });

  it('announces a new message of theirs once, and none of those that scroll into view', async () => {
    const source = new Source(many(200));
    const element = await thread(source);
    const region = one(element, '[aria-live="polite"]');
    expect(log(element).getAttribute('aria-live')).to.equal('off');
    expect(region.textContent).to.equal('');
    source.append(theirs('hello there', NOW));
    await element.updateComplete;
    expect(region.textContent).to.equal('Noor Haddad: hello there');
    log(element).scrollTop = 0;
    await settled(element);
    expect(region.textContent).to.equal('Noor Haddad: hello there');
  });

  it('83: draws nothing again for a key stroke in a composer beside it', async () => {
    const source = new Source(conversation());
    const element = await thread(source);
    await import('../../components/composer/define.ts');
    const composer = document.createElement('p2p-composer');
    composer.account = me;
    composer.peer = noor;
    element.parentElement!.append(composer);
    await composer.updateComplete;
    source.gets = 0;
    const field = one<HTMLTextAreaElement>(composer, 'textarea');
    for (const text of ['h', 'he', 'hel']) {
      field.value = text;
      field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    }
    await frames();
    expect(source.gets).to.equal(0);
    composer.text = '';
    composer.remove();
  });

  it('moves between messages by the arrow keys and says the details of the one that has the focus', async () => {
    const messages = conversation();
    const element = await thread(messages);
    const last = all(element, '.message').at(-1)!;
    last.focus();
    const press = (key: string) =>
      element.shadowRoot!.activeElement!.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
      );
    const focused = () => (element.shadowRoot!.activeElement as HTMLElement | null)?.dataset['id'];
    press('ArrowUp');
    await until(() => focused() === messages[6]!.id, 'the one above has the focus');
    press('ArrowUp');
    await until(() => focused() === messages[5]!.id, 'the one above that has the focus');
    const details = rowOf(element, messages[5]!.id).querySelector('.under')!;
    expect(getComputedStyle(details).display).to.equal('flex');
    expect(details.querySelector('[part="reason"]')!.textContent?.trim()).to.equal(
      'Sent: accepted by the service. No confirmation from Noor yet',
    );
    press('Home');
    await until(() => focused() === messages[0]!.id, 'the first has the focus');
  });
});

/** Where each bubble stands, from the end of the conversation. */
function bubbles(element: ThreadElement): number[] {
  const end = one(element, '.sizer').getBoundingClientRect().bottom;
  return all(element, '.bubble').map((bubble) => Math.round(end - bubble.getBoundingClientRect().bottom));
}

describe('p2p-thread, long texts', () => {
  const textOfRow = (element: ThreadElement) => one(element, '[part="text"]').textContent;

  it('shows the beginning of a long text, and more of it by a button that the keyboard reaches', async () => {
    const words = Array.from({ length: 3_000 }, (_, n) => `word${n}`).join(' ');
    const element = await thread([theirs(words, at(10, 0))]);
    const shown = () => textOfRow(element);
    expect(shown().length).to.be.within(1_500, 2_000);
    expect(words.startsWith(shown())).to.equal(true);
    const more = button(element, 'Show more');
    expect(more.tabIndex).to.equal(0);
    expect(more.getAttribute('aria-expanded')).to.equal('false');
    for (let presses = 0; buttons(element, 'Show more').length > 0; presses += 1) {
      expect(presses).to.be.below(10);
      const before = shown().length;
      button(element, 'Show more').focus();
      button(element, 'Show more').click();
      expect(shown().length).to.be.within(before + 1, before + 4_000);
      expect(words.startsWith(shown())).to.equal(true);
      expect(element.shadowRoot!.activeElement).not.to.equal(null);
      await settled(element);
    }
    expect(shown()).to.equal(words);
    // Nothing is left to press: the row has the focus.
    expect((element.shadowRoot!.activeElement as HTMLElement).dataset['id']).not.to.equal(undefined);
  });

  it('keeps the top of a text where it is while more of it is shown, at the end of the conversation too', async () => {
    const element = await thread([...many(30), theirs('a line\n'.repeat(100), NOW)]);
    const text = all(element, '[part="text"]').at(-1)!;
    expect(text.textContent).to.equal('a line\n'.repeat(20));
    const before = text.getBoundingClientRect().top;
    button(element, 'Show more').click();
    await settled(element);
    expect(all(element, '[part="text"]').at(-1)!.getBoundingClientRect().top).to.be.closeTo(before, 1);
    expect(all(element, '[part="text"]').at(-1)!.textContent).to.equal('a line\n'.repeat(100));
  });

  it('draws no more than the fold of any text, however it is made, also in quotes and announcements', async () => {
    const texts = [
      `https://x.test/${')'.repeat(40_000)}`,
      Array.from({ length: 20_000 }, (_, n) => `https://x${n}.test/`).join(' '),
      'x'.repeat(1_000_000),
      '\n'.repeat(50_000),
      '👩‍👩‍👧‍👦'.repeat(10_000),
      `a${'\u0301'.repeat(100_000)}`,
    ];
    for (const text of texts) {
      const source = new Source([
        theirs(text, at(10, 0), { replyTo: { id: theirs('q', at(9, 0)).id, text, own: true } }),
      ]);
      const element = await thread(source);
      expect(textOfRow(element).length).to.be.at.most(2_000);
      expect(all(element, '.message *').length).to.be.below(500);
      expect(one(element, '[part="quote"]').textContent.length).to.be.below(400);
      source.append(theirs(text, NOW));
      await element.updateComplete;
      expect(one(element, '[aria-live="polite"]').textContent.length).to.be.below(350);
    }
  });

  it('never cuts a character in two: a family, a flag, an accent', async () => {
    for (const character of ['👩‍👩‍👧‍👦', '🇳🇱', 'e\u0301', '𝒳']) {
      for (const before of ['', 'a', 'ab']) {
        const text = before + character.repeat(3_000);
        const element = await thread([theirs(text, at(10, 0))]);
        const shown = textOfRow(element).slice(before.length);
        expect(shown.length % character.length, `${character} after ${before.length}`).to.equal(0);
      }
    }
  });

  it('does not cut an address in two, and makes no link of one whose end is out of reach', async () => {
    const address = `https://example.org/${'a'.repeat(300)}`;
    const near = await thread([theirs(`${'见'.repeat(1_900)}${address}`, at(10, 0))]);
    expect(all(near, 'a')).to.have.lengthOf(0);
    expect(textOfRow(near)).to.equal('见'.repeat(1_900));
    button(near, 'Show more').click();
    expect(all<HTMLAnchorElement>(near, 'a').map(({ href }) => href)).to.deep.equal([address]);
    const long = await thread([theirs(`https://example.org/${'a'.repeat(9_000)}`, at(10, 0))]);
    expect(all(long, 'a')).to.have.lengthOf(0);
    expect(textOfRow(long)).to.have.lengthOf(2_000);
  });

  it('shows direction marks and invisible characters of an address as code points', async () => {
    const element = await thread([
      theirs('https://a.test/\u202Egnp\u200B.exe \u202Ehttps://b.test/', at(10, 0)),
    ]);
    const links = all<HTMLAnchorElement>(element, 'a');
    expect(links.map(({ textContent }) => textContent)).to.deep.equal([
      'https://a.test/%E2%80%AEgnp%E2%80%8B.exe',
      'https://b.test/',
    ]);
    expect(links[0]!.href).to.equal('https://a.test/%E2%80%AEgnp%E2%80%8B.exe');
    expect(getComputedStyle(links[1]!).unicodeBidi).to.equal('isolate');
    expect(getComputedStyle(links[1]!).direction).to.equal('ltr');
  });
});

/** A message whose properties throw. */
function broken(): ThreadMessage {
  const { id } = theirs('broken', at(10, 1));
  return new Proxy({ id } as ThreadMessage, {
    get: (target, name) => {
      if (name === 'id') return target.id;
      throw new Error(`no ${String(name)}`);
    },
  });
}

/** The errors passed to `reportError` meanwhile. */
async function reported(act: () => unknown): Promise<unknown[]> {
  const errors: unknown[] = [];
  const original = window.reportError;
  window.reportError = (error) => errors.push(error);
  try {
    await act();
  } finally {
    window.reportError = original;
  }
  return errors;
}

describe('p2p-thread, rows that cannot be drawn', () => {
  it('says that a message could not be shown, reports why once, and draws the others', async () => {
    const messages = [theirs('before', at(10, 0)), broken(), mine('after', at(10, 2), 'sent')];
    const errors = await reported(async () => {
      const element = await thread(messages, { firstUnread: messages[0]!.id });
      expect(textOf(rowOf(element, messages[1]!.id))).to.equal('This message could not be shown');
      expect(all(element, '[part="text"]').map(({ textContent }) => textContent)).to.deep.equal([
        'before',
        'after',
      ]);
      element.requestUpdate();
      await element.updateComplete;
    });
    expect(errors.map(String)).to.have.lengthOf(1);
  });

  it('draws a message as soon as it can be drawn, and reports a further failure again', async () => {
    const source = new Source([theirs('before', at(10, 0)), theirs('here', at(10, 1))]);
    const id = source.list[1]!;
    const element = await thread(source);
    const good = source.records.get(id)!;
    const errors = await reported(async () => {
      for (let n = 0; n < 2; n += 1) {
        source.change(id, { replyTo: broken() as never });
        source.change(id, { replyTo: broken() as never });
        expect(textOf(rowOf(element, id))).to.equal('This message could not be shown');
        source.change(id, good);
        expect(textOf(rowOf(element, id))).to.contain('here');
      }
      await frames();
    });
    expect(errors).to.have.lengthOf(2);
  });

  it('survives a value that makes only lit throw', async () => {
    const messages = [theirs('before', at(10, 0)), theirs('x', at(10, 1), { reason: Symbol('x') as never })];
    const odd = {
      ...mine('odd', at(10, 2), 'sent'),
      answers: { id: messages[0]!.id, text: null, own: false },
    };
    const errors = await reported(async () => {
      const element = await thread([...messages, odd], { peerName: 'Noor' });
      expect(all(element, '.bubble')).to.have.lengthOf(3);
    });
    expect(errors).to.have.lengthOf(0);
  });
});

describe('p2p-thread, row positions', () => {
  it('has the same picture whether its messages came one by one or all at once', async () => {
    const messages = Array.from({ length: 9 }, (_, n) =>
      n % 4 < 2 ? theirs(`a ${n}`, at(10, n)) : mine(`b ${n}`, at(10, n), 'delivered'),
    );
    const loaded = await thread(new Source(messages));
    const source = new Source(messages.slice(0, 1));
    const live = await thread(source);
    for (const message of messages.slice(1)) {
      source.append(message);
      await settled(live);
    }
    expect(bubbles(live)).to.deep.equal(bubbles(loaded));
    expect(bubbles(live)[0]).to.be.above(200);
    // And one that is the last only after the others have gone.
    source.list.splice(1);
    source.append();
    const single = await thread(new Source(messages.slice(0, 1)));
    await settled(live);
    expect(bubbles(live)).to.deep.equal(bubbles(single));
  });

  it('moves nothing when older messages come in front of a first row with a day line, at the very top', async () => {
    const source = new Source(many(60, 100));
    const element = await thread(source);
    log(element).scrollTop = 0;
    await settled(element);
    const id = source.list[0]!;
    const text = () => rowOf(element, id).querySelector('.bubble')!.getBoundingClientRect().top;
    expect(rowOf(element, id).querySelector('.day')).not.to.equal(null);
    const before = text();
    source.prepend(...many(40).map((message) => ({ ...message, place: message.place - 60 * MINUTE })));
    await settled(element);
    expect(rowOf(element, id).querySelector('.day')).to.equal(null);
    expect(text()).to.be.closeTo(before, 1);
  });

  it('measures rows correctly when the thread is scaled', async () => {
    // Few enough to be drawn together.
    const messages = many(9);
    const plain = await thread(messages);
    for (const [property, value] of [
      ['transform', 'scale(0.5)'],
      ['zoom', '0.5'],
    ] as const) {
      const box = await fixture<HTMLElement>(html`<div></div>`);
      box.style.setProperty(property, value);
      const element = document.createElement('p2p-thread');
      element.rows = messages;
      element.style.height = '400px';
      element.style.width = '480px';
      box.append(element);
      await element.updateComplete;
      await settled(element);
      box.style.setProperty(property, property === 'zoom' ? '1' : 'none');
      await settled(element);
      expect(bubbles(element), property).to.deep.equal(bubbles(plain));
    }
  });

  it('positions a row in the frame in which its height changes', async () => {
    const source = new Source(many(12));
    const element = await thread(source);
    const id = source.list.at(-3)!;
    source.change(id, { text: 'one\ntwo\nthree\nfour' });
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const bottom = rowOf(element, id).getBoundingClientRect().bottom;
    const next = rowOf(element, source.list.at(-2)!).getBoundingClientRect().top;
    expect(next).to.be.closeTo(bottom, 0.5);
  });

  it('shows the actions of a row without moving anything, and activates none by a double click', async () => {
    const asked = heard('p2p-open-details-request');
    const element = await thread(conversation());
    const picture = () => [log(element).scrollHeight, log(element).scrollTop, ...bubbles(element)];
    const before = picture();
    for (const row of all(element, '.message')) {
      row.focus({ preventScroll: true });
      await settled(element);
      expect(picture()).to.deep.equal(before);
      const offers = row.querySelector<HTMLElement>('.under')!;
      expect(offers.offsetParent).not.to.equal(null);
      // It lies beside the bubble, never over the words that were pressed.
      const [a, b] = [offers, row.querySelector('.bubble')!].map((box) => box.getBoundingClientRect());
      if (offers.classList.contains('offers'))
        expect(a!.right <= b!.left || a!.left >= b!.right, row.dataset['id']).to.equal(true);
    }
    const details = buttons(element, 'Details').at(-1)!;
    details.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail: 2 }));
    expect(asked).to.have.lengthOf(0);
  });

  it('selects the word that was double clicked in the last row', async () => {
    const source = new Source([...many(20), mine('first second third', NOW, 'delivered')]);
    const element = await thread(source);
    const row = rowOf(element, source.list.at(-1)!);
    const text = row.querySelector('[part="text"]')!;
    const place = () => text.getBoundingClientRect().top;
    const before = place();
    row.focus();
    await settled(element);
    expect(place()).to.equal(before);
    expect(fromEnd(element)).to.be.at.most(1);
  });

  it('leaves nothing behind for the rows that were scrolled past', async () => {
    const element = await thread(new Source(many(1_000)));
    const nodes = () => one(element, '.sizer').childNodes.length;
    const rows = () => all(element, '.message').length;
    const before = nodes() / rows();
    for (let top = log(element).scrollTop; top > 0; top -= 350) {
      log(element).scrollTop = top;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    await settled(element);
    expect(nodes() / rows()).to.be.closeTo(before, 0.5);
  });
});

describe('p2p-thread, announcements', () => {
  const region = (element: ThreadElement) =>
    [...one(element, '[aria-live="polite"]').children].map(({ textContent }) => textContent);

  it('announces nothing and does not scroll when the last message is removed', async () => {
    const source = new Source([
      ...many(50),
      mine('mine', NOW - 2),
      theirs('theirs', NOW - 1),
      mine('gone', NOW),
    ]);
    const element = await thread(source);
    log(element).scrollTop = 500;
    await settled(element);
    const place = log(element).scrollTop;
    for (let n = 0; n < 3; n += 1) {
      source.list.pop();
      source.append();
      await settled(element);
      expect(log(element).scrollTop).to.equal(place);
      expect(region(element)).to.deep.equal([]);
    }
  });

  it('announces nothing of another conversation that is given as an array, without a pair', async () => {
    const element = await fixture<ThreadElement>(html`<p2p-thread .rows=${many(80)}></p2p-thread>`);
    element.style.height = '400px';
    await settled(element);
    log(element).scrollTop = 0;
    await settled(element);
    const other = many(60, 500);
    element.rows = other;
    await settled(element);
    expect(region(element)).to.deep.equal([]);
    expect(fromEnd(element)).to.be.at.most(1);
    // And of the same one, what has come.
    element.rows = [...other, theirs('new here', NOW)];
    await settled(element);
    expect(region(element)).to.deep.equal(['Someone: new here']);
  });

  it('announces equal texts that came twice, and every message of several that came at once', async () => {
    const source = new Source(many(5));
    const element = await thread(source);
    source.append(theirs('ok', NOW));
    await element.updateComplete;
    const first = one(element, '[aria-live="polite"]').firstElementChild;
    source.append(theirs('ok', NOW));
    await element.updateComplete;
    expect(region(element)).to.deep.equal(['Noor Haddad: ok', 'Noor Haddad: ok']);
    expect(one(element, '[aria-live="polite"]').firstElementChild).to.equal(first);
    source.append(theirs('one', NOW), mine('own', NOW), theirs('two', NOW));
    await element.updateComplete;
    expect(region(element).slice(2)).to.deep.equal(['Noor Haddad: one', 'Noor Haddad: two']);
  });

  it('announces the first message of a conversation that was opened empty', async () => {
    const source = new Source();
    const element = await fixture<ThreadElement>(
      html`<p2p-thread .rows=${source} peer-name="Noor"></p2p-thread>`,
    );
    source.append(theirs('hello', NOW + 1));
    await element.updateComplete;
    expect(region(element)).to.deep.equal(['Noor: hello']);
  });

  it('announces every failed or unanswered message, even one that is not drawn', async () => {
    const message = mine('to be lost', NOW, 'waiting');
    const source = new Source([...many(50), message]);
    const element = await thread(source);
    log(element).scrollTop = 0;
    await settled(element);
    expect(textOf(element)).not.to.contain('to be lost');
    source.change(message.id, { status: 'failed', reason: 'refused' });
    await element.updateComplete;
    expect(region(element)).to.deep.equal(['Not sent: to be lost']);
    source.change(message.id, { status: 'sending' });
    source.change(message.id, { status: 'failed', reason: 'refused' });
    await element.updateComplete;
    expect(region(element)).to.have.lengthOf(2);
    source.change(message.id, { status: 'delivered' });
    expect(source.watchers.get(message.id)!.size).to.equal(0);
  });
});

describe('p2p-thread, the mark for new messages', () => {
  const marks = (element: ThreadElement) =>
    all(element, '[part="unread-mark"]').map((mark) => mark.textContent.trim());

  it('counts what was new when it was drawn, and disappears with an own message', async () => {
    const messages = [mine('a', at(9, 0)), theirs('b', at(9, 1)), theirs('c', at(9, 2))];
    const source = new Source(messages);
    const element = await thread(source, { firstUnread: messages[1]!.id });
    expect(marks(element)).to.deep.equal(['2 new messages']);
    for (let n = 0; n < 3; n += 1) source.append(theirs(`live ${n}`, NOW));
    await settled(element);
    expect(marks(element)).to.deep.equal(['2 new messages']);
    source.append(mine('an answer', NOW, 'waiting'));
    await settled(element);
    expect(marks(element)).to.deep.equal([]);
  });

  it('stands before the messages that came while the reader was away, and counts them', async () => {
    const source = new Source(many(6));
    const element = await thread(source);
    let isHere = false;
    const { setFocusSource } = await import('../../components/internal/seen.ts');
    const putBack = setFocusSource(() => isHere);
    try {
      source.append(theirs('away 1', NOW), theirs('away 2', NOW));
      await settled(element);
      source.append(theirs('away 3', NOW));
      await settled(element);
      expect(marks(element)).to.deep.equal(['3 new messages']);
      isHere = true;
      window.dispatchEvent(new Event('focus'));
      source.append(theirs('live', NOW));
      await settled(element);
      expect(marks(element)).to.deep.equal(['3 new messages']);
      isHere = false;
      source.append(theirs('away again', NOW));
      await settled(element);
      expect(marks(element)).to.deep.equal(['1 new message']);
      expect(rowOf(element, source.list.at(-1)!).querySelector('.new')).not.to.equal(null);
    } finally {
      putBack();
    }
  });
});
