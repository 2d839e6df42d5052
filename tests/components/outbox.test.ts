import { expect, fixture, html } from '@open-wc/testing';
import { at, me, mine, noor, outboxRows, queued, unbroken } from '../../.storybook/fixtures.ts';
import { createLive } from '../../.storybook/live.ts';
import type { Live } from '../../.storybook/live.ts';
import type { Cell, MessageId, OutboxRow, RowSource } from '../../facts/index.ts';
import type { OutboxElement } from '../../components/outbox/outbox.ts';
import '../../components/outbox/define.ts';
import { all, button, buttons, frames, heard, one, standStill, textOf, until } from './helpers.ts';

const lives: Live[] = [];
afterEach(() => {
  for (const live of lives.splice(0)) live.close();
});
beforeEach(() => {
  standStill();
});

/** A live source over an array, as the stores hand one out; it counts who watches. */
class Source implements RowSource<MessageId, OutboxRow> {
  readonly list: MessageId[] = [];
  readonly records = new Map<MessageId, OutboxRow>();
  readonly watchers = new Map<MessageId, Set<() => void>>();
  readonly #runs = new Set<(ids: readonly MessageId[]) => void>();
  readonly ids: Cell<readonly MessageId[]>;

  constructor(rows: readonly OutboxRow[]) {
    const { list } = this;
    const runs = this.#runs;
    this.ids = {
      get value() {
        return list;
      },
      peek: () => list,
      subscribe: (run) => {
        runs.add(run);
        run(list);
        return () => runs.delete(run);
      },
    };
    this.put(...rows);
  }
  get watched(): number {
    return [...this.watchers.values()].reduce((sum, { size }) => sum + size, 0);
  }
  get(id: MessageId): OutboxRow | undefined {
    return this.records.get(id);
  }
  watch(id: MessageId, changed: () => void): () => void {
    if (!this.watchers.has(id)) this.watchers.set(id, new Set());
    this.watchers.get(id)!.add(changed);
    return () => this.watchers.get(id)!.delete(changed);
  }
  put(...rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      this.records.set(row.message.id, row);
      if (!this.list.includes(row.message.id)) this.list.push(row.message.id);
    }
    for (const run of this.#runs) run(this.list);
  }
  change(id: MessageId, more: Partial<OutboxRow['message']>): void {
    const row = this.records.get(id)!;
    this.records.set(id, { ...row, message: { ...row.message, ...more } });
    for (const changed of [...(this.watchers.get(id) ?? [])]) changed();
  }
  drop(id: MessageId): void {
    this.list.splice(this.list.indexOf(id), 1);
    for (const run of this.#runs) run(this.list);
  }
}

async function outbox(rows: OutboxElement['rows'], width = 360): Promise<OutboxElement> {
  const element = await fixture<OutboxElement>(html`<p2p-outbox .account=${me} .rows=${rows}></p2p-outbox>`);
  element.style.width = `${width}px`;
  element.style.height = '480px';
  await element.updateComplete;
  await frames();
  return element;
}

const head = (element: OutboxElement): string => textOf(element, '[part="header"]');
const texts = (element: OutboxElement): string[] =>
  all(element, '[part="text"]').map(({ textContent }) => textContent!.trim());
const rowOf = (element: OutboxElement, text: string): HTMLElement =>
  all(element, '[part="message"]').find((row) => row.textContent?.includes(text))!;
const inRow = (element: OutboxElement, text: string): string[] =>
  [...rowOf(element, text).querySelectorAll('button')].map(({ textContent }) => textContent!.trim());

describe('p2p-outbox', () => {
  it('is accessible in every state, empty, while it asks, and in light and dark', async () => {
    for (const scheme of ['light', 'dark']) {
      document.documentElement.style.colorScheme = scheme;
      document.body.style.background = 'light-dark(var(--p2p-surface-light), var(--p2p-surface-dark))';
      const element = await outbox(outboxRows());
      await expect(element).to.be.accessible();
      button(element, 'Delete all failed').click();
      await element.updateComplete;
      await expect(element).to.be.accessible();
      await expect(await outbox([])).to.be.accessible();
    }
    document.documentElement.style.colorScheme = '';
    document.body.style.background = '';
  });

  it('does not carry an open question over to another account', async () => {
    const element = await outbox(outboxRows());
    element.account = me;
    await element.updateComplete;
    button(element, 'Delete all failed').click();
    await element.updateComplete;
    expect(textOf(element)).to.match(/Delete 1 unsent message\?/u);
    element.account = noor;
    await element.updateComplete;
    expect(textOf(element)).not.to.match(/unsent/u);
    expect(buttons(element, 'Delete all failed')).to.have.lengthOf(1);
  });

  it('lists messages that need a decision first, and counts each group', async () => {
    const element = await outbox(outboxRows());
    expect(head(element)).to.equal('Outbox 1 not sent · 1 unconfirmed · 4 waiting');
    expect(texts(element)).to.deep.equal([
      'see you at the harbour',
      'Can you still read me?',
      'are you there?',
      'On its way',
      'relay.log, 4 kB',
      'Not on this disk',
    ]);
  });

  it('names the recipient of each message and why it is still here', async () => {
    const element = await outbox(outboxRows());
    const said = all(element, '[part="message"]').map((row) =>
      ['name', 'reason'].map((part) => row.querySelector(`[part="${part}"]`)!.textContent!.trim()),
    );
    expect(said).to.deep.equal([
      ['Noor Haddad', 'Not sent after 10 tries'],
      ['Noor Haddad', 'Unconfirmed. No answer; it may have been sent'],
      ['Elif Vural', 'Waiting for Elif to come online'],
      ['Mona Okafor', 'Sending: Passed to the service. No answer yet'],
      ['Noor Haddad', 'Waiting for a connection to Noor. Next try in 4 s.'],
      ['Unnamed …3224', 'Couldn’t save on this device'],
    ]);
  });

  it('60: offers exactly one Try again on what failed or is unconfirmed, and one click asks once', async () => {
    const retried = heard('p2p-retry-request');
    const rows = outboxRows();
    const element = await outbox(rows);
    expect(inRow(element, 'see you')).to.deep.equal(['Try again', 'Delete', 'Details']);
    expect(inRow(element, 'still read me')).to.deep.equal(['Try again', 'Delete', 'Details']);
    expect(inRow(element, 'On its way')).to.deep.equal(['Details']);
    expect(inRow(element, 'are you there')).to.deep.equal(['Cancel', 'Details']);
    rowOf(element, 'see you').querySelector('button')!.click();
    expect(retried).to.deep.equal([{ account: me, peer: noor, id: rows[1]!.message.id }]);
    // The second click of a double click may hit another row.
    rowOf(element, 'still read me')
      .querySelector('button')!
      .dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 2 }));
    expect(retried).to.have.lengthOf(1);
  });

  it('61: offers no Try again on what waits or is under way: there is nothing that could send it twice', async () => {
    const retried = heard('p2p-retry-request');
    const element = await outbox(
      (['waiting', 'sending', 'sent', 'delivered', 'read'] as const).map((status) =>
        queued(mine(status, at(10, 0), status)),
      ),
    );
    expect(buttons(element, 'Try again')).to.have.lengthOf(0);
    expect(buttons(element, 'Retry all')).to.have.lengthOf(0);
    expect(retried).to.deep.equal([]);
  });

  it('asks to cancel, to delete and for the details of the row whose button was pressed', async () => {
    const cancelled = heard('p2p-cancel-request');
    const deleted = heard('p2p-delete-request');
    const details = heard('p2p-open-details-request');
    const rows = outboxRows();
    const element = await outbox(rows);
    const press = (text: string, name: string): void =>
      [...rowOf(element, text).querySelectorAll('button')]
        .find(({ textContent }) => textContent === name)!
        .click();
    press('are you there', 'Cancel');
    press('see you', 'Delete');
    press('On its way', 'Details');
    const detail = ({ account, peer, message: { id } }: OutboxRow) => ({ account, peer, id });
    expect([cancelled, deleted, details]).to.deep.equal([
      [detail(rows[0]!)],
      [detail(rows[1]!)],
      [detail(rows[3]!)],
    ]);
  });

  it('retries all at one press, and deletes all that failed only after a question, in which Escape means no', async () => {
    const retried = heard('p2p-retry-all-request');
    const deleted = heard('p2p-delete-all-request');
    const rows = [...outboxRows(), queued(mine('and this', at(10, 50), 'failed'))];
    const element = await outbox(rows);
    button(element, 'Retry all').click();
    expect(retried).to.deep.equal([{ account: me }]);
    button(element, 'Delete all failed').click();
    await element.updateComplete;
    expect(textOf(element, '[part="confirm"] .grow')).to.equal('Delete 2 unsent messages?');
    const keep = button(element, 'Keep');
    await until(() => element.shadowRoot!.activeElement === keep, 'the focus is on what changes nothing');
    keep.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
    await element.updateComplete;
    expect(all(element, '[part="confirm"]')).to.have.lengthOf(0);
    await until(
      () => element.shadowRoot!.activeElement === button(element, 'Delete all failed'),
      'the focus is back',
    );
    expect(deleted).to.deep.equal([]);
    button(element, 'Delete all failed').click();
    await element.updateComplete;
    one(element, '[part="confirm"] [part="delete-all"]').click();
    expect(deleted).to.deep.equal([{ account: me }]);
    // The account is gone by other means, and so is the question.
    await element.updateComplete;
    button(element, 'Delete all failed').click();
    await element.updateComplete;
    element.rows = outboxRows().slice(2);
    await element.updateComplete;
    expect(all(element, '[part="confirm"]')).to.have.lengthOf(0);
  });

  it('follows every row: a change of one message changes its place, its words and the numbers', async () => {
    const rows = outboxRows();
    const source = new Source(rows);
    const element = await outbox(source);
    source.change(rows[0]!.message.id, { status: 'failed', reason: 'no', attempts: 1 });
    await element.updateComplete;
    await frames();
    expect(head(element)).to.equal('Outbox 2 not sent · 1 unconfirmed · 3 waiting');
    expect(texts(element).slice(0, 3)).to.deep.equal([
      'are you there?',
      'see you at the harbour',
      'Can you still read me?',
    ]);
    expect(inRow(element, 'are you there')).to.deep.equal(['Try again', 'Delete', 'Details']);
    source.put(queued(mine('one more', at(10, 43), 'waiting')));
    await element.updateComplete;
    source.change(source.list.at(-1)!, { status: 'unconfirmed' });
    await element.updateComplete;
    expect(head(element)).to.equal('Outbox 2 not sent · 2 unconfirmed · 3 waiting');
    element.remove();
    expect(source.watched).to.equal(0);
  });

  it('keeps rows of different heights from overlapping when they change places', async () => {
    const rows = outboxRows();
    const source = new Source(rows);
    const element = await outbox(source, 240);
    // At once: one changes its place in the middle, and one comes at the end.
    source.change(rows[2]!.message.id, { status: 'waiting' });
    source.put(queued(mine('one more', at(10, 43), 'waiting')));
    await element.updateComplete;
    await frames();
    const boxes = all(element, '[part="message"]')
      .map((row) => row.getBoundingClientRect())
      .sort((a, b) => a.top - b.top);
    boxes.slice(1).forEach((box, i) => expect(box.top).to.be.closeTo(boxes[i]!.bottom, 1));
  });

  it('by keyboard: arrows go from row to row, and the focus stays in the list when a row has gone', async () => {
    const rows = outboxRows();
    const source = new Source(rows);
    const element = await outbox(source);
    const focused = () => element.shadowRoot!.activeElement as HTMLElement | null;
    expect(all(element, '[part="message"][tabindex="0"]')).to.have.lengthOf(1);
    rowOf(element, 'see you').focus();
    focused()!.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, composed: true, cancelable: true }),
    );
    await until(() => focused()?.dataset['row'] === rows[2]!.message.id, 'the next row has the focus');
    const press = (text: string): void => {
      const first = rowOf(element, text).querySelector('button')!;
      first.focus();
      first.click();
    };
    press('see you');
    source.change(rows[1]!.message.id, { status: 'waiting' });
    await until(
      () => focused()?.dataset['row'] === rows[2]!.message.id,
      'the row in its place has the focus',
    );
    for (const { message } of rows.slice(0, 5)) source.drop(message.id);
    await element.updateComplete;
    await frames();
    press('Not on this disk');
    source.drop(rows[5]!.message.id);
    await until(() => focused()?.localName === 'h2', 'the heading has the focus');
    expect(textOf(element, '[role="status"]')).to.equal('No messages waiting');
  });

  it('draws one line of a text, however long and in whatever script, and fits 300 px', async () => {
    const element = await outbox(
      [
        queued(mine(unbroken, at(10, 0), 'failed', { reason: unbroken }), unbroken),
        queued(mine('שלום\nעולם', at(10, 1), 'unconfirmed')),
        queued(mine('<b>not bold</b>', at(10, 2), 'waiting')),
      ],
      300,
    );
    expect(one(element, '.people').scrollWidth).to.be.at.most(300);
    expect(texts(element).slice(1)).to.deep.equal(['שלום עולם', '<b>not bold</b>']);
    expect(all(element, '[part="text"] bdi')[1]!.matches(':dir(rtl)')).to.equal(true);
    for (const target of all(element, 'button'))
      expect(target.getBoundingClientRect().height).to.be.at.least(24);
  });

  it('draws a part of ten thousand, and one change among them renders it once', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) =>
      queued(mine(`Message ${i}`, at(10, 0), i === 5_000 ? 'failed' : 'waiting')),
    );
    const source = new Source([]);
    for (const row of rows) {
      source.records.set(row.message.id, row);
      source.list.push(row.message.id);
    }
    const element = await outbox(source);
    expect(all(element, '[part="message"]').length).to.be.lessThan(30);
    expect(head(element)).to.equal('Outbox 1 not sent · 9,999 waiting');
    expect(texts(element)[0]).to.equal('Message 5000');
    source.change(rows[9_999]!.message.id, { status: 'unconfirmed' });
    await element.updateComplete;
    expect(texts(element)[1]).to.equal('Message 9999');
    element.remove();
    expect(source.watched).to.equal(0);
  });

  it('warns about a value that is no list, and keeps working', async () => {
    const said: unknown[] = [];
    const { warn } = console;
    console.warn = (...words: unknown[]) => said.push(words.join(' '));
    const element = await outbox({} as OutboxElement['rows']);
    console.warn = warn;
    expect(said).to.deep.equal([
      '[p2p] <p2p-outbox>: expected rows to be an array or a source, got an object (rows)',
    ]);
    expect(textOf(element)).to.contain('No messages waiting');
  });

  it('is filled from a messenger, and what is pressed in it is carried out (case 62: with the same id, after a reload too)', async () => {
    const live = createLive({ stun: false });
    lives.push(live);
    const before = await live.browser('our browser', { relay: true });
    const account = await live.account(before, 'alice', 'Alice Example');
    const friends = await live.browser('their browser', { relay: true });
    const friend = await live.account(friends, 'bobby', 'Bob Example');
    await live.befriend(before, account, friends, friend);
    before.relay!.conduct = { refuse: 'The mailbox is full', code: 'invalid' };
    friends.messenger.close();
    await live.clock.advance(100_000);
    const id = await before.messenger.messages.send(account, friend, 'hello');
    await live.clock.advance(1_000);
    await before.messenger.stored();
    before.messenger.close();

    const browser = await live.browser('our browser, reloaded', {
      on: before.service,
      storage: before.storage,
      relay: true,
    });
    await live.clock.advance(5_000);
    const element = await fixture<OutboxElement>(
      html`<p2p-outbox .messenger=${browser.messenger}></p2p-outbox>`,
    );
    await until(() => buttons(element, 'Try again').length === 1, 'the failed message is listed');
    expect(textOf(element)).to.contain('Not sent');
    button(element, 'Try again').click();
    await live.clock.advance(5_000);
    await until(() => textOf(element).includes('No messages waiting'), 'it has left');
    const source = browser.messenger.messages.source(account, friend);
    expect(source.ids.peek()).to.deep.equal([id]);
    expect(source.get(id)?.facts.filter(({ type }) => type === 'attempted')).to.have.lengthOf(2);
  });
});
