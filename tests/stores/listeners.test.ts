import { expect } from '@open-wc/testing';
import { effect } from '@preact/signals-core';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { createCell } from '../../tabs/cell.ts';
import { memory as memoryBackend } from '../../client/memory.ts';
import { createFakeClock, createSeededRandom, createSimulation } from '../../mocks/index.ts';
import { encodePayload } from '../../protocol/payload.ts';
import { encode } from '../../protocol/index.ts';
import { memory } from '../../storage/memory.ts';
import { batch, computed, signal } from '../../stores/cells.ts';
import { reportedBy } from '../setup.ts';
import { createTabWorld } from './tab-world.ts';
import type { Browser } from './world.ts';
import { statuses, storageWith, talking, texts } from './world.ts';

class Mistake extends Error {}

/** A listener that throws on every change, but not in its first call. */
function broken(): () => void {
  let isFirst = true;
  return () => {
    if (isFirst) isFirst = false;
    else throw new Mistake('a mistake of the page');
  };
}

const throwing = (): never => {
  throw new Mistake('a mistake of the page');
};

/** Everything that a page can subscribe to, by name; each listener throws on every change. */
function listenBadly(
  { messenger }: Browser,
  account: AccountId,
  peer: AccountId,
): Record<string, () => void> {
  const { messages, sessions, peers, requests, outbox, settings, diagnostics } = messenger;
  const source = messages.source(account, peer);
  const cells = {
    ids: source.ids,
    unread: messages.unread(account),
    row: messages.rowCell(account, peer),
    list: messages.list(account).ids,
    sessionRows: messenger.sessionRows,
    accounts: sessions.accounts,
    current: sessions.current,
    session: messenger.messages.rowCell(account, peer),
    'sign-in': sessions.signInView,
    person: peers.person(account, peer),
    people: peers.source(account).ids,
    load: peers.loadState(account),
    pending: requests.pendingCount(account),
    asking: peers.asking(account).ids,
    outbox: outbox.rows(account).ids,
    settings: settings.cell(account),
    link: messenger.link,
    storage: messenger.storage,
    counters: diagnostics.counters,
    visible: messenger.isVisible,
  };
  const stops = Object.entries(cells).map(([name, cell]): [string, () => void] => [
    name,
    cell.subscribe(broken()),
  ]);
  const react = broken();
  const own = effect(() => {
    void [source.ids.value, messenger.link.value, messages.unread(account).value];
    react();
  });
  return {
    ...Object.fromEntries(stops),
    effect: own,
    'row of the list': messages.list(account).watch(peer, throwing),
    'row of the people': peers.source(account).watch(peer, throwing),
    message: source.watch('00000000-0000-7000-8000-000000000001' as MessageId, throwing),
  };
}

/** What another listener hears, so that nobody loses anything by the bad ones. */
function listenWell({ messenger }: Browser, account: AccountId, peer: AccountId): string[] {
  const heard: string[] = [];
  const source = messenger.messages.source(account, peer);
  source.ids.subscribe((ids) => heard.push(`ids ${ids.length}`));
  messenger.messages.unread(account).subscribe((unread) => heard.push(`unread ${unread}`));
  messenger.link.subscribe(({ state }) => heard.push(`link ${state}`));
  messenger.sessionRows.subscribe((rows) => heard.push(`sessions ${rows.map(({ state }) => state).join()}`));
  messenger.messages.list(account).watch(peer, () => heard.push('row'));
  return heard;
}

/** Delivers a message to the page as if it had come over the channel. */
function arrive(browser: Browser, account: AccountId, peer: AccountId, id: string, index: number): void {
  const message = encodePayload({
    v: 1,
    type: 'message',
    id: id as MessageId,
    stream: 'one',
    index,
    text: `number ${index}`,
    sentAt: 1_768_471_200_000,
  });
  browser.inject(
    encode({
      envelope: 'Response',
      variant: 'MessageNotification',
      body: { cid: account, peer_cid: peer, message, request_id: null },
    }),
  );
}

describe('a listener of the page that throws', () => {
  it('does not affect the others: what comes is stored, acknowledged and reported', async () => {
    const { world, a, b, alice, bob } = await talking();
    const errors = await reportedBy(async () => {
      const heard = listenWell(b, bob, alice);
      listenBadly(b, bob, alice);
      const later = listenWell(b, bob, alice);
      heard.length = later.length = 0;
      void a.messenger.messages.send(alice, bob, 'hello');
      await world.clock.advance(1_000);
      expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
      for (const list of [heard, later]) expect(list).to.include.members(['ids 1', 'unread 1', 'row']);
      expect(await b.storage.history(bob, alice, { limit: 10 })).to.have.length(1);
      // The answer, too.
      void b.messenger.messages.send(bob, alice, 'and you?');
      await world.clock.advance(1_000);
      expect(statuses(b.messenger, bob, alice)).to.deep.equal(['hello: null', 'and you?: delivered']);
    });
    expect(errors.length).to.be.greaterThan(5);
    for (const error of errors) expect(error).to.be.instanceOf(Mistake);
  });

  it('does not keep the link from coming back, nor the account from being claimed', async () => {
    const { world, b, alice, bob } = await talking();
    const heard = listenWell(b, bob, alice);
    const errors = await reportedBy(async () => {
      listenBadly(b, bob, alice);
      for (const socket of b.service.sockets) socket.terminate();
      await world.clock.advance(60_000);
    });
    expect(errors.length).to.be.greaterThan(0);
    expect(b.messenger.link.peek().state).to.equal('up');
    expect(b.messenger.sessions.get(bob)!.state).to.equal('signed-in');
    expect(heard).to.include.members([
      'link reconnecting',
      'link up',
      'sessions link-down',
      'sessions signed-in',
    ]);
  });

  it('does not interrupt a command: a message is written and sent, and reading clears the badge', async () => {
    const { world, a, b, alice, bob } = await talking();
    arrive(b, bob, alice, '00000000-0000-7000-8000-000000000001', 1);
    await world.clock.advance(100);
    const errors = await reportedBy(async () => {
      listenBadly(b, bob, alice);
      b.messenger.messages.read(bob, alice, '00000000-0000-7000-8000-000000000001' as MessageId);
      expect(b.messenger.messages.unread(bob).peek()).to.equal(0);
      const sending = b.messenger.messages.send(bob, alice, 'hello');
      await world.clock.advance(1_000);
      await sending;
      b.messenger.settings.change(bob, { typing: false });
      b.messenger.setVisible(false);
    });
    expect(errors.length).to.be.greaterThan(0);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['hello']);
    expect(statuses(b.messenger, bob, alice).at(-1)).to.equal('hello: delivered');
  });

  it('for the tab’s memory does not affect which account is shown', async () => {
    const world = createTabWorld();
    const home = world.profile('home');
    const errors = await reportedBy(async () => {
      const tab = await home.open({ remembers: throwing });
      await world.account(tab, 'alice');
      expect(tab.messenger.sessions.accounts.peek()).to.have.length(1);
    });
    expect(errors).to.have.length(1);
  });

  it('of a backend or a relay affects no other', async () => {
    const clock = createFakeClock();
    const simulation = createSimulation({ clock, random: createSeededRandom(1) });
    const relay = simulation.relay(simulation.service('a'));
    const backend = memoryBackend(clock);
    const heard: string[] = [];
    const errors = await reportedBy(async () => {
      for (const port of [
        { watch: (listener: () => void) => relay.watch(listener), act: () => relay.setUp(false) },
        { watch: (listener: () => void) => backend.subscribe(listener), act: () => backend.open() },
        {
          watch: (listener: () => void) => simulation.frames.subscribe(listener),
          act: () => new (simulation.service('b').webSocket())('ws://b'),
        },
      ]) {
        port.watch(throwing);
        port.watch(() => heard.push('news'));
        port.act();
        await clock.advance(1_000);
      }
      clock.setTimeout(throwing, 1);
      clock.setTimeout(() => heard.push('timer'), 1);
      await clock.advance(1);
      const cell = createCell(1);
      cell.subscribe(throwing);
      cell.subscribe((value) => heard.push(`cell ${value}`));
      cell.set(2);
    });
    expect(new Set(heard)).to.deep.equal(new Set(['news', 'timer', 'cell 1', 'cell 2']));
    expect(errors.length).to.be.greaterThan(5);
  });
});

describe('a message that is shown', () => {
  it('is not called delivered before storage has it, also where it comes again', async () => {
    const inner = memory();
    let isFull = true;
    const storage = storageWith(
      {
        // The write is said to have been done, and was not.
        write: (batch) => inner.write(isFull ? batch.filter(({ put }) => put !== 'message') : batch),
      },
      inner,
    );
    const { world, b, alice, bob } = await talking({ b: { storage } });
    const receipts = (): number =>
      world.simulation.frames.entries.filter(
        ({ service, direction, frame }) =>
          service === 'b' &&
          direction === 'in' &&
          frame?.variant === 'Message' &&
          textOf(frame.body).includes('receipt'),
      ).length;
    const id = '00000000-0000-7000-8000-000000000001';
    arrive(b, bob, alice, id, 1);
    await world.clock.advance(1_000);
    expect(texts(b.messenger, bob, alice)).to.have.length(1);
    const before = receipts();
    isFull = false;
    arrive(b, bob, alice, id, 1);
    await world.clock.advance(1_000);
    expect(receipts()).to.equal(before + 1);
    expect(await inner.message(bob, alice, id as MessageId), 'it is in storage by then').to.not.equal(
      undefined,
    );
    expect(texts(b.messenger, bob, alice)).to.have.length(1);
  });
});

describe('cells', () => {
  it('notify after a transaction only, return its result, and rethrow its error', async () => {
    const one = signal(1);
    const double = computed(() => one.value * 2);
    const seen: number[] = [];
    double.subscribe((value) => seen.push(value));
    expect(
      batch(() => {
        one.value = 2;
        one.value = 3;
        return 'done';
      }),
    ).to.equal('done');
    expect(seen).to.deep.equal([2, 6]);
    expect(() => batch(throwing)).to.throw(Mistake);
    const errors = await reportedBy(() => {
      effect(() => {
        if (one.value > 3) throwing();
      });
      double.subscribe(throwing);
      one.value = 4;
    });
    expect(seen).to.deep.equal([2, 6, 8]);
    expect(errors).to.have.length(3);
    expect([double.value, double.peek(), one.peek()]).to.deep.equal([8, 8, 4]);
  });
});

function textOf(body: unknown): string {
  return new TextDecoder().decode((body as { message: Uint8Array }).message);
}
