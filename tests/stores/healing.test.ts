import { expect } from '@open-wc/testing';
import type { MessageId } from '../../facts/index.ts';
import { encode } from '../../protocol/index.ts';
import { encodePayload } from '../../protocol/payload.ts';
import type { Two } from './world.ts';
import { sent, statuses, talking, texts, readReceipt } from './world.ts';
import { wholeHistory } from './invariants.ts';
import { engineOf } from '../engine.ts';

const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, n) => `message ${from + n}`);

/** Sends texts one after the other, a millisecond apart, so that each has a place of its own. */
async function sendAll({ world, a, alice, bob }: Two, all: readonly string[]): Promise<void> {
  for (const text of all) {
    void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(1);
  }
  await world.clock.advance(3_000);
}

describe('history after a reload', () => {
  it('has no hole between an unsettled message far up and the newest page (cases 73, 74)', async () => {
    const two = await talking();
    const { world, a, alice, bob } = two;
    const drop = a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    await sendAll(two, numbered(1));
    drop();
    // Taken, no receipt: message 0 is open; everything behind it is delivered.
    a.service.faults.add({
      kind: 'drop',
      direction: 'in',
      when: ({ variant, body }) => variant === 'Message' && isSync((body as { message: Uint8Array }).message),
    });
    await sendAll(two, numbered(250, 1));
    expect(statuses(a.messenger, alice, bob)[0]).to.equal('message 0: sent');
    await a.messenger.stored();
    await a.reload();
    const source = a.messenger.messages.source(alice, bob);
    expect(source.ids.peek(), 'a page, with nothing above it that is out of its place').to.have.length(100);
    await wholeHistory({ browser: a, account: alice }, alice, bob);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(numbered(251));
    await world.clock.advance(1);
  });

  it('keeps rows of one millisecond in one order, so that a change of one never hits another', async () => {
    const two = await talking();
    const { world, a, b, alice, bob } = two;
    for (let n = 0; n < 20; n += 1) {
      void a.messenger.messages.send(alice, bob, `own ${n}`);
      // Their id is smaller or greater than ours by chance; the place is the same.
      void b.messenger.messages.send(bob, alice, `theirs ${n}`);
      await world.clock.advance(2);
    }
    await world.clock.advance(3_000);
    await a.messenger.stored();
    const before = texts(a.messenger, alice, bob).map(({ text }) => text);
    await a.reload();
    await world.clock.advance(10_000);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(before);
    for (const { id } of texts(b.messenger, bob, alice).filter(({ own }) => !own))
      b.messenger.messages.read(bob, alice, id);
    await world.clock.advance(1_100);
    const { rows } = engineOf(a.messenger).conversations.get(alice, bob);
    const source = a.messenger.messages.source(alice, bob);
    expect(
      rows.map(({ id }) => id),
      'records and rows are the same',
    ).to.deep.equal(source.ids.peek());
  });

  it('has no hole below a message that got a late receipt (case 57)', async () => {
    const two = await talking();
    const { world, a, alice, bob } = two;
    await sendAll(two, numbered(250));
    const receipt = readReceipt(a, alice, bob, texts(a.messenger, alice, bob)[5]!.id);
    await a.messenger.stored();
    await a.reload();
    a.inject(
      encode({
        envelope: 'Response',
        variant: 'MessageNotification',
        body: {
          cid: alice,
          peer_cid: bob,
          message: encodePayload(receipt),
          request_id: null,
        },
      }),
    );
    await world.clock.advance(100);
    await wholeHistory({ browser: a, account: alice }, alice, bob);
    const rows = texts(a.messenger, alice, bob);
    expect(rows.map(({ text }) => text)).to.deep.equal(numbered(250));
    expect(rows[5]!.status).to.equal('read');
  });

  it("keeps a message that comes late in the sender's order, also above the page that is loaded (case 70)", async () => {
    const two = await talking();
    const { world, b, alice, bob } = two;
    const arrive = (index: number): void =>
      b.inject(
        encode({
          envelope: 'Response',
          variant: 'MessageNotification',
          body: {
            cid: bob,
            peer_cid: alice,
            message: encodePayload({
              v: 1,
              type: 'message',
              id: `019bc119-4494-7000-a623-${String(index).padStart(12, '0')}` as MessageId,
              stream: 'stream',
              index,
              text: `message ${index}`,
              sentAt: index,
            }),
            request_id: null,
          },
        }),
      );
    for (let index = 1; index <= 250; index += 1) {
      if (index !== 6 && index !== 7) arrive(index);
      await world.clock.advance(1);
    }
    await b.messenger.stored();
    await b.reload();
    arrive(7);
    arrive(6);
    await world.clock.advance(100);
    await wholeHistory({ browser: b, account: bob }, bob, alice);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(numbered(250, 1));
  });
});

describe('two receipts in one turn', () => {
  it('both count: a delivered that comes with a read lowers nothing (case 53)', async () => {
    const { world, a, b, alice, bob } = await talking();
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const written = a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(50);
    const id = await written;
    const seen: string[] = [];
    const source = a.messenger.messages.source(alice, bob);
    source.watch(id, () => seen.push(source.get(id)!.status!));
    const delivered = { v: 1, type: 'receipt', kind: 'delivered', id, at: 1 } as const;
    for (const receipt of [readReceipt(a, alice, bob, id), delivered])
      a.inject(
        encode({
          envelope: 'Response',
          variant: 'MessageNotification',
          body: {
            cid: alice,
            peer_cid: bob,
            message: encodePayload(receipt),
            request_id: null,
          },
        }),
      );
    await world.clock.advance(50);
    // What was read is looked up; until then what is delivered may be shown, and each only once it is stored.
    expect(seen.join(' ')).to.match(/^(sent )*(delivered )*read( read)*$/);
  });
});

describe('a frame that was lost', () => {
  it('is recovered if it was the answer to a claim: the account is claimed again on the same socket', async () => {
    const { world, a, alice } = await talking();
    a.service.faults.add({
      kind: 'drop',
      direction: 'out',
      variants: ['ConnectionManagementSuccess'],
      times: 1,
    });
    a.service.sockets[0]!.terminate();
    await world.clock.advance(3_000);
    expect(a.messenger.sessions.get(alice)!.state).to.equal('claiming');
    await world.clock.advance(12_000);
    expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-in');
    expect(a.service.sockets, 'on the socket that it was').to.have.length(1);
  });

  it('is recovered after a reload too, since this very page may hold the account', async () => {
    const { world, a, alice } = await talking();
    a.closePage();
    await world.clock.advance(1_000);
    a.service.faults.add({
      kind: 'drop',
      direction: 'out',
      variants: ['ConnectionManagementSuccess'],
      times: 1,
    });
    await a.openPage();
    await world.clock.advance(15_000);
    expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-in');
  });
});

describe('a socket that is dead and looks alive', () => {
  it('is found by the first request that times out, without a wake-up of the page', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.service.sockets[0]!.freeze();
    void a.messenger.messages.send(alice, bob, 'hello?');
    await world.clock.advance(15_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello?: sending']);
    await world.clock.advance(45_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello?: delivered']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['hello?']);
  });

  it('is not probed while other answers come', async () => {
    const { world, a, alice, bob } = await talking();
    const before = sent(world, 'a', 'GetSessions').length;
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['ListAllPeersResponse'], times: 1 });
    void a.messenger.peers.refresh(alice);
    await world.clock.advance(34_000);
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(3_000);
    expect(a.messenger.diagnostics.counters.peek().get('timeout')).to.equal(1);
    expect(sent(world, 'a', 'GetSessions')).to.have.length(before);
    expect(a.messenger.link.peek().state).to.equal('up');
  });
});

/** Whether a body is a sync. */
function isSync(body: Uint8Array): boolean {
  return new TextDecoder().decode(body).includes('"type":"sync"');
}
