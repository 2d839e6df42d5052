import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { PathFacts, PresenceFacts, RouteFacts } from '../../facts/index.ts';
import { decideRoute, pathOf, presenceOf } from '../../facts/index.ts';
import { HEARD_MS, LISTED_MS } from '../../facts/presence.ts';
import { holds } from '../property.ts';

const relay = { isUp: true };
const base: RouteFacts = {
  isLocal: false,
  isLinked: true,
  isContact: true,
  isPaused: false,
  needsConfirmation: false,
  hasChannel: false,
  isDialling: false,
  peer: 'reachable',
  relay: null,
  isTheirTurn: false,
};
const anyRoute: fc.Arbitrary<RouteFacts> = fc.record({
  isLocal: fc.boolean(),
  isLinked: fc.boolean(),
  isSignedOut: fc.boolean(),
  isContact: fc.boolean(),
  isPaused: fc.boolean(),
  needsConfirmation: fc.boolean(),
  hasChannel: fc.boolean(),
  outlivesLink: fc.boolean(),
  isDialling: fc.boolean(),
  peer: fc.constantFrom('online' as const, 'reachable' as const, 'offline' as const, 'unknown' as const),
  relay: fc.option(fc.record({ isUp: fc.boolean(), isBlocked: fc.boolean() })),
  isTheirTurn: fc.boolean(),
});
const anyPolicy = fc.constantFrom('prefer-direct' as const, 'direct-only' as const, 'relay-only' as const);

describe('the route of the next message', () => {
  it('is a channel that outlives the link, while the link is down', () => {
    const unlinked = { ...base, isLinked: false, hasChannel: true };
    expect(decideRoute(unlinked).reason).to.equal('link-down');
    expect(decideRoute({ ...unlinked, outlivesLink: true }).route).to.equal('channel');
    expect(decideRoute({ ...unlinked, outlivesLink: true, hasChannel: false }).reason).to.equal('link-down');
    // Nothing goes out in the name of an account that may be somebody else's.
    expect(decideRoute({ ...unlinked, outlivesLink: true, isSignedOut: true }).reason).to.equal('signed-out');
  });

  it('is loopback between two accounts of this browser, with no network at all', () => {
    expect(decideRoute({ ...base, isLocal: true, isLinked: false }).route).to.equal('loopback');
  });
  it('is the channel where one is up', () => {
    expect(decideRoute({ ...base, hasChannel: true }).route).to.equal('channel');
  });
  it('is the relay while a channel is being tried', () => {
    expect(decideRoute({ ...base, isDialling: true, relay }).route).to.equal('relay');
  });
  it('is the relay instead of a channel to a peer who is only reachable, since the relay stores and the service drops', () => {
    expect(decideRoute({ ...base, hasChannel: true, relay }).route).to.equal('relay');
    expect(decideRoute({ ...base, hasChannel: true, relay, peer: 'online' }).route).to.equal('channel');
  });
  it('says what a message waits for', () => {
    const reason = (facts: Partial<RouteFacts>): string => decideRoute({ ...base, ...facts }).reason;
    expect(reason({ isLinked: false })).to.equal('link-down');
    expect(reason({ isLinked: false, isSignedOut: true })).to.equal('signed-out');
    expect(reason({ isLinked: false, isSignedOut: true, isContact: false })).to.equal('signed-out');
    expect(reason({ isPaused: true })).to.equal('paused');
    expect(reason({ needsConfirmation: true, isContact: false })).to.equal('held');
    expect(reason({ isContact: false })).to.equal('not-a-contact');
    expect(reason({ isDialling: true })).to.equal('connecting');
    expect(reason({ isTheirTurn: true })).to.equal('their-turn');
    expect(reason({ peer: 'offline' })).to.equal('peer-offline');
    expect(reason({})).to.equal('no-path');
    expect(decideRoute({ ...base, hasChannel: true }, 'relay-only').reason).to.equal('relay-down');
    expect(reason({ relay: { ...relay, isBlocked: true } })).to.equal('key-changed');
    expect(reason({ relay: { ...relay, isUp: false, isBlocked: true } })).to.equal('no-path');
  });
  it('is the channel while a changed key blocks the relay', () => {
    const facts = { ...base, hasChannel: true, relay: { ...relay, isBlocked: true } };
    expect(decideRoute(facts).route).to.equal('channel');
  });

  it('never uses a route that is missing, and none for somebody who is paused, unconfirmed or no contact', () => {
    holds(
      'routes',
      fc.property(anyRoute, anyPolicy, (facts, policy) => {
        const { route } = decideRoute(facts, policy);
        if (facts.isPaused || facts.needsConfirmation || !facts.isContact) return route === 'none';
        if (facts.isLocal) return route === 'loopback';
        if (route === 'loopback') return false;
        // Another browser may act in its name by now: nothing goes out in it, not by a relay either.
        if (facts.isSignedOut && !facts.isLinked) return route === 'none';
        const isUsable = facts.isLinked || facts.outlivesLink === true;
        const channel = facts.hasChannel && isUsable && policy !== 'relay-only';
        if (route === 'channel') return channel;
        const isOpen = facts.relay?.isUp === true && !facts.relay.isBlocked;
        if (route === 'relay') return isOpen && policy !== 'direct-only';
        return !channel && !(isOpen && policy !== 'direct-only');
      }),
    );
  });
});

describe('the path', () => {
  const path: PathFacts = {
    isLocal: false,
    channel: null,
    dial: null,
    failure: null,
    nextTry: null,
  };
  const channel = { since: 0, path: null, isUpgrading: false };

  it('names how a channel runs only where the service reports it (case 47)', () => {
    expect(pathOf({ ...path, channel }).kind).to.equal('unknown-but-up');
    expect(pathOf({ ...path, channel: { ...channel, path: 'direct' } }).kind).to.equal('direct');
    expect(pathOf({ ...path, channel: { ...channel, path: 'server_relay' } })).to.deep.equal({
      kind: 'relayed',
      by: 'server',
      name: null,
    });
    expect(pathOf({ ...path, channel: { ...channel, path: 'turn' } }).kind).to.equal('relayed');
    // Whoever relays is called by the name that the backend gives.
    for (const way of ['turn', 'server_relay'] as const)
      expect(pathOf({ ...path, channel: { ...channel, path: way, by: 'relay.example' } })).to.deep.equal({
        kind: 'relayed',
        by: way === 'turn' ? 'turn' : 'server',
        name: 'relay.example',
      });
    expect(pathOf(path).kind).to.equal('none');
  });

  it('is connecting while a dial is open, and failed with the raw reason after it', () => {
    const reason = 'P2P connection timed out after 30 seconds';
    const failure = { at: 1, code: 'timed-out', reason } as const;
    expect(pathOf({ ...path, dial: { since: 1, deadline: 75_001 }, failure }).kind).to.equal('connecting');
    expect(pathOf({ ...path, failure, nextTry: 9 })).to.deep.equal({
      kind: 'failed',
      code: 'timed-out',
      reason,
      nextTry: 9,
    });
  });
});

describe('presence', () => {
  const facts: PresenceFacts = {
    isLocal: false,
    isLinked: true,
    heardAt: null,
    listed: null,
    hasChannel: false,
  };
  const now = 1_000_000;

  it('is unknown without an answer, never offline (case 92)', () => {
    expect(presenceOf(facts, now)).to.equal('unknown');
    expect(presenceOf({ ...facts, listed: { isOnline: true, at: now }, isLinked: false }, now)).to.equal(
      'unknown',
    );
    expect(presenceOf({ ...facts, listed: { isOnline: true, at: now - LISTED_MS } }, now)).to.equal(
      'unknown',
    );
  });
  it('is reachable, not online, for what only the list says (case 27)', () => {
    expect(presenceOf({ ...facts, listed: { isOnline: true, at: now } }, now)).to.equal('reachable');
    expect(presenceOf({ ...facts, hasChannel: true }, now)).to.equal('reachable');
    expect(presenceOf({ ...facts, listed: { isOnline: false, at: now } }, now)).to.equal('offline');
  });
  it('is known without the link only from a channel that outlives it', () => {
    const heard = { ...facts, isLinked: false, heardAt: now, listed: { isOnline: true, at: now } };
    expect(presenceOf(heard, now)).to.equal('unknown');
    expect(presenceOf({ ...heard, hasChannel: true }, now)).to.equal('unknown');
    expect(presenceOf({ ...heard, outlivesLink: true }, now)).to.equal('unknown');
    expect(presenceOf({ ...heard, hasChannel: true, outlivesLink: true }, now)).to.equal('online');
    const silent = { ...heard, heardAt: null, hasChannel: true, outlivesLink: true };
    expect(presenceOf(silent, now)).to.equal('reachable');
  });
  it('is online for 90 s after a message from their page (case 27)', () => {
    expect(presenceOf({ ...facts, heardAt: now - HEARD_MS + 1 }, now)).to.equal('online');
    expect(presenceOf({ ...facts, heardAt: now - HEARD_MS }, now)).to.equal('unknown');
  });
});
