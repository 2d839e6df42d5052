import type { AccountId, MessageId, Status } from '../../facts/index.ts';
import { statusOf } from '../../facts/index.ts';
import type { Messenger } from '../../stores/index.ts';
import type { Browser } from './world.ts';
import { engineOf } from '../engine.ts';

/** One account, in the browser that holds it. */
export interface Holder {
  readonly browser: Browser;
  readonly account: AccountId;
}

/** How high a claim is. What is not on the ladder claims nothing. */
const RANK: Partial<Record<Status, number>> = { sent: 1, delivered: 2, read: 3 };

/** The evidence without which a status may never be drawn. */
const PROOF: Partial<Record<Status, readonly string[]>> = {
  sent: ['accepted'],
  delivered: ['delivered'],
  read: ['read'],
};

/**
 * Watches the rows of a conversation like an element and records every false claim: a tick without its evidence, or a
 * claim that is withdrawn. Call `watch` again after a reload.
 */
export function lieDetector(
  account: AccountId,
  peer: AccountId,
): { watch(messenger: Messenger): void; lies: string[]; seen: number } {
  const highest = new Map<MessageId, number>();
  const detector = { watch, lies: [] as string[], seen: 0 };

  function watch(messenger: Messenger): void {
    const source = messenger.messages.source(account, peer);
    const watched = new Set<MessageId>();
    const look = (id: MessageId): void => {
      const row = source.get(id);
      if (!row?.status) return;
      detector.seen += 1;
      const { status, facts } = row;
      const proof = PROOF[status];
      if (proof && !facts.some(({ type }) => proof.includes(type)))
        detector.lies.push(`${row.text} is ${status} without proof`);
      const rank = RANK[status] ?? 0;
      const before = highest.get(id) ?? 0;
      if (rank < before) detector.lies.push(`${row.text} fell back to ${status}`);
      highest.set(id, Math.max(rank, before));
    };
    source.ids.subscribe((ids) => {
      for (const id of ids) {
        if (watched.has(id)) continue;
        watched.add(id);
        source.watch(id, () => look(id));
        look(id);
      }
    });
  }
  return detector;
}

/** Everything of a conversation, also what is only in storage. */
export async function wholeHistory(
  { browser: { messenger } }: Holder,
  account: AccountId,
  peer: AccountId,
): Promise<void> {
  const conversation = engineOf(messenger).conversations.get(account, peer);
  while (conversation.hasOlder) await messenger.messages.loadOlder(account, peer);
}

/**
 * The violations in the settled state of two stores, one sentence each. Empty: they are valid. `everybody` are all
 * accounts of the world.
 */
export async function faultsOf(everybody: readonly Holder[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const holder of everybody) {
    const { browser, account } = holder;
    const { messenger } = browser;
    const people = everybody.map((other) => other.account).filter((other) => other !== account);
    const badge = messenger.requests.pendingCount(account).peek();
    const rows = people.map((peer) => messenger.peers.row(account, peer));
    const derived = rows.filter(({ relation }) => relation === 'pending').length;
    if (badge !== derived) wrong.push(`${account}: the badge says ${badge}, ${derived} are pending`);
    const asking = messenger.peers.asking(account).ids.peek();
    if (new Set(asking).size !== asking.length) wrong.push(`${account}: a request is listed twice`);
    for (const { peer, relation } of rows) {
      const isAsking = relation === 'pending' || relation === 'accepting' || relation === 'accepted';
      if (asking.includes(peer) !== isAsking)
        wrong.push(`${account}: ${peer} is ${relation} and ${isAsking ? 'not ' : ''}among the requests`);
    }
    const ids = messenger.peers.source(account).ids.peek();
    if (new Set(ids).size !== ids.length) wrong.push(`${account}: a person is listed twice`);
    for (const peer of people) wrong.push(...(await conversationFaults(holder, peer, everybody)));
  }
  return wrong;
}

async function conversationFaults(
  holder: Holder,
  peer: AccountId,
  everybody: readonly Holder[],
): Promise<string[]> {
  const wrong: string[] = [];
  const { account } = holder;
  await wholeHistory(holder, account, peer);
  const source = holder.browser.messenger.messages.source(account, peer);
  const ids = source.ids.peek();
  if (new Set(ids).size !== ids.length) wrong.push(`${account}: a row is drawn twice`);
  const other = everybody.find((candidate) => candidate.account === peer)!;
  await wholeHistory(other, peer, account);
  const theirs = other.browser.messenger.messages.source(peer, account);
  const there = theirs.ids.peek().filter((id) => !theirs.get(id)!.own);
  for (const id of ids) {
    const { own, status, facts, text, reason } = source.get(id)!;
    if (!own || !status) continue;
    if (status !== statusOf(facts)) wrong.push(`${text}: ${status} is not what its facts say`);
    if (status === 'sending') wrong.push(`${text}: still sending`);
    if (status === 'failed' && !reason) wrong.push(`${text}: failed without a reason`);
    const proof = PROOF[status];
    if (proof && !facts.some(({ type }) => proof.includes(type)))
      wrong.push(`${text}: ${status} without proof`);
    const copies = there.filter((known) => known === id).length;
    if (copies > 1) wrong.push(`${text}: drawn ${copies} times at the receiver`);
    if ((status === 'delivered' || status === 'read') && copies !== 1)
      wrong.push(`${text}: ${status}, and not there`);
  }
  const oursThere = there.filter((id) => ids.includes(id));
  const inOurOrder = ids.filter((id) => oursThere.includes(id));
  if (oursThere.join() !== inOurOrder.join()) wrong.push(`${account}: drawn in another order at ${peer}`);
  for (const id of there)
    if (!ids.includes(id)) wrong.push(`${peer} has a message that ${account} never wrote`);
  return wrong;
}
