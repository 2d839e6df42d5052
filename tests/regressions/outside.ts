import fc from 'fast-check';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { setTimeSource } from '../../components/internal/ticker.ts';
import { REQUEST_EVENTS } from '../../stores/connect-requests.ts';
import { reportedBy } from '../setup.ts';
import { arrive, rewritten } from '../stores/outside.ts';
import type { Browser, World } from '../stores/world.ts';
import { createWorld } from '../stores/world.ts';

/*
 * Hostile input from peers and a service, and how it is drawn: nothing throws, nothing grows without bound, the
 * stores stay valid, and a reload shows the same.
 */

/** What a node may hold of all elements together, and how much text: far above what a screen shows. */
const MAX_NODES = 12_000;
const MAX_CHARACTERS = 150_000;
const DAY_MS = 86_400_000;

const NOW = 1_768_471_200_000;
const number = fc.oneof(
  fc.constantFrom(0, -1, 1, 2, 3, 1.5, 2 ** 31, 2 ** 32, 1e9, 1e9 + 1, 8.64e15, 8.64e15 + 1, 1e308, -1e308),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, NOW, NOW + 400 * DAY_MS, NOW - 60_000),
  fc.integer({ min: 1, max: 30 }),
  fc.constantFrom<unknown>(null, '1', true, {}, [], undefined),
);

/** What a schema takes for a time or an index, if nobody thinks of how large it is. */
const whole = fc.constantFrom(
  ...[0, -1, 1, 1e9 + 1, 8.64e15, 8.64e15 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  ...[NOW + 400 * DAY_MS, NOW - 60_000],
);

const name = fc.oneof(
  fc.constantFrom('', ' ', '\u200b', '\u3164', '\u2800', '\u00ad', '\u202e', '\u0301', '\ud800', '\n\n'),
  fc.constantFrom('Eve\u202e', '\u2067Eve', '<img src=x onerror=alert(1)>', '${x}', '__proto__', 'a\u0000b'),
  fc.constantFrom('Z' + '\u0341'.repeat(400), 'x'.repeat(50_000), '😀'.repeat(500), '👨‍👩‍👧', 'محمد', ' Bobby '),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

const text = fc.oneof(
  name,
  fc.constantFrom(
    `https://x.test/${')'.repeat(20_000)}`,
    'http://a.b '.repeat(5_000),
    'x'.repeat(200_000),
    'line\n'.repeat(20_000),
    '[('.repeat(20_000),
    '\u202e https://example.com，然后 \u2066',
    '<script>alert(1)</script>&amp;',
    'Z' + '\u0341'.repeat(20_000),
    'הי '.repeat(3_000),
  ),
);

const id = fc.constantFrom(
  ...[1, 2, 3, 4, 5, 6].flatMap((n) => {
    const one = `019bc119-4494-7000-a623-00000000000${n}`;
    return [one, one, one.toUpperCase()];
  }),
  ...['', 'x', 'not-a-uuid', '__proto__'],
);
const stream = fc.constantFrom('s', 's', 's', 'S', 'other', '', '__proto__', 'x'.repeat(65), 'x'.repeat(64));

const ranges = fc.oneof(
  fc.array(fc.tuple(number, number), { maxLength: 8 }),
  fc.constantFrom<unknown>(
    [[1, 1e9]],
    [[1, Number.MAX_SAFE_INTEGER]],
    Array.from({ length: 1_000 }, (_, n) => [3 * n + 2, 3 * n + 3]),
    Array.from({ length: 20_000 }, (_, n) => [3 * n + 2, 3 * n + 3]),
    Array.from({ length: 10_000 }, (_, n) => 2 * n + 2),
    'all',
    null,
  ),
);

/** The same object, deep inside others: nothing that anybody means. */
const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

const common = { v: fc.constantFrom<unknown>(1, 1, 1, 1, 1, 1, 2, 0, '1', null) };
const at = fc.oneof(number, whole);
const record = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.record({ ...common, ...shape }, { requiredKeys: ['type'] as never });

/** Mostly right, so that it gets further than the first check; each field wrong now and then. */
const message = (type: string): fc.Arbitrary<unknown> =>
  fc.record({
    v: fc.constant(1),
    type: fc.constant(type),
    id,
    stream: fc.oneof({ weight: 5, arbitrary: fc.constant('s') }, { weight: 1, arbitrary: stream }),
    index: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 1, max: 12 }) },
      { weight: 1, arbitrary: whole },
      { weight: 1, arbitrary: number },
    ),
    text,
    sentAt: fc.oneof(fc.constant(NOW), whole, number),
    answers: fc.oneof(fc.constant(undefined), id),
  });

const payload = fc.oneof(
  { weight: 6, arbitrary: message('message') },
  record({
    type: fc.constant('receipt'),
    id,
    kind: fc.constantFrom('read', 'delivered', 'x'),
    at,
    stream,
    ranges,
  }),
  record({
    type: fc.constant('sync'),
    kind: fc.constantFrom('question', 'answer'),
    at,
    key: fc.oneof(text, fc.constant(undefined)),
    presence: fc.oneof(fc.constant(undefined), fc.record({ away: fc.boolean(), note: name })),
    mine: fc.record({ stream, next: number, voids: ranges, settled: number }),
    yours: fc.oneof(
      fc.constant(null),
      fc.record({ stream, here: ranges, seen: ranges, upTo: number, also: ranges, readUpTo: number }),
    ),
  }),
  record({ type: fc.constant('typing'), extra: fc.constantFrom(deep(3_000), 1) }),
  record({ type: fc.constant('presence'), away: fc.constantFrom<unknown>(true, false, 1), note: name }),
  record({ type: fc.constant('edit'), id, text, at }),
  record({ type: fc.constant('delete'), id }),
  record({ type: fc.constant('reaction'), id, emoji: name, on: fc.boolean(), at }),
  { weight: 2, arbitrary: message('poll') },
  record({ type: name }),
  fc.constantFrom<unknown>(null, [], 7, 'text', deep(5_000)),
  fc.uint8Array({ maxLength: 200 }),
);

/** Frames of every kind that the service sends unasked, about us and a few others. */
function frame(alice: AccountId, bob: AccountId): fc.Arbitrary<string> {
  const cid = fc.constantFrom(alice, alice, alice, bob, '0', '77');
  const peer = fc.constantFrom(bob, bob, alice, '0', '77', '78', '18446744073709551615', '-1', '"x"', 'null');
  const requestId = fc.constantFrom('null', '"019bc119-4494-7000-a623-000000000009"', '7');
  const json = (value: unknown): string => JSON.stringify(value) ?? 'null';
  const body = (fields: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(cid, peer, requestId, fields)
      .map(
        ([ours, theirs, request, more]) =>
          `{"cid":${ours},"peer_cid":${theirs},"request_id":${request}${more && `,${more}`}}`,
      );
  const of = (variant: string, fields: fc.Arbitrary<string> = fc.constant('')): fc.Arbitrary<string> =>
    body(fields).map((inner) => `{"Response":{"${variant}":${inner}}}`);
  const named = name.map((value) => `"peer_username":${json(value)}`);
  const said = text.map((value) => `"message":${json(value)},"error":${json(value)}`);
  const rows = fc
    .array(fc.tuple(peer, name, name, fc.constantFrom('true', 'false', 'null', '7')), { maxLength: 5 })
    .map((people) =>
      people
        .map(([one, full, user, online], n) => {
          return `"${n}":{"cid":${one},"name":${json(full)},"username":${json(user)},"online_status":${online}}`;
        })
        .join(),
    );
  return fc.oneof(
    of('PeerRegisterNotification', named),
    of('PeerRegisterSuccess', named),
    of('PeerConnectNotification'),
    of('PeerConnectSuccess', fc.constantFrom('"path":"direct"', '"path":"quic","upgrading":1', '')),
    of('PeerPathChangedNotification', fc.constantFrom('"path":"turn","upgrading":true', '"path":7')),
    of('MessageNotification', fc.constantFrom('"message":[]', '"message":[255,0]', '"message":"x"')),
    // Of a channel; the end of a whole session is what it says.
    of('DisconnectNotification').map((one) => one.replace('"peer_cid":null', '"peer_cid":0')),
    ...['PeerRegisterFailure', 'PeerConnectFailure', 'MessageSendFailure', 'ConnectionManagementFailure'].map(
      (variant) => of(variant, said),
    ),
    of('MessageSendSuccess'),
    of(
      'ListAllPeersResponse',
      rows.map((inner) => `"peer_information":{${inner}}`),
    ),
    of(
      'ListRegisteredPeersResponse',
      rows.map((inner) => `"peers":{${inner}}`),
    ),
    of('GetSessionsResponse', fc.constantFrom('"sessions":[]', '"sessions":[null,{}]', '"sessions":7')),
    of('ServiceConnectionAccepted'),
    name.map((variant) => `{"Response":{${json(variant)}:{}}}`),
    fc.constantFrom('', '{', '[]', '{"Response":7}', '{"Request":{"GetSessions":{}}}', '['.repeat(20_000)),
  );
}

type Word = { readonly payload: unknown } | { readonly frame: string } | { readonly wait: number };

/** One history: what comes, and how the service calls the two, from some moment on. */
export interface History {
  readonly words: readonly Word[];
  readonly person: { readonly name: string; readonly username: string; readonly online: string };
  readonly reason: string;
}

const ALICE = '12095806147926564911' as AccountId;
const BOB = '17684837526470697951' as AccountId;

export const history: fc.Arbitrary<History> = fc.record({
  words: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: payload.map((one): Word => ({ payload: one })) },
      { weight: 3, arbitrary: frame(ALICE, BOB).map((one): Word => ({ frame: one })) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 4_000 }).map((one): Word => ({ wait: one })) },
    ),
    { minLength: 1, maxLength: 30, size: 'max' },
  ),
  person: fc.record({ name, username: name, online: fc.constantFrom('true', 'false', 'null', '"yes"') }),
  reason: text,
});

/** What a conversation, and the people, are shown as: what a reload must not change. */
function shown({ messenger }: Browser, account: AccountId): unknown {
  const source = messenger.messages.source(account, BOB);
  const rows = source.ids.peek().map((one) => {
    const { text: words, sentAt, place, isEdited, replyTo, missingBefore, own } = source.get(one)!;
    return { one, words, sentAt, place, isEdited, replyTo, missingBefore, own };
  });
  const asking = messenger.peers.asking(account);
  const requests = asking.ids.peek().map((peer) => {
    const { name: called, username, relation } = asking.get(peer)!;
    return { peer, called, username, relation };
  });
  return { rows, requests, unread: messenger.messages.unread(account).peek() };
}

/** What is wrong with what the stores hold: a number that cannot be so, a name that nobody can see. */
function invalid({ messenger }: Browser, account: AccountId, now: number): string[] {
  const wrong: string[] = [];
  const check = (isSo: boolean, what: string): void => void (isSo || wrong.push(what));
  const source = messenger.messages.source(account, BOB);
  const ids = source.ids.peek();
  check(new Set(ids).size === ids.length, 'a row twice');
  check(
    ids.every((one) => one === (one.toLowerCase() as MessageId)),
    'an id in upper case',
  );
  for (const one of ids) {
    const { sentAt, place, missingBefore, reason } = source.get(one)!;
    check(sentAt >= 0 && sentAt <= now + 2 * DAY_MS, `a time of ${sentAt}`);
    check(Math.abs(place - now) < 30 * DAY_MS, `a place of ${place}`);
    check(missingBefore >= 0 && missingBefore < 1e9, `${missingBefore} missing`);
    check((reason ?? '').length <= 500, 'a reason without end');
  }
  for (const peer of messenger.peers.source(account).ids.peek()) {
    const { name: called, username } = messenger.peers.row(account, peer);
    check(peer !== account && peer !== '0', `a contact called ${peer}`);
    for (const word of [called, username])
      check(word === null || (word.trim() !== '' && [...word].length <= 100), `a name of ${word?.length}`);
  }
  check(messenger.link.peek().state === 'up', `the link is ${messenger.link.peek().state}`);
  check(messenger.sessions.get(account)!.state === 'signed-in', 'the account is not signed in');
  check(messenger.diagnostics.counters.peek().size <= 101, 'counters without end');
  return wrong;
}

/** How much there is in a tree, shadow trees included. */
function sizeOf(root: Node): { nodes: number; characters: number } {
  const size = { nodes: 0, characters: 0 };
  const pending: Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    size.nodes += 1;
    if (node instanceof CharacterData) size.characters += node.data.length;
    if (node instanceof Element) {
      for (const { value } of node.attributes) size.characters += value.length;
      // Styles are no text.
      if (node.shadowRoot) pending.push(node.shadowRoot);
      if (node.localName === 'style') continue;
    }
    pending.push(...node.childNodes);
  }
  return size;
}

/** Draws every element that can show something of it; says what is too much, and what the thread says. */
async function drawn(
  { messenger }: Browser,
  account: AccountId,
): Promise<{ wrong: string[]; thread: string }> {
  const provider = document.createElement('p2p-provider');
  Object.assign(provider, { messenger });
  const ids = messenger.messages.source(account, BOB).ids.peek();
  const details = ids
    .slice(-3)
    .map((messageId) => ['p2p-message-details', { peer: BOB, messageId }] as const);
  const elements = [
    ['p2p-messenger', { peer: BOB }],
    ['p2p-thread', { peer: BOB }],
    ['p2p-conversation-list', {}],
    ['p2p-peer-discovery', {}],
    ['p2p-pending-requests', {}],
    ['p2p-pending-badge', {}],
    ['p2p-outbox', {}],
    ['p2p-composer', { peer: BOB }],
    ['p2p-route-indicator', { peer: BOB }],
    ['p2p-session-switcher', {}],
    ['p2p-connection-banner', {}],
    ['p2p-diagnostics', {}],
    ...details,
  ] as const;
  const made = elements.map(([tag, properties]) => {
    const element = document.createElement(tag) as HTMLElement & { updateComplete: Promise<unknown> };
    Object.assign(element, { account }, properties);
    const box = document.createElement('div');
    box.style.height = '400px';
    box.append(element);
    provider.append(box);
    return element;
  });
  // Drawing has no side effects: read messages stay read.
  for (const type of REQUEST_EVENTS) provider.addEventListener(type, (event) => event.preventDefault(), true);
  document.body.append(provider);
  try {
    for (let round = 0; round < 3; round += 1) {
      for (const element of made) await element.updateComplete;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    const wrong: string[] = [];
    for (const element of made) {
      const { nodes, characters } = sizeOf(element);
      if (nodes > MAX_NODES) wrong.push(`${element.localName} has ${nodes} nodes`);
      if (characters > MAX_CHARACTERS) wrong.push(`${element.localName} has ${characters} characters`);
      const { shadowRoot } = element;
      if (shadowRoot?.querySelector('script, img[onerror], [part~=broken]'))
        wrong.push(`${element.localName} draws what it must not`);
    }
    const thread = made[1]!.shadowRoot!.querySelector('[part~=log]')?.textContent ?? '';
    return { wrong, thread: thread.replace(/\s+/gu, ' ') };
  } finally {
    provider.remove();
  }
}

/** Plays one history, and returns everything that was wrong with it. */
export async function faultsOf({ words, person, reason }: History, isDrawn = true): Promise<string[]> {
  const wrong: string[] = [];
  let world: World | undefined;
  let undo = (): void => undefined;
  const errors = await reportedBy(async () => {
    let isHostile = false;
    world = createWorld();
    const { clock, simulation } = world;
    undo = setTimeSource({
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      every: () => () => undefined,
    });
    const service = simulation.service('a');
    const a = await world.browser('a', {
      on: rewritten(service, (line) => {
        if (!isHostile || !/"List(AllPeers|RegisteredPeers)Response"/.test(line)) return line;
        return line
          .replace(/"name":"[^"]*"/, () => `"name":${JSON.stringify(person.name)}`)
          .replace(/"username":"[^"]*"/, () => `"username":${JSON.stringify(person.username)}`)
          .replace(/"online_status":\w+/, () => `"online_status":${person.online}`)
          .replace(/("peer_information"|"peers"):\{/, (all) => `${all}"5":null,"${ALICE}":{"cid":${ALICE}},`);
      }),
    });
    const b = await world.browser('b');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    if (alice !== ALICE || bob !== BOB) throw new Error('The two have other CIDs.');
    await world.connect(a, alice, b, bob);
    // The other page is closed, so only generated input comes from it.
    b.messenger.close();
    void a.messenger.messages.send(alice, bob, 'hello');
    await clock.advance(200);
    // A refusal that no retry cures: its reason stays on the row.
    const lift = service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      reason: `CID 5 is not registered locally ${reason}`,
    });
    void a.messenger.messages.send(alice, bob, 'and again');
    await clock.advance(200);
    lift();
    isHostile = true;
    void a.messenger.peers.refresh(alice);
    await clock.advance(1_000);
    for (const word of words) {
      if ('wait' in word) await clock.advance(word.wait);
      else if ('frame' in word) a.inject(word.frame);
      else arrive(a, alice, bob, word.payload);
      await clock.advance(2);
    }
    await clock.advance(12_000);
    wrong.push(...invalid(a, alice, clock.now()));
    const before = shown(a, alice);
    const first = isDrawn ? await drawn(a, alice) : null;
    await a.messenger.stored();
    await a.reload();
    await clock.advance(2_000);
    wrong.push(...invalid(a, alice, clock.now()).map((one) => `after a reload: ${one}`));
    const after = shown(a, alice);
    if (JSON.stringify(before) !== JSON.stringify(after))
      wrong.push(`a reload shows something else: ${short(before)} and ${short(after)}`);
    const second = isDrawn ? await drawn(a, alice) : null;
    wrong.push(...(first?.wrong ?? []), ...(second?.wrong ?? []));
    if (first?.thread !== second?.thread)
      wrong.push(
        `the thread is drawn otherwise: ${first?.thread.slice(0, 300)} / ${second?.thread.slice(0, 300)}`,
      );
    a.messenger.close();
  });
  undo();
  wrong.push(...errors.map((error) => `reported: ${String((error as Error).stack ?? error).slice(0, 600)}`));
  return wrong;
}

const short = (value: unknown): string => JSON.stringify(value).slice(0, 1_500);

/** The message of a failed run: the faults and the history, shortened to be readable. */
export function reportOf(details: fc.RunDetails<[History]>): string {
  const { seed, counterexamplePath, counterexample, errorInstance } = details;
  const words = counterexample?.[0].words.map((word) => short(word).slice(0, 300)) ?? [];
  const { person, reason } = counterexample?.[0] ?? {};
  return [
    `seed ${seed}, path ${counterexamplePath}`,
    String((errorInstance as Error | undefined)?.message).slice(0, 3_000),
    ...words,
    short({ person, reason }).slice(0, 300),
  ].join('\n');
}
