import { expect } from '@open-wc/testing';
import type { AccountId, MessageId } from '../../facts/index.ts';
import type { Fault } from '../../mocks/index.ts';
import type { RequestDetails } from '../../stores/connect-requests.ts';
import { REQUEST_EVENTS, connectRequests } from '../../stores/connect-requests.ts';
import type { Holder } from './invariants.ts';
import { faultsOf, lieDetector } from './invariants.ts';
import type { Browser, World } from './world.ts';
import { CHANNEL_MS, SERVER, createWorld } from './world.ts';

type Name = keyof RequestDetails;

const BOTH = ['in', 'out'] as const;
/** Every kind of fault, in every direction in which it exists. */
const FAULTS: readonly Fault[] = [
  ...BOTH.flatMap((direction): Fault[] => [
    { kind: 'drop', direction },
    { kind: 'delay', direction, delay: 3_000 },
    { kind: 'duplicate', direction },
    { kind: 'reorder', direction, delay: 500 },
    { kind: 'hold', direction },
    { kind: 'truncate', direction },
    { kind: 'wrong-type', direction },
    { kind: 'half-open', direction, times: 1 },
    { kind: 'close', direction, times: 1, code: 1011 },
  ]),
  { kind: 'refuse', direction: 'in' },
  { kind: 'refuse-after-delivery', direction: 'in' },
];
/** How long the fault is in force, and how long everything then has to settle. */
const FAULT_MS = 25_000;
const SETTLING_MS = 6 * 60_000;

interface Scene {
  readonly world: World;
  readonly a: Browser;
  readonly everybody: readonly Holder[];
  readonly details: RequestDetails;
  readonly lies: string[];
}

/**
 * Alice, with something for every request to be about: Bob is a contact with a channel, to whom one message has
 * failed and from whom one is unread; Carol has asked her, she has asked David, and Erika is still a stranger.
 */
async function scene(seed: number): Promise<Scene> {
  const world = createWorld({ seed });
  const a = await world.browser('a');
  const b = await world.browser('b');
  const alice = await world.account(a, 'alice');
  const zelda = await world.account(a, 'zelda');
  const others: AccountId[] = [];
  for (const name of ['bobby', 'carol', 'david', 'erika']) others.push(await world.account(b, name));
  const [bob, carol, david, erika] = others as [AccountId, AccountId, AccountId, AccountId];
  await world.befriend(a, alice, b, bob);
  void a.messenger.sessions.signOut(zelda);
  a.messenger.sessions.switchTo(alice);
  await world.clock.advance(CHANNEL_MS);
  a.service.faults.add({
    kind: 'refuse',
    direction: 'in',
    variants: ['Message'],
    times: 1,
    reason: 'CID 5 is not registered locally',
  });
  const failed = a.messenger.messages.send(alice, bob, 'failed');
  await world.clock.advance(100);
  const unread = b.messenger.messages.send(bob, alice, 'unread');
  b.messenger.requests.ask(carol, alice);
  a.messenger.requests.ask(alice, david);
  await world.clock.advance(1_000);
  const detector = lieDetector(alice, bob);
  detector.watch(a.messenger);
  return {
    world,
    a,
    everybody: [
      { browser: a, account: alice },
      ...others.map((account): Holder => ({ browser: b, account })),
    ],
    details: detailsFor({ alice, bob, carol, david, erika }, await failed, await unread),
    lies: detector.lies,
  };
}

function detailsFor(
  {
    alice: account,
    bob,
    carol,
    david,
    erika,
  }: Record<'alice' | 'bob' | 'carol' | 'david' | 'erika', AccountId>,
  failed: MessageId,
  unread: MessageId,
): RequestDetails {
  const password = 'correct horse';
  return {
    'p2p-ask-request': { account, peer: erika },
    'p2p-accept-request': { account, peer: carol },
    'p2p-decline-request': { account, peer: carol },
    'p2p-withdraw-request': { account, peer: david },
    'p2p-send-request': { account, peer: bob, text: 'hello', replyTo: unread },
    'p2p-retry-request': { account, peer: bob, id: failed },
    'p2p-cancel-request': { account, peer: bob, id: failed },
    'p2p-delete-request': { account, peer: bob, id: failed },
    'p2p-retry-all-request': { account },
    'p2p-delete-all-request': { account },
    'p2p-read-request': { account, peer: bob, id: unread },
    'p2p-pass-request': { account, peer: bob },
    'p2p-older-request': { account, peer: bob },
    'p2p-typing-request': { account, peer: bob },
    'p2p-discover-request': { account },
    'p2p-create-account-request': { server: SERVER, fullName: 'Frank', username: 'frank', password },
    'p2p-sign-in-request': { server: SERVER, username: 'zelda', password },
    'p2p-sign-out-request': { account },
    'p2p-exit-request': { account },
    'p2p-switch-session-request': { account },
    'p2p-use-here-request': { account },
    'p2p-pause-request': { account, peer: bob },
    'p2p-resume-request': { account, peer: bob },
    'p2p-confirm-contact-request': { account, peer: bob },
    'p2p-accept-key-request': { account, peer: bob },
    'p2p-change-settings-request': { account, settings: { readReceipts: false, policy: 'direct-only' } },
    'p2p-go-unsaved-request': {},
    'p2p-reconnect-request': {},
  };
}

const rejections: unknown[] = [];
const noteRejection = ({ reason }: PromiseRejectionEvent): void => void rejections.push(reason);

describe('every request of a person, under every fault', () => {
  before(() => addEventListener('unhandledrejection', noteRejection));
  after(() => removeEventListener('unhandledrejection', noteRejection));

  REQUEST_EVENTS.forEach((name, row) => {
    it(`leaves the stores valid: ${name}`, async function () {
      this.timeout(120_000);
      const wrong: string[] = [];
      for (const [column, fault] of FAULTS.entries()) {
        const seed = row * 100 + column + 1;
        const found = await aftermath(name, fault, seed);
        wrong.push(...found.map((line) => `${fault.kind} ${fault.direction}, seed ${seed}: ${line}`));
      }
      expect(wrong).to.deep.equal([]);
      expect(rejections).to.deep.equal([]);
    });
  });

  it('has faults of every kind', () => {
    const kinds = new Set(FAULTS.map(({ kind }) => kind));
    expect(kinds.size).to.equal(11);
    expect(REQUEST_EVENTS.length).to.be.greaterThan(18);
  });
});

/** The violations after a fault during a request, once everything had time to settle. */
async function aftermath(name: Name, fault: Fault, seed: number): Promise<string[]> {
  const { world, a, everybody, details, lies } = await scene(seed);
  const { messenger } = a;
  const page = new EventTarget();
  const stop = connectRequests(page, messenger);
  world.simulation.faults.add(fault);
  page.dispatchEvent(new CustomEvent(name, { detail: details[name] }));
  await world.clock.advance(FAULT_MS);
  world.simulation.faults.clear();
  await world.clock.advance(SETTLING_MS);
  stop();
  const wrong = [...lies, ...(await faultsOf(everybody))];
  if (messenger.sessions.signInView.peek().state === 'busy') wrong.push('still signing in');
  for (const { browser, account } of everybody) {
    const { link, peers, sessions } = browser.messenger;
    if (link.peek().state !== 'up') wrong.push(`the link is ${link.peek().state}`);
    if (!sessions.has(account)) continue;
    const { state } = sessions.get(account)!;
    if (state !== 'signed-in') wrong.push(`${account} is ${state}`);
    if (peers.loadState(account).peek().state !== 'loaded')
      wrong.push(`people are ${peers.loadState(account).peek().state}`);
  }
  // With the fault gone, whatever waits between the two leaves.
  const [alice, bob] = everybody;
  if (messenger.sessions.has(alice!.account)) {
    const source = messenger.messages.source(alice!.account, bob!.account);
    for (const id of source.ids.peek()) {
      const { own, status, text } = source.get(id)!;
      if (own && (status === 'waiting' || status === 'sent')) wrong.push(`${text} is still ${status}`);
    }
  }
  for (const browser of new Set(everybody.map((holder) => holder.browser))) browser.closePage();
  return wrong;
}
