import { expect, fixture, html } from '@open-wc/testing';
import { signal } from '@preact/signals-core';
import type { TabsView } from '../../facts/index.ts';
import type { Messenger } from '../../stores/index.ts';
import type { NotificationsElement } from '../../components/notifications/notifications.ts';
import '../../components/messenger/define.ts';
import '../../components/notifications/define.ts';
import { createArrivals } from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';
import { frames, heard, textOf, until } from './helpers.ts';

/** The notifications of the page, and the browser's answer to the permission request. */
let shown: FakeNotification[];
let permission: NotificationPermission;
let asked: number;
class FakeNotification {
  static get permission(): NotificationPermission {
    return permission;
  }
  static async requestPermission(): Promise<NotificationPermission> {
    asked += 1;
    permission = 'granted';
    return permission;
  }
  readonly title: string;
  readonly options: NotificationOptions;
  onclick: (() => void) | null = null;
  isClosed = false;
  constructor(title: string, options: NotificationOptions) {
    this.title = title;
    this.options = options;
    shown.push(this);
  }
  close(): void {
    this.isClosed = true;
  }
}

const real = window.Notification;
const setNotification = (value: unknown): void => {
  Object.defineProperty(window, 'Notification', { value, configurable: true, writable: true });
};
const worlds: Arrivals[] = [];
beforeEach(() => {
  shown = [];
  asked = 0;
  permission = 'granted';
  setNotification(FakeNotification);
});
afterEach(() => {
  setNotification(real);
  for (const { live } of worlds.splice(0)) live.close();
});

async function world(name?: string): Promise<Arrivals> {
  const made = await createArrivals(name);
  worlds.push(made);
  made.browser.messenger.setVisible(false);
  return made;
}

const notifications = async (messenger: Messenger, showsText = false): Promise<NotificationsElement> => {
  const element = await fixture<NotificationsElement>(
    html`<p2p-notifications .messenger=${messenger} ?shows-text=${showsText}></p2p-notifications>`,
  );
  await element.updateComplete;
  return element;
};

describe('p2p-notifications', () => {
  it('is accessible: it draws nothing', async () => {
    const element = await fixture<NotificationsElement>(html`<p2p-notifications></p2p-notifications>`);
    await expect(element).to.be.accessible();
    expect(element.getBoundingClientRect().height).to.equal(0);
  });

  it('91: names the sender of a message that comes while no page is on screen, never what was written, never a CID', async () => {
    const { browser, hear, friend, account } = await world();
    await notifications(browser.messenger);
    await hear('a secret');
    await hear('another secret');
    expect(shown.map(({ title, options }) => [title, options.body])).to.deep.equal([
      ['Friend Example', 'New message'],
      ['Friend Example', '2 unread messages'],
    ]);
    for (const { title, options } of shown)
      for (const id of [friend, account, friend.slice(-4)])
        expect(`${title} ${options.body}`).not.to.contain(id);
  });

  it('calls a sender without a name Someone, and not a CID or a part of one', async () => {
    const { browser, hear, friend, account } = await world();
    const { messages } = browser.messenger;
    const list: typeof messages.list = (of) => {
      const source = messages.list(of);
      return { ...source, get: (peer) => source.get(peer) && { ...source.get(peer)!, name: null } };
    };
    await notifications({ ...browser.messenger, messages: { ...messages, list } });
    await hear('hello');
    expect(shown.map(({ title }) => title)).to.deep.equal(['Someone']);
    expect(shown[0]!.title).not.to.contain(friend.slice(-4));
    expect(messages.unread(account).peek()).to.equal(1);
  });

  it('shows what was written only with shows-text', async () => {
    const { browser, hear } = await world();
    await notifications(browser.messenger, true);
    await hear('a <b>secret</b>');
    expect(shown[0]!.options.body).to.equal('a <b>secret</b>');
  });

  it('has one notification per account and peer: a newer one replaces it, and it goes when it is read', async () => {
    const { browser, hear, account, second, friend } = await world();
    await notifications(browser.messenger);
    await hear('one');
    await hear('two');
    await hear('three', second);
    const tags = shown.map(({ options }) => options.tag);
    // Heard each time, although it takes the place of the one before.
    expect(shown.every(({ options }) => 'renotify' in options && options.renotify === true)).to.equal(true);
    expect(tags[0]).to.equal(tags[1]);
    expect(new Set(tags).size).to.equal(2);
    const { messages } = browser.messenger;
    for (const id of messages.source(account, friend).ids.peek()) messages.read(account, friend, id);
    expect(shown.map(({ isClosed }) => isClosed)).to.deep.equal([false, true, false]);
  });

  it('152: notifies of a late message that is placed further up, once', async () => {
    const { browser, hear, friends, live } = await world();
    await notifications(browser.messenger, true);
    const arrives = browser.service.faults.add({
      kind: 'drop',
      direction: 'out',
      variants: ['MessageNotification'],
    });
    await hear('late');
    arrives();
    await hear('in time');
    friends.messenger.wake();
    await live.clock.advance(10_000);
    expect(shown.map(({ options }) => options.body?.replace(/[\u2066-\u2069]/gu, ''))).to.deep.equal([
      'in time',
      'late',
    ]);
  });

  it('notifies of nothing while a page is visible, without permission, or for own messages', async () => {
    const { live, browser, hear, account, friend } = await world();
    await notifications(browser.messenger);
    browser.messenger.setVisible(true);
    await hear('seen');
    browser.messenger.setVisible(false);
    permission = 'denied';
    await hear('not allowed');
    permission = 'granted';
    await browser.messenger.messages.send(account, friend, 'our own');
    await live.clock.advance(1_000);
    expect(shown).to.deep.equal([]);
    await hear('now');
    expect(shown).to.have.lengthOf(1);
  });

  it('notifies only in the leader or in a lone tab: one notification per browser', async () => {
    const { browser, hear } = await world();
    const tabs = signal<TabsView>({ role: 'alone', epoch: 1, tabs: 2, isOutdated: false });
    const messenger: Messenger = { ...browser.messenger, tabs };
    await notifications(messenger);
    const roles = ['follower', 'joining', 'taking-over', 'other-tab', 'asleep', 'leader', 'alone'] as const;
    const spoke: string[] = [];
    for (const role of roles) {
      tabs.value = { ...tabs.peek(), role };
      const before = shown.length;
      await hear(`to the ${role}`);
      if (shown.length > before) spoke.push(role);
    }
    expect(spoke).to.deep.equal(['leader', 'alone']);
  });

  it('notifies nothing of a message that comes a second time', async () => {
    const { browser, hear } = await world();
    await notifications(browser.messenger);
    await hear('once');
    let doubled = 0;
    browser.service.faults.add({
      kind: 'duplicate',
      direction: 'out',
      variants: ['MessageNotification'],
      when: () => {
        doubled += 1;
        return true;
      },
    });
    await hear('twice');
    expect(doubled).to.be.above(0);
    expect(shown).to.have.lengthOf(2);
    expect(shown.map(({ options }) => options.body)).to.deep.equal(['New message', '2 unread messages']);
  });

  it('notifies nothing of what was unread before, nor of what an account brings from storage', async () => {
    const { live, browser, hear } = await world();
    await hear('before');
    await live.clock.advance(1_000);
    await notifications(browser.messenger);
    expect(shown).to.deep.equal([]);
    const again = await live.browser('the page, loaded again', {
      on: browser.service,
      storage: browser.storage,
    });
    again.messenger.setVisible(false);
    await notifications(again.messenger);
    await live.clock.advance(5_000);
    expect(again.messenger.sessionRows.peek()[0]!.unread).to.equal(1);
    expect(shown).to.deep.equal([]);
  });

  it('asks for the permission once when told to, reports the change and reflects it as a state', async () => {
    permission = 'default';
    const element = await fixture<NotificationsElement>(html`<p2p-notifications></p2p-notifications>`);
    const told: unknown[] = [];
    element.addEventListener('p2p-notification-permission-changed', (event) =>
      told.push((event as CustomEvent).detail),
    );
    expect(asked, 'nothing by itself').to.equal(0);
    expect([element.permission, element.matches(':state(default)')]).to.deep.equal(['default', true]);
    Object.defineProperty(navigator, 'userActivation', { value: { isActive: true }, configurable: true });
    expect(await element.requestPermission()).to.equal('granted');
    Reflect.deleteProperty(navigator, 'userActivation');
    expect([asked, element.matches(':state(granted)')]).to.deep.equal([1, true]);
    expect(told).to.deep.equal([{ permission: 'granted' }]);
    expect(await element.requestPermission()).to.equal('granted');
    expect(asked).to.equal(1);
  });

  it('reports that the browser has no notifications, and asks nothing', async () => {
    Reflect.deleteProperty(window, 'Notification');
    const element = await fixture<NotificationsElement>(html`<p2p-notifications></p2p-notifications>`);
    expect(element.permission).to.equal('unsupported');
    expect(element.matches(':state(unsupported)')).to.equal(true);
    expect(await element.requestPermission()).to.equal('unsupported');
    expect(asked).to.equal(0);
  });

  it('works in a browser where only a service worker may notify', async () => {
    const { browser, hear } = await world();
    setNotification(
      class {
        static readonly permission = 'granted';
        constructor() {
          throw new TypeError('Illegal constructor');
        }
      },
    );
    await notifications(browser.messenger);
    await hear('hello');
    expect(browser.messenger.sessionRows.peek()[0]!.unread).to.equal(1);
  });

  it('closes its notifications and shows no more once it is removed', async () => {
    const { browser, hear } = await world();
    const element = await notifications(browser.messenger);
    await hear('one');
    element.remove();
    expect(shown.map(({ isClosed }) => isClosed)).to.deep.equal([true]);
    await hear('two');
    expect(shown).to.have.lengthOf(1);
  });

  it('focuses the page, shows the account and opens the conversation when pressed, inside a p2p-messenger', async () => {
    const { browser, hear, account, second, friend } = await world();
    browser.messenger.setVisible(true);
    const box = await fixture<HTMLElement>(html`
      <p2p-messenger .messenger=${browser.messenger}><p2p-notifications></p2p-notifications></p2p-messenger>
    `);
    const element = box as HTMLElementTagNameMap['p2p-messenger'];
    await frames();
    browser.messenger.setVisible(false);
    const clicked: unknown[] = [];
    element.addEventListener('p2p-notification-clicked', (event) =>
      clicked.push((event as CustomEvent).detail),
    );
    const focus = window.focus;
    let focused = 0;
    window.focus = () => void (focused += 1);
    await hear('to the second', second);
    shown[0]!.onclick!();
    window.focus = focus;
    await until(() => element.peer === friend, 'the conversation is open');
    expect(browser.messenger.sessions.current.peek()).to.equal(second);
    await until(() => textOf(element).includes('Friend Example'), 'it is drawn');
    expect(clicked).to.deep.equal([{ account: second, peer: friend }]);
    expect([focused, shown[0]!.isClosed]).to.deep.equal([1, true]);
    // The account that was shown before has no other conversation open than before.
    browser.messenger.sessions.switchTo(account);
    await element.updateComplete;
    expect(element.peer).to.equal(null);
  });

  it('does not switch the account when the page opens conversations itself', async () => {
    const { browser, hear, account, second } = await world();
    const element = await notifications(browser.messenger);
    element.addEventListener('p2p-open-conversation-request', (event) => event.preventDefault());
    const switched = heard('p2p-switch-session-request');
    await hear('hello', second);
    shown[0]!.onclick!();
    await frames();
    expect(switched).to.deep.equal([]);
    expect(browser.messenger.sessions.current.peek()).to.equal(account);
  });
});
