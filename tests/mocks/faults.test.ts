import { expect } from '@open-wc/testing';
import type { Fault } from '../../mocks/index.ts';
import { decode } from '../../mocks/wire.ts';
import { createWorld, during, messageTo, openPage, SEED, variants, type Page, type World } from './world.ts';

/** Alice's page with a channel to Bob, who acknowledges nothing. */
async function talking(): Promise<
  World & { alice: Page; a: Awaited<ReturnType<World['person']>>; b: Awaited<ReturnType<World['person']>> }
> {
  const world = createWorld();
  const a = await world.person('alice');
  const b = await world.person('bob', {}, { acknowledges: false });
  a.peer.dial(b.peer.cid);
  await world.clock.advance(300);
  expect(a.peer.channels.has(b.peer.cid)).to.be.true;
  // A second page takes the account over, so that the frames counted here are only the test's own.
  const alice = openPage(a.service);
  await world.clock.advance(10);
  const claim = { ClaimSession: { session_cid: a.peer.cid, only_if_orphaned: false } };
  alice.send('ConnectionManagement', { management_command: claim });
  await world.clock.advance(10);
  alice.frames.length = 0;
  alice.texts.length = 0;
  return { ...world, alice, a, b };
}

const bytesHeard = (frames: readonly { variant: string; body: unknown }[]): string[] =>
  frames
    .filter((frame) => frame.variant === 'MessageNotification')
    .map((frame) => new TextDecoder().decode((frame.body as { message: Uint8Array }).message));

describe(`Faults (seed ${SEED})`, () => {
  it('drop a request: it is not answered and has no effect', async () => {
    const { alice, a, b, clock } = await talking();
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'], times: 1 });
    alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'lost'));
    const second = alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'there'));
    await clock.advance(50);
    expect(alice.frames.map((frame) => frame.body.request_id)).to.deep.equal([second]);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['there']);
  });

  it('drop an answer: the request has had its effect', async () => {
    const { alice, a, b, clock } = await talking();
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'] });
    alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'silent'));
    await clock.advance(50);
    expect(alice.frames).to.deep.equal([]);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['silent']);
  });

  it('delay a frame, and let others overtake it', async () => {
    const { alice, a, b, clock } = await talking();
    a.service.faults.add({ kind: 'delay', direction: 'in', variants: ['Message'], times: 1, delay: 500 });
    alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'first'));
    alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'second'));
    await clock.advance(400);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['second']);
    await clock.advance(200);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['second', 'first']);
  });

  it('duplicate in either direction', async () => {
    const { alice, a, b, clock } = await talking();
    const lift = a.service.faults.add({ kind: 'duplicate', direction: 'in', variants: ['Message'] });
    const id = alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'twice'));
    await clock.advance(50);
    expect(alice.answersTo(id).length).to.equal(2);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['twice', 'twice']);
    lift();
    b.service.faults.add({ kind: 'duplicate', direction: 'out', variants: ['MessageNotification'] });
    alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'again'));
    await clock.advance(50);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['twice', 'twice', 'again', 'again']);
  });

  it('reorder: a frame follows the next one, or is sent alone after its delay', async () => {
    const { alice, a, b, clock } = await talking();
    a.service.faults.add({ kind: 'reorder', direction: 'in', variants: ['Message'], times: 1, delay: 1000 });
    alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'first'));
    await clock.advance(100);
    expect(bytesHeard(b.peer.frames)).to.deep.equal([]);
    alice.send('GetSessions', {});
    await clock.advance(100);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['first']);
    a.service.faults.add({ kind: 'reorder', direction: 'in', variants: ['Message'], times: 1, delay: 1000 });
    alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'alone'));
    await clock.advance(999);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['first']);
    await clock.advance(50);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['first', 'alone']);
  });

  it('hold frames until they are lifted, then let them through in order', async () => {
    const { alice, a, b, clock } = await talking();
    const lift = a.service.faults.add({ kind: 'hold', direction: 'out', variants: ['MessageSendSuccess'] });
    const ids = ['1', '2', '3'].map((text) => alice.send('Message', messageTo(a.peer.cid, b.peer.cid, text)));
    await clock.advance(60_000);
    expect(alice.frames).to.deep.equal([]);
    lift();
    expect(new Set(alice.frames.map((frame) => frame.body.request_id))).to.deep.equal(new Set(ids));
    const after = alice.send('Message', messageTo(a.peer.cid, b.peer.cid, '4'));
    await clock.advance(10);
    expect(alice.answersTo(after).length).to.equal(1);
  });

  it('truncate: the rest is no valid frame', async () => {
    const { alice, a, clock } = await talking();
    a.service.faults.add({ kind: 'truncate', direction: 'out' });
    for (let i = 0; i < 20; i++) alice.send('GetSessions', {});
    await clock.advance(50);
    expect(alice.texts.length).to.equal(20);
    expect(alice.texts.every((text) => !decode(text).ok)).to.be.true;
  });

  it('mistype one field: the frame decodes to an error, or without one of its rows', async () => {
    const { alice, a, clock } = await talking();
    a.service.faults.add({ kind: 'wrong-type', direction: 'out' });
    for (let i = 0; i < 20; i++) alice.send('ListRegisteredPeers', { cid: a.peer.cid });
    await clock.advance(50);
    const codes = alice.texts.map((text) => {
      const result = decode(text);
      if (!result.ok) return result.error.code;
      return result.leftOut > 0 ? 'wrong-shape' : 'ok';
    });
    expect(codes).to.deep.equal(Array.from({ length: 20 }, () => 'wrong-shape'));
  });

  it('refuse a request with a given text, without any effect', async () => {
    const { alice, a, b, clock } = await talking();
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      reason: 'no',
      delay: 300,
    });
    const id = alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'refused'));
    await clock.advance(200);
    expect(alice.frames).to.deep.equal([]);
    await clock.advance(200);
    expect(alice.answersTo(id)).to.deep.equal([
      {
        envelope: 'Response',
        variant: 'MessageSendFailure',
        body: { cid: a.peer.cid, message: 'no', request_id: id },
      },
    ]);
    expect(bytesHeard(b.peer.frames)).to.deep.equal([]);
  });

  it('refuse after delivery: the message arrives, and the answer is a refusal', async () => {
    const { alice, a, b, clock } = await talking();
    a.service.faults.add({ kind: 'refuse-after-delivery', direction: 'in', variants: ['Message'] });
    const id = alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'spurious'));
    await clock.advance(50);
    expect(variants(alice.answersTo(id))).to.deep.equal(['MessageSendFailure']);
    expect(bytesHeard(b.peer.frames)).to.deep.equal(['spurious']);
  });

  it('make a socket half-open: nothing passes, and neither side is told', async () => {
    const { alice, a, b, clock } = await talking();
    a.service.faults.add({ kind: 'half-open', direction: 'in', times: 1 });
    alice.send('Message', messageTo(a.peer.cid, b.peer.cid, 'into the void'));
    b.peer.write(a.peer.cid, 'nor this');
    await clock.advance(120_000);
    expect(alice.frames).to.deep.equal([]);
    expect(alice.closes).to.deep.equal([]);
    expect(alice.socket.open).to.be.true;
    expect(a.service.sockets.some((socket) => socket.id === alice.socket.id)).to.be.true;
  });

  for (const code of [1000, 1001, 1006, 1011, 1012, 4000]) {
    it(`close a socket with ${code}`, async () => {
      const { alice, a, clock } = await talking();
      a.service.faults.add({ kind: 'close', direction: 'in', code, times: 1 });
      alice.send('GetSessions', {});
      await clock.advance(10);
      expect(alice.closes).to.deep.equal([code]);
      expect(alice.frames).to.deep.equal([]);
    });
  }

  it('apply by chance, to the same frames for the same seed', async () => {
    const survivors = async (): Promise<number> => {
      const { alice, a, clock } = await talking();
      a.service.faults.add({ kind: 'drop', direction: 'in', probability: 0.5 });
      for (let i = 0; i < 100; i++) alice.send('GetSessions', {});
      await clock.advance(50);
      return alice.frames.length;
    };
    const first = await survivors();
    expect(first).to.be.above(20).and.below(80);
    expect(await survivors()).to.equal(first);
  });

  it('apply only to what they name, on every service or on one', async () => {
    const { alice, b, clock, simulation } = await talking();
    const fault: Fault = {
      kind: 'drop',
      direction: 'out',
      when: (frame) => frame.variant === 'GetSessionsResponse',
    };
    const lift = simulation.faults.add(fault);
    alice.send('GetSessions', {});
    const info = alice.send('GetAccountInformation', { cid: null });
    await clock.advance(50);
    expect(alice.frames.map((frame) => frame.body.request_id)).to.deep.equal([info]);
    lift();
    b.service.faults.add(fault);
    const again = alice.send('GetSessions', {});
    await clock.advance(50);
    expect(alice.answersTo(again).length).to.equal(1);
  });

  it('end a service: sockets close, sessions are forgotten, and sign-ins end as the server decides', async () => {
    const { alice, a, b, clock } = await talking();
    a.service.restart();
    await clock.advance(10);
    expect(alice.closes).to.deep.equal([1006]);
    expect(a.service.sessions).to.deep.equal([]);
    // Until the keep-alive has run out, Bob's service takes messages to Alice and they are lost.
    const bobsMessage = await during(
      clock,
      b.peer.request('Message', messageTo(b.peer.cid, a.peer.cid, 'hello?')),
    );
    expect(bobsMessage.variant).to.equal('MessageSendSuccess');
    const page = openPage(a.service);
    await clock.advance(10);
    expect(variants(page.frames)).to.deep.equal(['ServiceConnectionAccepted']);
    await during(clock, a.peer.open());
    expect(a.peer.frames.at(-1)?.body).to.include({ message: 'Session dropped' });
    await clock.advance(31_000);
    expect(b.peer.frames.at(-1)).to.deep.include({ variant: 'DisconnectNotification' });
    a.service.restart({ signIns: 'work' });
    await during(clock, a.peer.open());
    expect(a.peer.frames.at(-1)?.variant).to.equal('ConnectSuccess');
  });
});
