import { expect, fixture, html } from '@open-wc/testing';
import { createLive } from '../../.storybook/live.ts';
import type { Live, LiveBrowser } from '../../.storybook/live.ts';
import type { PendingBadgeElement } from '../../components/pending-badge/pending-badge.ts';
import type { PeerDiscoveryElement } from '../../components/peer-discovery/peer-discovery.ts';
import type { ProviderElement } from '../../components/provider/provider.ts';
import type { ThreadElement } from '../../components/thread/thread.ts';
import type { Cell, AccountId, PeopleView, SessionRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/index.ts';
import '../../components/composer/define.ts';
import '../../components/connection-banner/define.ts';
import '../../components/conversation-list/define.ts';
import '../../components/diagnostics/define.ts';
import '../../components/messenger/define.ts';
import '../../components/notifications/define.ts';
import '../../components/peer-discovery/define.ts';
import '../../components/pending-badge/define.ts';
import '../../components/pending-requests/define.ts';
import '../../components/session-switcher/define.ts';
import '../../components/sign-in/define.ts';
import '../../components/tab-status/define.ts';
import '../../components/thread/define.ts';
import '../../components/toast/define.ts';
import '../../components/unread-title/define.ts';
import { all, button, buttons, frames, textOf, until } from './helpers.ts';

/* p2p-provider is registered in the middle of the first test: until then it is an element without a class. */

const us = '1037731213400421288' as AccountId;
const them = '6730932744337814965' as AccountId;

/** A cell that counts its subscribers. */
class Counted<Value> implements Cell<Value> {
  #value: Value;
  readonly #runs = new Set<(value: Value) => void>();
  constructor(value: Value) {
    this.#value = value;
  }
  get value(): Value {
    return this.#value;
  }
  set value(value: Value) {
    this.#value = value;
    for (const run of [...this.#runs]) run(value);
  }
  get followers(): number {
    return this.#runs.size;
  }
  peek(): Value {
    return this.#value;
  }
  subscribe(run: (value: Value) => void): () => void {
    // Each subscription is one of its own, also of the same function.
    const own = (value: Value): void => run(value);
    this.#runs.add(own);
    own(this.#value);
    return () => this.#runs.delete(own);
  }
}

/** A messenger of nothing but counted cells, with what was asked of it. */
function fake(pending = 0) {
  const cells: Counted<unknown>[] = [];
  const cell = <Value>(value: Value): Counted<Value> => {
    const made = new Counted(value);
    cells.push(made as Counted<unknown>);
    return made;
  };
  const current = cell<AccountId | null>(us);
  const count = cell(pending);
  const ids = cell<readonly AccountId[]>([]);
  const rows = { ids, get: () => undefined, watch: () => () => undefined };
  const asked: string[] = [];
  const note =
    (verb: string) =>
    (...details: unknown[]) =>
      asked.push([verb, ...details].join(' '));
  const person = cell({
    peer: them,
    name: 'Noor Haddad',
    relation: 'contact',
    presence: 'online',
    path: { kind: 'none' },
  });
  const load = cell<PeopleView>({ state: 'loaded' } as PeopleView);
  const messenger = {
    open: () => Promise.resolve(),
    setVisible: () => undefined,
    sessions: {
      current,
      accounts: cell([us]),
      signInView: cell({ state: 'idle' }),
      switchTo: note('switch to'),
    },
    sessionRows: cell<readonly SessionRow[]>([]),
    requests: { pendingCount: () => count, ask: note('ask') },
    settings: { cell: () => cell({ readReceipts: true }) },
    link: cell({ state: 'up', since: 0 }),
    isVisible: cell(true),
    peers: {
      source: () => rows,
      asking: () => rows,
      loadState: () => load,
      person: () => person,
      refresh: note('read'),
    },
    messages: {
      source: () => rows,
      list: () => rows,
      firstUnread: () => null,
      hasOlder: () => false,
      loadNewest: () => Promise.resolve(),
      row: () => ({ arrival: null }),
      rowCell: () => cell({ isTyping: false, unread: 0 }),
      send: note('send'),
    },
    route: () => ({ route: 'channel', reason: '' }),
    path: () => ({ kind: 'none' }),
    relayName: null,
    relayPrivacy: null,
    outbox: { rows: () => rows },
    diagnostics: { counters: cell(new Map()) },
    tabs: cell({ role: 'alone', epoch: 0, tabs: 1, isOutdated: false }),
    storage: cell({ state: 'saved', reason: null, persisted: null }),
    trust: () => null,
    ownFingerprint: () => null,
    reconnect: note('reconnect'),
    typing: () => undefined,
  } as unknown as Messenger;
  const followers = (): number => cells.reduce((sum, { followers: each }) => sum + each, 0);
  return { messenger, current, count, load, asked, followers };
}

const badgeIn = (root: ParentNode): PendingBadgeElement =>
  root.querySelector<PendingBadgeElement>('p2p-pending-badge')!;

async function shows(badge: PendingBadgeElement, text: string): Promise<void> {
  await badge.updateComplete;
  await badge.updateComplete;
  expect(textOf(badge)).to.equal(text);
}

describe('an element inside a provider', () => {
  it('is filled by a provider that is upgraded after it, as in a page whose scripts come after its markup', async () => {
    const { messenger, count } = fake(2);
    const outer = document.createElement('section');
    outer.innerHTML = '<p2p-provider><p2p-pending-badge></p2p-pending-badge></p2p-provider>';
    document.body.append(outer);
    const badge = badgeIn(outer);
    await shows(badge, '');
    await import('../../components/provider/define.ts');
    outer.querySelector<ProviderElement>('p2p-provider')!.messenger = messenger;
    await outer.querySelector<ProviderElement>('p2p-provider')!.updateComplete;
    await shows(badge, '2');
    count.value = 3;
    await shows(badge, '3');
    outer.remove();
  });

  it('prefers a value that the page sets, 0 and false too, until the page sets it to undefined', async () => {
    const { messenger, count } = fake(2);
    const provider = await fixture<ProviderElement>(
      html`<p2p-provider .messenger=${messenger}
        ><p2p-pending-badge count="0"></p2p-pending-badge
      ></p2p-provider>`,
    );
    const badge = badgeIn(provider);
    await shows(badge, '');
    count.value = 3;
    await shows(badge, '');
    badge.count = null;
    count.value = 4;
    await shows(badge, '4');
    badge.count = 0;
    await shows(badge, '');
    count.value = 5;
    await shows(badge, '');
  });

  it('is filled whether the element or the messenger comes later', async () => {
    const { messenger } = fake(1);
    const provider = await fixture<ProviderElement>(html`<p2p-provider></p2p-provider>`);
    const badge = document.createElement('p2p-pending-badge');
    provider.append(badge);
    await shows(badge, '');
    provider.messenger = messenger;
    await provider.updateComplete;
    await shows(badge, '1');
  });

  it('follows a provider that gets another messenger, and shows nothing when it loses it', async () => {
    const first = fake(1);
    const second = fake(7);
    const provider = await fixture<ProviderElement>(
      html`<p2p-provider .messenger=${first.messenger}
        ><p2p-pending-badge></p2p-pending-badge
      ></p2p-provider>`,
    );
    const badge = badgeIn(provider);
    await shows(badge, '1');
    provider.messenger = second.messenger;
    await provider.updateComplete;
    await shows(badge, '7');
    expect(first.followers()).to.equal(0);
    first.count.value = 5;
    first.current.value = them;
    await shows(badge, '7');
    expect(badge.account).to.equal(us);
    provider.messenger = null;
    await provider.updateComplete;
    await shows(badge, '');
    expect(second.followers()).to.equal(0);
  });

  it('takes the nearest provider, and its own messenger before that', async () => {
    const [outer, inner, own] = [fake(1), fake(2), fake(3)];
    const provider = await fixture<ProviderElement>(html`
      <p2p-provider .messenger=${outer.messenger}>
        <p2p-provider .messenger=${inner.messenger}><p2p-pending-badge></p2p-pending-badge></p2p-provider>
      </p2p-provider>
    `);
    const badge = badgeIn(provider);
    await shows(badge, '2');
    badge.messenger = own.messenger;
    await shows(badge, '3');
    badge.messenger = undefined;
    await shows(badge, '2');
  });

  it('is filled anew when it is moved into another provider', async () => {
    const [first, second] = [fake(1), fake(2)];
    const box = await fixture<HTMLElement>(html`
      <div>
        <p2p-provider .messenger=${first.messenger}><p2p-pending-badge></p2p-pending-badge></p2p-provider>
        <p2p-provider .messenger=${second.messenger}></p2p-provider>
      </div>
    `);
    const badge = badgeIn(box);
    await shows(badge, '1');
    box.lastElementChild!.append(badge);
    await shows(badge, '2');
    expect(first.followers()).to.equal(0);
    badge.remove();
    expect(second.followers()).to.equal(0);
  });
});

describe('an element with a messenger', () => {
  it('is filled from it, and follows the account that it shows', async () => {
    const { messenger, current, count } = fake(2);
    const badge = await fixture<PendingBadgeElement>(
      html`<p2p-pending-badge .messenger=${messenger}></p2p-pending-badge>`,
    );
    await shows(badge, '2');
    current.value = them;
    await badge.updateComplete;
    expect(badge.account).to.equal(them);
    count.value = 0;
    await shows(badge, '');
  });

  it('warns of nothing while no account is signed in', async () => {
    const { messenger, current } = fake(2);
    current.value = null;
    const badge = await fixture<PendingBadgeElement>(
      html`<p2p-pending-badge .messenger=${messenger}></p2p-pending-badge>`,
    );
    await shows(badge, '');
    current.value = us;
    await shows(badge, '2');
  });

  it('does not overwrite properties that the page has set', async () => {
    const { messenger, count, current } = fake(2);
    const badge = await fixture<PendingBadgeElement>(
      html`<p2p-pending-badge .messenger=${messenger} .count=${9}></p2p-pending-badge>`,
    );
    await shows(badge, '9');
    count.value = 4;
    await shows(badge, '9');
    const other = await fixture<PendingBadgeElement>(
      html`<p2p-pending-badge .messenger=${messenger} account=${them}></p2p-pending-badge>`,
    );
    current.value = us;
    await other.updateComplete;
    expect(other.account).to.equal(them);
    const later = await fixture<PendingBadgeElement>(
      html`<p2p-pending-badge .messenger=${messenger}></p2p-pending-badge>`,
    );
    await shows(later, '4');
    later.count = 11;
    count.value = 5;
    await shows(later, '11');
  });

  it('shows no messages of a conversation that was closed', async () => {
    const live = createLive();
    const { browser, account, friend } = await two(live);
    void browser.messenger.messages.send(account, friend, 'hello');
    await live.clock.advance(100);
    const thread = await fixture<ThreadElement>(
      html`<p2p-thread .messenger=${browser.messenger} .peer=${friend}></p2p-thread>`,
    );
    await until(() => all(thread, '[part~="message"]').length === 1, 'the message is drawn');
    thread.peer = null;
    await until(() => all(thread, '[part~="message"]').length === 0, 'no message is left');
    expect(thread.peerName ?? null).to.equal(null);
    live.close();
  });
});

describe('a request', () => {
  it('is carried out once by an element inside a messenger inside a provider', async () => {
    const { messenger, asked } = fake();
    const box = await fixture<HTMLElement>(html`
      <p2p-provider .messenger=${messenger}>
        <div>
          <p2p-provider .messenger=${messenger}>
            <p2p-peer-discovery .messenger=${messenger}></p2p-peer-discovery>
          </p2p-provider>
        </div>
      </p2p-provider>
    `);
    const discovery = box.querySelector<PeerDiscoveryElement>('p2p-peer-discovery')!;
    await discovery.updateComplete;
    button(discovery, 'Load again').click();
    await Promise.resolve();
    expect(asked).to.deep.equal([`read ${us}`]);
  });

  it('is carried out once when an element inside a p2p-messenger inside a provider dispatches it', async () => {
    const { messenger, asked } = fake();
    const box = await fixture<HTMLElement>(html`
      <p2p-provider .messenger=${messenger}>
        <p2p-messenger .messenger=${messenger}></p2p-messenger>
      </p2p-provider>
    `);
    const element = box.querySelector('p2p-messenger')!;
    await until(() => buttons(element, 'Find people').length === 1, 'the columns are drawn');
    button(element, 'Find people').click();
    await Promise.resolve();
    expect(asked).to.deep.equal([`read ${us}`]);
  });

  it('can be prevented by any listener of the page, up to the window', async () => {
    const { messenger, asked } = fake();
    const box = await fixture<HTMLElement>(html`
      <p2p-provider .messenger=${messenger}><p2p-peer-discovery></p2p-peer-discovery></p2p-provider>
    `);
    const discovery = box.querySelector<PeerDiscoveryElement>('p2p-peer-discovery')!;
    await discovery.updateComplete;
    const prevent = (event: Event): void => event.preventDefault();
    document.addEventListener('p2p-discover-request', prevent);
    button(discovery, 'Load again').click();
    await Promise.resolve();
    expect(asked).to.deep.equal([]);
    document.removeEventListener('p2p-discover-request', prevent);
    button(discovery, 'Load again').click();
    await Promise.resolve();
    expect(asked).to.deep.equal([`read ${us}`]);
  });

  it('goes to the new messenger once a provider has been given one, and to none after it was removed', async () => {
    const [first, second] = [fake(), fake()];
    const provider = await fixture<ProviderElement>(html`
      <p2p-provider .messenger=${first.messenger}><p2p-peer-discovery></p2p-peer-discovery></p2p-provider>
    `);
    const discovery = provider.querySelector<PeerDiscoveryElement>('p2p-peer-discovery')!;
    provider.messenger = second.messenger;
    await provider.updateComplete;
    await discovery.updateComplete;
    button(discovery, 'Load again').click();
    await Promise.resolve();
    expect([first.asked, second.asked]).to.deep.equal([[], [`read ${us}`]]);
    provider.messenger = null;
    await provider.updateComplete;
    discovery.dispatchEvent(
      new CustomEvent('p2p-discover-request', { detail: { account: us }, bubbles: true, composed: true }),
    );
    await Promise.resolve();
    expect(second.asked).to.have.lengthOf(1);
  });

  it('is carried out even if its element is removed at once', async () => {
    const { messenger, asked } = fake();
    const discovery = await fixture<PeerDiscoveryElement>(
      html`<p2p-peer-discovery .messenger=${messenger}></p2p-peer-discovery>`,
    );
    button(discovery, 'Load again').click();
    discovery.remove();
    await Promise.resolve();
    expect(asked).to.deep.equal([`read ${us}`]);
  });

  it('that is under way when its element is removed ends without an error, and is shown when the element is back', async () => {
    const live = createLive();
    const { browser, account, friend, friends } = await two(live);
    const discovery = document.createElement('p2p-peer-discovery');
    discovery.messenger = browser.messenger;
    document.body.append(discovery);
    void browser.messenger.peers.refresh(account);
    await live.clock.advance(500);
    await until(() => textOf(discovery).includes('Contact'), 'the list is drawn');
    const stranger = await live.account(friends, 'stranger', 'Stranger');
    button(discovery, 'Load again').click();
    await Promise.resolve();
    discovery.remove();
    const { ids } = browser.messenger.peers.source(account);
    expect(ids.peek()).not.to.include(stranger);
    await live.clock.advance(1_000);
    expect(ids.peek()).to.include.members([friend, stranger]);
    document.body.append(discovery);
    await until(() => textOf(discovery).includes('Stranger'), 'what came meanwhile is drawn');
    discovery.remove();
    live.close();
  });
});

describe('every connected element', () => {
  const tags = [
    ...[
      'p2p-composer',
      'p2p-connection-banner',
      'p2p-conversation-list',
      'p2p-messenger',
      'p2p-peer-discovery',
    ],
    ...['p2p-pending-badge', 'p2p-pending-requests', 'p2p-session-switcher', 'p2p-sign-in', 'p2p-thread'],
    ...['p2p-diagnostics', 'p2p-notifications', 'p2p-tab-status', 'p2p-toast', 'p2p-unread-title'],
  ];
  for (const tag of tags)
    it(`${tag} mounted a hundred times leaves no subscription to the messenger behind`, async () => {
      const { messenger, followers } = fake(1);
      const counts: number[] = [];
      for (let n = 0; n < 100; n += 1) {
        const element = document.createElement(tag) as ThreadElement;
        element.messenger = messenger;
        element.peer = them;
        document.body.append(element);
        await element.updateComplete;
        counts.push(followers());
        element.remove();
      }
      await frames();
      expect(counts[0], 'it was connected').to.be.above(0);
      expect(Math.max(...counts), 'they do not add up').to.equal(counts[0]);
      expect(followers()).to.equal(0);
    });
});

async function two(
  live: Live,
): Promise<{ browser: LiveBrowser; friends: LiveBrowser; account: AccountId; friend: AccountId }> {
  const browser = await live.browser('our browser');
  const friends = await live.browser('their browser');
  const account = await live.account(browser, 'alice', 'Alice');
  const friend = await live.account(friends, 'friend', 'Friend');
  await live.befriend(browser, account, friends, friend);
  return { browser, friends, account, friend };
}
