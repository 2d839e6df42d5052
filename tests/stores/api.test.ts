import { expect } from '@open-wc/testing';
import { reactive, ref } from '@vue/reactivity/dist/reactivity.esm-browser.js';
import { createMessenger } from '../../core.ts';
import { memory as memoryBackend } from '../../client/memory.ts';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { engineOf } from '../engine.ts';
import { talking } from './world.ts';

const NOBODY = '4242' as AccountId;

/**
 * Everything that a page can reach in a messenger, by its path; what a function returns is reached by calling it, as
 * `name()`. Cells, sources and parts are told by what they consist of.
 */
const DOCUMENTED: Readonly<Record<string, readonly string[]>> = {
  '': [
    ...['capabilities', 'accountForm', 'sessions', 'settings', 'requests', 'peers', 'routes', 'messages'],
    ...['outbox', 'diagnostics', 'link', 'isVisible', 'isAnyVisible', 'sessionRows', 'storage', 'tabs'],
    ...[
      'relayName',
      'relayPrivacy',
      'ownFingerprint',
      'open',
      'loaded',
      'close',
      'leave',
      'goUnsaved',
      'stored',
    ],
    ...[
      'setVisible',
      'addWindow',
      'wake',
      'reconnect',
      'typing',
      'route',
      'path',
      'trust',
      'acceptKey',
      'wipe',
    ],
  ],
  sessions: [
    ...['accounts', 'current', 'signInView', 'get', 'has', 'createAccount', 'signIn', 'signOut', 'exit'],
    ...['switchTo', 'useHere'],
  ],
  settings: ['of', 'cell', 'change', 'isPaused', 'pause', 'resume'],
  requests: ['pendingCount', 'ask', 'accept', 'decline', 'withdraw', 'confirm'],
  peers: ['loadState', 'source', 'asking', 'person', 'row', 'refresh'],
  routes: ['attempts', 'hangUp'],
  messages: [
    ...[
      'list',
      'row',
      'rowCell',
      'source',
      'firstUnread',
      'unread',
      'hasOlder',
      'loadNewest',
      'loadOlder',
      'send',
      'retry',
    ],
    ...['cancel', 'delete', 'read', 'pass'],
  ],
  outbox: ['rows', 'retryAll', 'deleteAll'],
  diagnostics: ['counters'],
};
const CELL = ['value', 'peek', 'subscribe'];
const SOURCE = ['ids', 'get', 'watch'];

/** What a page may call to look at something: each with an account, a person and a message. */
const LOOKS: readonly ((messenger: Messenger, account: AccountId, peer: AccountId) => unknown)[] = [
  ({ sessions }, account) => sessions.get(account),
  ({ sessions }, account) => sessions.has(account),
  ({ settings }, account) => settings.of(account),
  ({ settings }, account) => settings.cell(account),
  ({ settings }, account, peer) => settings.isPaused(account, peer),
  ({ requests }, account) => requests.pendingCount(account),
  ({ peers }, account) => peers.loadState(account),
  ({ peers }, account) => peers.source(account),
  ({ peers }, account) => peers.asking(account),
  ({ peers }, account, peer) => peers.person(account, peer),
  ({ peers }, account, peer) => peers.row(account, peer),
  ({ routes }, account, peer) => routes.attempts(account, peer),
  ({ messages }, account) => messages.list(account),
  ({ messages }, account, peer) => messages.row(account, peer),
  ({ messages }, account, peer) => messages.rowCell(account, peer),
  ({ messages }, account, peer) => messages.source(account, peer),
  ({ messages }, account, peer) => messages.firstUnread(account, peer),
  ({ messages }, account) => messages.unread(account),
  ({ messages }, account, peer) => messages.hasOlder(account, peer),
  ({ outbox }, account) => outbox.rows(account),
  (messenger, account, peer) => messenger.route(account, peer),
  (messenger, account, peer) => messenger.path(account, peer),
  (messenger, account, peer) => messenger.trust(account, peer),
  (messenger, account) => messenger.ownFingerprint(account),
];

/** The names of everything on an object and on the classes behind it. */
function namesOf(value: object): string[] {
  const names = new Set<string>();
  for (
    let each: object | null = value;
    each && each !== Object.prototype;
    each = Object.getPrototypeOf(each) as object | null
  )
    for (const name of Reflect.ownKeys(each)) if (name !== 'constructor') names.add(String(name));
  return [...names].sort();
}

const isCell = (value: object): boolean => 'subscribe' in value;
const isSource = (value: object): boolean => 'watch' in value && 'ids' in value;

/** Checks a cell, a source or a part, and what is in it. */
function check(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  if (isCell(value)) {
    expect(namesOf(value), path).to.have.members(CELL);
    expect(Object.isFrozen(value), `${path} is frozen`).to.equal(true);
  } else if (isSource(value)) {
    expect(namesOf(value), path).to.have.members(SOURCE);
    expect(Object.isFrozen(value), `${path} is frozen`).to.equal(true);
    check((value as { ids: unknown }).ids, `${path}.ids`);
  }
}

describe('a messenger as a page gets it', () => {
  it('has the documented members and no others, at run time too, and is deeply frozen', async () => {
    const { a, alice, bob } = await talking();
    const { messenger } = a;
    for (const [path, names] of Object.entries(DOCUMENTED)) {
      const part = (path === '' ? messenger : messenger[path as keyof Messenger]) as object;
      expect(namesOf(part), path).to.have.members(names);
      expect(Object.isFrozen(part), `${path || 'the messenger'} is frozen`).to.equal(true);
      for (const name of names) check((part as Record<string, unknown>)[name], `${path}.${name}`);
    }
    for (const look of LOOKS) check(look(messenger, alice, bob), String(look));
  });

  it('returns nothing that can be written: neither a tick nor a cell can be forged', async () => {
    const { world, a, alice, bob } = await talking();
    a.service.kill();
    await world.clock.advance(1_000);
    void a.messenger.messages.send(alice, bob, 'not yet');
    await world.clock.advance(100);
    const source = a.messenger.messages.source(alice, bob);
    const id = source.ids.peek().at(-1)!;
    const row = source.get(id)! as unknown as { status: unknown; facts: unknown[] };
    expect(() => row.facts.push({ type: 'read', at: 1, receivedAt: 1 })).to.throw(TypeError);
    expect(() => Object.assign(row.facts[0] as object, { type: 'read' })).to.throw(TypeError);
    expect(() => (row.status = 'read')).to.throw(TypeError);
    expect(() => Object.assign(a.messenger.link, { value: { state: 'up' } })).to.throw(TypeError);
    expect(() => Object.assign(a.messenger.messages, { add: () => undefined })).to.throw(TypeError);
    const settings = a.messenger.settings.of(alice) as unknown as { paused: AccountId[] };
    settings.paused.push(bob);
    expect(a.messenger.settings.isPaused(alice, bob)).to.equal(false);
    expect(source.get(id)!.status).to.equal('waiting');
  });

  it('creates nothing on reading: no person, no conversation, no stream', async () => {
    const { world, a, alice } = await talking();
    const { messenger } = a;
    const engine = engineOf(messenger);
    const stored = async (): Promise<unknown> => [
      await a.storage.requests(alice),
      await a.storage.conversations(alice),
    ];
    await messenger.stored();
    const before = await stored();
    const people = [...messenger.peers.source(alice).ids.peek()];
    for (const look of LOOKS) look(messenger, alice, NOBODY);
    messenger.messages.source(alice, NOBODY).watch('none' as MessageId, () => undefined);
    // Everything of the account is derived anew.
    await a.reload();
    for (const look of LOOKS) look(a.messenger, alice, NOBODY);
    await world.clock.advance(10_000);
    expect(engine.pairs.find(alice, NOBODY)).to.equal(undefined);
    expect(engineOf(a.messenger).pairs.find(alice, NOBODY)).to.equal(undefined);
    expect(engineOf(a.messenger).conversations.find(alice, NOBODY)).to.equal(undefined);
    expect(a.messenger.peers.source(alice).ids.peek()).to.have.members(people);
    await a.messenger.stored();
    expect(await stored()).to.deep.equal(before);
  });

  it('shows a conversation that begins after its source was read, and ends one that is removed', async () => {
    const { world, a, alice, bob } = await talking();
    const source = a.messenger.messages.source(alice, bob);
    expect(a.messenger.messages.source(alice, bob)).to.equal(source);
    const lengths: number[] = [];
    source.ids.subscribe((ids) => lengths.push(ids.length));
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(1_000);
    expect(source.ids.peek().map((id) => source.get(id)!.text)).to.deep.equal(['hello']);
    await Promise.all([a.messenger.sessions.signOut(alice, true), world.clock.advance(1_000)] as const);
    expect(source.ids.peek()).to.deep.equal([]);
    expect(lengths.at(0)).to.equal(0);
    expect(lengths).to.include(1);
    expect(lengths.at(-1)).to.equal(0);
  });

  it('is not wrapped by Vue, whose ref() and reactive() make proxies of extensible objects', async () => {
    const { a, alice, bob } = await talking();
    const { messenger } = reactive({ messenger: a.messenger });
    expect(messenger).to.equal(a.messenger);
    expect(ref(a.messenger).value).to.equal(a.messenger);
    const cells = reactive({ link: messenger.link, list: messenger.messages.list(alice) });
    expect(cells.link.value.state).to.equal('up');
    expect(cells.list.ids.value).to.deep.equal([]);
    expect(messenger.messages.row(alice, bob).unread).to.equal(0);
  });
});

describe('open()', () => {
  it('resolves when the link is up, or with the reason why it is not', async () => {
    const { world, a } = await talking();
    const opened = a.messenger.open();
    expect(await opened).to.deep.equal({ ok: true });
    a.service.kill();
    await world.clock.advance(1_000);
    expect(await a.messenger.open()).to.deep.equal({ ok: false, code: 'unreachable' });
    a.messenger.close();
    expect(await a.messenger.open()).to.deep.equal({ ok: false, code: 'closed' });
  });

  it('is required, and opens once however often it is called', async () => {
    let opened = 0;
    const { world } = await talking();
    const inner = memoryBackend(world.clock);
    const messenger = createMessenger({
      backend: new Proxy(inner, {
        get(target, name: keyof typeof inner) {
          if (name === 'open') opened += 1;
          const value: unknown = target[name];
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      }),
      storage: memory(),
      clock: world.clock,
      page: null,
    });
    expect(opened).to.equal(0);
    const results = Promise.all([messenger.open(), messenger.open(), messenger.loaded()]);
    await world.clock.advance(1_000);
    expect((await results).slice(0, 2)).to.deep.equal([{ ok: true }, { ok: true }]);
    expect(opened).to.equal(1);
    messenger.close();
  });
});
