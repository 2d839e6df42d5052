import { expect, nextFrame } from '@open-wc/testing';
import '../../define.ts';
import * as facts from '../../facts/index.ts';
import * as locale from '../../locale/index.ts';
import { indexedDb } from '../../storage/index.ts';
import * as core from '../../core.ts';
import type { BenchMessage, BenchPeer, BenchStatus } from '../../bench/lists.d.mts';
import { createAdapter } from '../../bench/lists.mjs';

const adapter = createAdapter({ facts, locale, storage: { indexedDb }, core });
const START = Date.UTC(2026, 0, 5, 10);

function message(n: number, own: boolean, status: BenchStatus = 'read'): BenchMessage {
  return {
    id: `m${n}`,
    own,
    authorId: own ? 'me' : 'noor',
    author: own ? 'Me' : 'Noor Haddad',
    text: `message ${n}`,
    ts: START + n * 1_000,
    time: '10:00',
    status: own ? status : null,
  };
}

function peer(n: number, more: Partial<BenchPeer> = {}): BenchPeer {
  return {
    id: `p${n}`,
    name: `Person ${n}`,
    online: n % 2 === 0,
    last: `last of ${n}`,
    unread: n % 3,
    ...more,
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Waits for a condition, frame by frame; mocha's time limit ends a failed wait. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await nextFrame();
}

function drawn(): string[] {
  const root = (document.querySelector('p2p-thread') ?? document.querySelector('p2p-conversation-list'))!
    .shadowRoot!;
  return [...root.querySelectorAll('[part~="text"], [part~="name"]')].map((element) =>
    element.textContent.trim(),
  );
}

describe('The bench adapter', () => {
  let box: HTMLElement;

  beforeEach(() => {
    box = document.createElement('div');
    box.style.setProperty('width', '800px');
    box.style.setProperty('height', '600px');
    document.body.append(box);
  });

  afterEach(() => {
    adapter.destroy();
    box.remove();
  });

  it('shows the newest of many messages, all of which can be scrolled to, and draws few of them', async () => {
    await adapter.mount(
      box,
      range(1_050).map((n) => message(n, n % 2 === 0)),
    );
    await until(() => drawn().includes('message 1049'));
    expect(drawn().length).to.be.lessThan(60);
    // Page after page, as it is scrolled.
    await until(() => {
      adapter.scroller()!.scrollTop = 0;
      return drawn().includes('message 0');
    });
    expect(drawn()).not.to.include('message 1049');
  });

  it('returns the text of a row that is drawn, and null for one that is not', async () => {
    const words: BenchStatus[] = ['read', 'received', 'sent', 'sending'];
    await adapter.mount(box, [
      ...range(300).map((n) => message(n, true)),
      ...words.map((status, n) => message(300 + n, true, status)),
      message(304, false),
    ]);
    await until(() => adapter.statusOf('m303') !== null);
    expect(words.map((_, n) => adapter.statusOf(`m${300 + n}`))).to.deep.equal(words);
    expect(adapter.statusOf('m304'), 'one of theirs').to.equal(null);
    expect(adapter.statusOf('m0'), 'far from the view').to.equal(null);
    expect(adapter.statusOf('nobody'), 'unknown').to.equal(null);
  });

  it('changes a status by evidence, from sending to read, and never lowers it', async () => {
    await adapter.mount(box, [message(0, false)]);
    adapter.append(message(1, true, 'sending'));
    await until(() => adapter.statusOf('m1') === 'sending');
    for (const status of ['sent', 'received', 'read'] as const) {
      adapter.setStatus('m1', status);
      await until(() => adapter.statusOf('m1') === status);
    }
    adapter.setStatus('m1', 'sent');
    await nextFrame();
    await nextFrame();
    expect(adapter.statusOf('m1')).to.equal('read');
  });

  it('also settles the messages that stand before it in the queue', async () => {
    await adapter.mount(
      box,
      range(4).map((n) => message(n, true, 'sending')),
    );
    await until(() => adapter.statusOf('m3') === 'sending');
    adapter.setStatus('m2', 'sent');
    await until(() => adapter.statusOf('m2') === 'sent');
    expect(range(4).map((n) => adapter.statusOf(`m${n}`))).to.deep.equal(['sent', 'sent', 'sent', 'sending']);
    adapter.setStatus('m3', 'received');
    await until(() => adapter.statusOf('m3') === 'received');
  });

  it('appends messages of both sides, in order', async () => {
    await adapter.mount(
      box,
      range(20).map((n) => message(n, false)),
    );
    adapter.append(message(20, true, 'sending'));
    adapter.append(message(21, false));
    adapter.append(message(22, true, 'received'));
    await until(() => drawn().includes('message 22') && drawn().includes('message 21'));
    expect(drawn().slice(-4)).to.deep.equal(['message 19', 'message 20', 'message 21', 'message 22']);
    await until(() => adapter.statusOf('m22') === 'received');
    expect(adapter.statusOf('m20')).to.equal('sending');
  });

  it('prepends older messages without moving the row that is being read', async () => {
    await adapter.mount(
      box,
      range(200).map((n) => message(1_000 + n, n % 2 === 0)),
    );
    await until(() => drawn().includes('message 1199'));
    const scroller = adapter.scroller()!;
    await until(() => {
      scroller.scrollTop = 0;
      return drawn().includes('message 1000');
    });
    const rows = () => [...scroller.querySelectorAll('[data-id]')];
    // Its bubble: the line with the day above it belongs to whichever row is the first of that day.
    const first = () =>
      rows()
        .find((row) => row.textContent.includes('message 1000'))!
        .querySelector('[part="bubble"]')!;
    const before = first().getBoundingClientRect().top;
    await adapter.prepend(range(100).map((n) => message(900 + n, n % 2 === 0)));
    await nextFrame();
    await nextFrame();
    expect(Math.abs(first().getBoundingClientRect().top - before)).to.be.lessThan(2);
    scroller.scrollTop = 0;
    await until(() => drawn().includes('message 900'));
  });

  it('shows people, their presence as they tell it, and filters them', async () => {
    await adapter.mountPeers(
      box,
      range(300).map((n) => peer(n)),
    );
    await until(() => adapter.presenceOf('p0') === true);
    expect(drawn()[0]).to.equal('Person 0');
    expect(drawn().length).to.be.lessThan(60);
    expect(adapter.presenceOf('p1')).to.equal(false);
    expect(adapter.presenceOf('p299'), 'far from the view').to.equal(null);
    adapter.setPresence('p1', true);
    await until(() => adapter.presenceOf('p1') === true);
    adapter.setPresence('p0', false);
    await until(() => adapter.presenceOf('p0') === false);
    adapter.filter('person 29');
    await until(() => drawn()[0] === 'Person 29');
    expect(drawn()).to.have.length(11);
    adapter.filter('');
    await until(() => drawn()[0] === 'Person 0');
  });

  it('leaves nothing behind', async () => {
    await adapter.mount(box, [message(0, false)]);
    adapter.destroy();
    expect(box.childElementCount).to.equal(0);
    expect(adapter.scroller()).to.equal(null);
    expect(adapter.statusOf('m0')).to.equal(null);
  });
});
