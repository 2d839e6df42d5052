import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import { encode } from '../../protocol/index.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { Browser, World } from './world.ts';
import { SERVER, createWorld, sent, talking, texts } from './world.ts';

/** Delivers a payload to a page as if it had come over the channel. */
function arrive(browser: Browser, account: AccountId, from: AccountId, payload: Payload): void {
  browser.inject(
    encode({
      envelope: 'Response',
      variant: 'MessageNotification',
      body: { cid: account, peer_cid: from, message: encodePayload(payload), request_id: null },
    }),
  );
}

/** The payloads that a service's pages handed over since `from`, with whom they were for. */
function said(world: World, service: string, from = 0): { to: AccountId; payload: Payload }[] {
  return sent(world, service, 'Message')
    .slice(from)
    .flatMap(({ peer_cid: to, message }) => {
      const decoded = decodePayload(Uint8Array.from(message));
      return decoded.kind === 'payload' && to ? [{ to, payload: decoded.payload }] : [];
    });
}

const signIn = (browser: Browser, username: string): Promise<unknown> =>
  browser.messenger.sessions.signIn({ server: SERVER, username, password: 'correct horse' });
const isTyping = ({ messenger }: Browser, account: AccountId, peer: AccountId): boolean =>
  messenger.messages.row(account, peer).isTyping;

describe('unread messages', () => {
  it('are counted at once for a closed conversation, by conversation and by account (case 85)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const carol = await world.account(b, 'carol');
    await world.connect(b, carol, a, alice);
    // Alice looks at Carol.
    const rows: number[] = [];
    a.messenger.messages.rowCell(alice, bob).subscribe(({ unread }) => void rows.push(unread));
    const badges: number[] = [];
    a.messenger.messages.unread(alice).subscribe((count) => void badges.push(count));
    for (const text of ['one', 'two']) {
      void b.messenger.messages.send(bob, alice, text);
      await world.clock.advance(100);
    }
    expect([...new Set(rows)]).to.deep.equal([0, 1, 2]);
    expect([...new Set(badges)]).to.deep.equal([0, 1, 2]);
    expect(a.messenger.messages.row(alice, carol).unread).to.equal(0);
    expect(a.messenger.sessionRows.peek()[0]!.unread).to.equal(2);
  });

  it('are reported as read within a second, in one receipt for 200 that were scrolled through (case 89)', async () => {
    const { world, a, b, alice, bob } = await talking();
    for (let n = 0; n < 200; n += 1) void b.messenger.messages.send(bob, alice, `message ${n}`);
    await world.clock.advance(20_000);
    expect(a.messenger.messages.unread(alice).peek()).to.equal(200);
    const before = sent(world, 'a', 'Message').length;
    for (const { id } of texts(a.messenger, alice, bob)) {
      a.messenger.messages.read(alice, bob, id);
      await world.clock.advance(2);
    }
    expect(a.messenger.messages.unread(alice).peek(), 'before anything is told').to.equal(0);
    await world.clock.advance(1_050);
    expect(texts(b.messenger, bob, alice).every(({ status }) => status === 'read')).to.equal(true);
    expect(said(world, 'a', before)).to.have.length(1);
    await a.messenger.stored();
    await a.reload();
    expect(a.messenger.messages.unread(alice).peek(), 'after a reload').to.equal(0);
  });

  it('are cleared once the person came to the end, and skipped ones are never reported as read (case 89)', async () => {
    const { world, a, b, alice, bob } = await talking();
    for (let n = 0; n < 200; n += 1) void b.messenger.messages.send(bob, alice, `message ${n}`);
    await world.clock.advance(20_000);
    const ids = texts(a.messenger, alice, bob).map(({ id }) => id);
    a.messenger.messages.pass(alice, bob);
    for (const id of ids.slice(-10)) a.messenger.messages.read(alice, bob, id);
    expect(a.messenger.messages.unread(alice).peek()).to.equal(0);
    await world.clock.advance(10_000);
    // Not by what a sync repeats either.
    a.messenger.wake();
    await world.clock.advance(10_000);
    await a.messenger.stored();
    await a.reload();
    await world.clock.advance(70_000);
    const statusesThere = texts(b.messenger, bob, alice).map(({ status }) => status);
    expect(statusesThere.filter((status) => status === 'read')).to.have.length(10);
    expect(new Set(statusesThere.slice(0, 190))).to.deep.equal(new Set(['delivered']));
    expect(a.messenger.messages.unread(alice).peek()).to.equal(0);
    // What was passed and is looked at later is seen then, and told then.
    a.messenger.messages.read(alice, bob, ids.at(-100)!);
    await world.clock.advance(2_000);
    expect(texts(b.messenger, bob, alice).at(-100)!.status).to.equal('read');
  });
});

describe('presence', () => {
  it('is unknown while no list has answered, and an unanswered list does not count as empty (case 92)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['ListAllPeersResponse'] });
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['ListRegisteredPeersResponse'] });
    const alice = await world.account(a, 'alice');
    const b = await world.browser('b');
    const bob = await world.account(b, 'bobby');
    for (const { service } of [a, b])
      service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    await world.befriend(b, bob, a, alice);
    // The contact is known; whether he is there is not.
    const presences = new Set<string>();
    a.messenger.peers.person(alice, bob).subscribe(({ presence }) => void presences.add(presence));
    const loads = new Map<string, string | null | undefined>();
    a.messenger.peers.loadState(alice).subscribe((load) => void loads.set(load.state, load.code));
    await world.clock.advance(90_000);
    expect([...loads.keys()], 'not "nobody here"').not.to.include('loaded');
    expect(loads.get('failed')).to.equal('timeout');
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('contact');
    expect([...presences]).to.deep.equal(['unknown']);
    // The first that answers is believed.
    a.service.faults.clear();
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    await world.clock.advance(60_000);
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('reachable');
  });

  it('is forgotten at a new sign-in, not turned into "everybody offline" (case 93)', async () => {
    const { world, a, b, alice, bob } = await talking();
    await world.clock.advance(50_000);
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('online');
    const seen: string[] = [];
    a.messenger.peers.person(alice, bob).subscribe(({ presence }) => void seen.push(presence));
    void a.messenger.sessions.signOut(alice);
    await world.clock.advance(2_000);
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('unknown');
    const lift = a.service.faults.add({
      kind: 'hold',
      direction: 'out',
      variants: ['ListAllPeersResponse', 'ListRegisteredPeersResponse'],
    });
    for (const { service } of [a, b])
      service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    void signIn(a, 'alice');
    await world.clock.advance(3_000);
    expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-in');
    expect(a.messenger.peers.row(alice, bob).presence, 'what was known is forgotten').to.equal('unknown');
    lift();
    await world.clock.advance(100);
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('reachable');
    expect(seen).not.to.include('offline');
  });

  it('is Offline for a contact who is signed out, since a relation is no presence (case 95)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const seen: string[] = [];
    void b.messenger.sessions.signOut(bob);
    await world.clock.advance(1_000);
    a.messenger.peers.person(alice, bob).subscribe(({ presence }) => void seen.push(presence));
    await world.clock.advance(120_000);
    expect(a.messenger.peers.row(alice, bob)).to.include({ relation: 'contact', presence: 'offline' });
    expect(new Set(seen)).not.to.include('online');
    expect(new Set(seen)).not.to.include('reachable');
  });

  it('is online for 90 s after a word from the page, which speaks every 45 s, and reachable after that', async () => {
    const { world, a, b, alice, bob } = await talking();
    const beats = (): number => said(world, 'b').filter(({ payload }) => payload.type === 'presence').length;
    await world.clock.advance(45_000);
    const before = beats();
    await world.clock.advance(10 * 45_000);
    expect(beats() - before).to.equal(10);
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('online');
    b.closePage();
    await world.clock.advance(44_000);
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('online');
    await world.clock.advance(50_000);
    // Nobody told us that his page is gone: his service is there, and no more is known.
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('reachable');
  });

  it('is shown with Away and a line of text, for contacts too, for as long as they are online (case 97)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const note = (): string | null => a.messenger.peers.row(alice, bob).note;
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('contact');
    arrive(a, alice, bob, { v: 1, type: 'presence', away: true });
    await world.clock.settle();
    expect(note()).to.equal('Away');
    arrive(a, alice, bob, { v: 1, type: 'presence', note: ' at lunch ' });
    await world.clock.settle();
    expect(note()).to.equal('at lunch');
    // A message changes nothing of it; a word of presence without it takes it back.
    void b.messenger.messages.send(bob, alice, 'hello');
    await world.clock.advance(100);
    expect(note()).to.equal('at lunch');
    arrive(a, alice, bob, { v: 1, type: 'presence' });
    await world.clock.settle();
    expect(note()).to.equal(null);
    arrive(a, alice, bob, { v: 1, type: 'presence', away: true });
    b.closePage();
    await world.clock.advance(95_000);
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('reachable');
    expect(note(), 'nobody knows any more').to.equal(null);
  });

  it('is not invented for somebody new, whether they have written or not (case 101)', async () => {
    const { world, a, alice } = await talking();
    const stranger = '4242424242424242424' as AccountId;
    const row = a.messenger.messages.row(alice, stranger);
    expect(row).to.include({ presence: 'unknown', isTyping: false, unread: 0, last: null });
    expect(a.messenger.peers.row(alice, stranger)).to.include({
      presence: 'unknown',
      note: null,
      relation: 'none',
    });
    void a.messenger.messages.send(alice, stranger, 'hello?');
    await world.clock.advance(60_000);
    expect(a.messenger.messages.row(alice, stranger).presence).to.equal('unknown');
    expect(a.messenger.path(alice, stranger).kind).to.equal('none');
  });
});

describe('typing', () => {
  it('is shown for 2 s after the last signal, and cleared by a message (case 98)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const seen: boolean[] = [];
    a.messenger.messages.rowCell(alice, bob).subscribe((row) => {
      if (row.isTyping !== seen.at(-1)) seen.push(row.isTyping);
    });
    for (let n = 0; n < 5; n += 1) {
      b.messenger.typing(bob, alice);
      await world.clock.advance(1_600);
      expect(isTyping(a, alice, bob), `signal ${n}`).to.equal(true);
    }
    await world.clock.advance(350);
    expect(isTyping(a, alice, bob)).to.equal(true);
    await world.clock.advance(100);
    expect(isTyping(a, alice, bob)).to.equal(false);
    b.messenger.typing(bob, alice);
    await world.clock.advance(100);
    expect(isTyping(a, alice, bob)).to.equal(true);
    void b.messenger.messages.send(bob, alice, 'done');
    await world.clock.advance(100);
    expect(isTyping(a, alice, bob)).to.equal(false);
    await world.clock.advance(5_000);
    expect(seen).to.deep.equal([false, true, false, true, false]);
  });

  it('is sent at most every 1.5 s, and not at all when it is hidden (cases 98, 100)', async () => {
    const { world, b, bob, alice } = await talking();
    const count = (): number => said(world, 'b').filter(({ payload }) => payload.type === 'typing').length;
    const before = count();
    for (let ms = 0; ms < 15_000; ms += 100) {
      b.messenger.typing(bob, alice);
      await world.clock.advance(100);
    }
    expect(count() - before).to.equal(10);
    b.messenger.settings.change(bob, { typing: false });
    const hidden = count();
    for (let ms = 0; ms < 15_000; ms += 100) {
      b.messenger.typing(bob, alice);
      await world.clock.advance(100);
    }
    expect(count()).to.equal(hidden);
  });

  it('stops in the conversation that was left, and begins in the other one at once (case 99)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const carol = await world.account(a, 'carol');
    await world.connect(a, carol, b, bob);
    const before = sent(world, 'b', 'Message').length;
    b.messenger.typing(bob, alice);
    await world.clock.advance(200);
    expect(isTyping(a, alice, bob)).to.equal(true);
    // He turns to Carol, in the middle of a word.
    b.messenger.typing(bob, carol);
    await world.clock.advance(200);
    expect([isTyping(a, alice, bob), isTyping(a, carol, bob)]).to.deep.equal([true, true]);
    for (let ms = 0; ms < 3_000; ms += 300) {
      b.messenger.typing(bob, carol);
      await world.clock.advance(300);
    }
    expect([isTyping(a, alice, bob), isTyping(a, carol, bob)]).to.deep.equal([false, true]);
    const signals = said(world, 'b', before).filter(({ payload }) => payload.type === 'typing');
    expect(signals.filter(({ to }) => to === alice)).to.have.length(1);
    expect(signals.filter(({ to }) => to === carol).length).to.be.within(2, 3);
  });
});

describe('somebody who hides their presence', () => {
  it('sends no presence, alone or in a sync, is never shown Online, and still sees that of others (case 100)', async () => {
    const { world, a, b, alice, bob } = await talking();
    b.messenger.settings.change(bob, { presence: false });
    await world.clock.advance(100_000);
    const before = sent(world, 'b', 'Message').length;
    b.messenger.wake();
    a.messenger.wake();
    await world.clock.advance(1_000);
    const syncs = said(world, 'b', before).filter(({ payload }) => payload.type === 'sync');
    expect(syncs.length).to.be.greaterThan(1);
    for (const { payload } of syncs) expect(payload).not.to.have.property('presence');
    await world.clock.advance(300_000);
    expect(said(world, 'b', before).map(({ payload }) => payload.type)).not.to.include('presence');
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('reachable');
    expect(b.messenger.peers.row(bob, alice).presence).to.equal('online');
  });
});

describe('a switch of account', () => {
  it('shows nothing of the other account, since every record names its account (case 116)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const carol = await world.account(a, 'carol');
    await world.connect(a, carol, b, bob);
    void b.messenger.messages.send(bob, alice, 'for alice');
    void a.messenger.messages.send(alice, bob, 'from alice');
    await world.clock.advance(500);
    a.messenger.sessions.switchTo(carol);
    const current = a.messenger.sessions.current.peek()!;
    expect(current).to.equal(carol);
    // The same person, seen from the other account.
    expect(texts(a.messenger, current, bob)).to.deep.equal([]);
    expect(a.messenger.messages.list(current).ids.peek()).to.deep.equal([]);
    expect(a.messenger.messages.row(current, bob)).to.include({ last: null, unread: 0, isTyping: false });
    void b.messenger.messages.send(bob, carol, 'for carol');
    await world.clock.advance(500);
    expect(texts(a.messenger, carol, bob).map(({ text }) => text)).to.deep.equal(['for carol']);
    a.messenger.sessions.switchTo(alice);
    const shown = texts(a.messenger, alice, bob).map(({ text }) => text);
    expect(shown).to.have.members(['for alice', 'from alice']);
    await a.messenger.stored();
    for (const [account, others] of [
      [alice, ['for carol']],
      [carol, ['for alice', 'from alice']],
    ] as const) {
      const kept = [
        ...(await a.storage.history(account, bob, { limit: 100 })),
        ...(await a.storage.unsettled(account)),
        ...(await a.storage.conversations(account)),
        ...(await a.storage.requests(account)),
      ];
      expect(kept.length).to.be.greaterThan(2);
      expect(kept.every((record) => record.account === account)).to.equal(true);
      for (const text of others) expect(JSON.stringify(kept)).not.to.include(text);
    }
  });
});
