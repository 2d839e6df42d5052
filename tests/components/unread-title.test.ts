import { expect, fixture, html } from '@open-wc/testing';
import { createLive } from '../../.storybook/live.ts';
import type { UnreadTitleElement } from '../../components/unread-title/unread-title.ts';
import '../../components/unread-title/define.ts';
import { frames, until } from './helpers.ts';

const title = async (unread: number | null): Promise<UnreadTitleElement> => {
  const element = document.createElement('p2p-unread-title');
  element.unread = unread;
  document.body.append(element);
  await element.updateComplete;
  return element;
};
const said = async (element: UnreadTitleElement, unread: number | null): Promise<string> => {
  element.unread = unread;
  await element.updateComplete;
  return document.title;
};

let own: string;
let badges: (number | null)[];
/** What the browser answers. */
let answer: () => Promise<void>;
beforeEach(() => {
  own = document.title;
  document.title = 'Harbour';
  badges = [];
  answer = () => Promise.resolve();
  const define = (name: string, value: unknown) =>
    Object.defineProperty(navigator, name, { value, configurable: true });
  define('setAppBadge', (unread: number) => {
    badges.push(unread);
    return answer();
  });
  define('clearAppBadge', () => {
    badges.push(null);
    return answer();
  });
});
afterEach(() => {
  for (const element of document.querySelectorAll('p2p-unread-title')) element.remove();
  document.title = own;
  for (const name of ['setAppBadge', 'clearAppBadge']) Reflect.deleteProperty(navigator, name);
});

describe('p2p-unread-title', () => {
  it('is accessible: it draws nothing and takes no space', async () => {
    const element = await fixture<UnreadTitleElement>(html`<p2p-unread-title unread="3"></p2p-unread-title>`);
    await expect(element).to.be.accessible();
    expect(element.getBoundingClientRect().height).to.equal(0);
  });

  it('puts the number before the title while something is unread, and takes it away', async () => {
    const element = await title(3);
    expect(document.title).to.equal('(3) Harbour');
    expect(await said(element, 12_345)).to.equal('(12345) Harbour');
    expect(await said(element, 0)).to.equal('Harbour');
    expect(await said(element, null)).to.equal('Harbour');
    await said(element, 2);
    element.remove();
    expect(document.title).to.equal('Harbour');
  });

  it('keeps the number through a move in the document', async () => {
    const element = await title(3);
    document.body.prepend(element);
    await element.updateComplete;
    expect(document.title).to.equal('(3) Harbour');
  });

  it('follows a title that the page sets in any way, also one derived from ours', async () => {
    const element = await title(3);
    document.title = 'Chart';
    await until(() => document.title === '(3) Chart', 'it is followed');
    document.querySelector('title')!.textContent = 'Log';
    await until(() => document.title === '(3) Log', 'it is followed in its text');
    const other = document.createElement('title');
    other.textContent = 'Pier';
    document.querySelector('title')!.replaceWith(other);
    await until(() => document.title === '(3) Pier', 'it is followed in another element');
    document.title = `${document.title} 7`;
    await frames();
    expect(document.title, 'the number is not doubled').to.equal('(3) Pier 7');
    // Both at once: the page's comes first.
    document.title = 'Quay';
    expect(await said(element, 4)).to.equal('(4) Quay');
    element.remove();
    expect(document.title).to.equal('Quay');
  });

  it('shows the total of several elements, each messenger once, until the last one is removed', async () => {
    const live = createLive();
    const { messenger } = await live.browser('our browser');
    const first = await title(3);
    const second = await title(2);
    expect(document.title).to.equal('(5) Harbour');
    first.messenger = messenger;
    second.messenger = messenger;
    first.unread = 3;
    second.unread = 3;
    await Promise.all([first.updateComplete, second.updateComplete]);
    expect(document.title).to.equal('(3) Harbour');
    first.remove();
    expect(document.title).to.equal('(3) Harbour');
    second.remove();
    expect(document.title).to.equal('Harbour');
    live.close();
  });

  it('sets the badge with the number and clears it, each once, and leaves none behind', async () => {
    const element = await title(3);
    await said(element, 3);
    await said(element, 4);
    await said(element, 0);
    await said(element, 1);
    element.remove();
    expect(badges).to.deep.equal([3, 4, null, 1, null]);
  });

  it('works in a browser that refuses the badge, throws, or has none', async () => {
    answer = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    const element = await title(3);
    answer = () => {
      throw new TypeError('no');
    };
    await said(element, 4);
    for (const name of ['setAppBadge', 'clearAppBadge'])
      Object.defineProperty(navigator, name, { value: undefined, configurable: true });
    expect(await said(element, 5)).to.equal('(5) Harbour');
    await frames();
  });

  it('85: rises live over all accounts of the browser, also while the page is hidden, and falls when they are read', async () => {
    const live = createLive();
    const browser = await live.browser('our browser');
    const friends = await live.browser('their browser');
    const a = await live.account(browser, 'alice', 'Alice');
    const b = await live.account(browser, 'bobby', 'Bobby');
    const friend = await live.account(friends, 'friend', 'Friend');
    await live.befriend(browser, a, friends, friend);
    await live.befriend(browser, b, friends, friend);
    await live.clock.advance(12_000);
    browser.messenger.setVisible(false);
    const element = document.createElement('p2p-unread-title');
    element.messenger = browser.messenger;
    document.body.append(element);
    await element.updateComplete;
    expect(document.title).to.equal('Harbour');
    const heard = async (account: typeof a): Promise<void> => {
      await friends.messenger.messages.send(friend, account, 'hello');
      await live.clock.advance(1_000);
      await element.updateComplete;
    };
    await heard(a);
    expect(document.title).to.equal('(1) Harbour');
    await heard(b);
    await heard(b);
    expect(document.title).to.equal('(3) Harbour');
    const { messages } = browser.messenger;
    messages.pass(b, friend);
    await element.updateComplete;
    expect(document.title).to.equal('(1) Harbour');
    element.remove();
    live.close();
  });
});
