import { expect, fixture, html } from '@open-wc/testing';
import { createHarbour } from '../../.storybook/harbour.ts';
import type { Harbour } from '../../.storybook/harbour.ts';
import { SERVER, createLive } from '../../.storybook/live.ts';
import type { Live, LiveBrowser } from '../../.storybook/live.ts';
import { Screen, deepAll, nameOf } from '../../.storybook/report/screen.ts';
import { setFocusSource } from '../../components/internal/seen.ts';
import type { Messenger } from '../../components/messenger/messenger.ts';
import type { Cid } from '../../facts/index.ts';
import '../../components/messenger/define.ts';
import { all, frames, heard, one, textOf, until } from './helpers.ts';

const lives: Live[] = [];
let stopFocus: () => void;
beforeEach(() => (stopFocus = setFocusSource(() => true)));
afterEach(() => {
  stopFocus();
  for (const live of lives.splice(0)) live.close();
});

/** A messenger in a box of that width, and what is drawn on it. */
async function shown(
  browser: LiveBrowser,
  { peer = null, width = 1100 }: { peer?: Cid | null; width?: number } = {},
): Promise<{ element: Messenger; screen: Screen }> {
  const box = await fixture<HTMLElement>(html`<div></div>`);
  box.style.setProperty('width', `${width}px`);
  box.style.setProperty('height', '640px');
  const element = document.createElement('p2p-messenger');
  element.messenger = browser.messenger;
  element.server = SERVER;
  element.peer = peer;
  box.append(element);
  await element.updateComplete;
  await frames();
  return { element, screen: new Screen(element, frames) };
}

async function harbour(): Promise<Harbour> {
  const made = await createHarbour();
  lives.push(made.live);
  return made;
}

/** Nothing but a browser with a service. */
async function signedOut(): Promise<{ live: Live; browser: LiveBrowser }> {
  const live = createLive();
  lives.push(live);
  return { live, browser: await live.browser('our browser') };
}

const heading = (element: Messenger): string => textOf(element, '.conversation h2');
const isVisible = (part: HTMLElement): boolean => part.offsetParent !== null;

describe('p2p-messenger', () => {
  it('is accessible signed out, with a conversation, with people, with requests, without a link, and narrow', async () => {
    const { element: out } = await shown((await signedOut()).browser);
    await expect(out).to.be.accessible();
    out.remove();

    const { live, browser, noor } = await harbour();
    const { element, screen } = await shown(browser, { peer: noor });
    await expect(element).to.be.accessible();
    await screen.press('Find people');
    await expect(element).to.be.accessible();
    await screen.press('Back');
    await screen.press(/^Requests/u);
    await expect(element).to.be.accessible();
    await screen.press('Add account');
    await expect(element).to.be.accessible();
    element.remove();

    const narrow = await shown(browser, { width: 360 });
    await expect(narrow.element).to.be.accessible();
    await narrow.screen.open('Noor Haddad');
    await expect(narrow.element).to.be.accessible();
    narrow.element.remove();

    browser.service.kill();
    await live.clock.advance(20_000);
    const down = await shown(browser, { peer: noor });
    expect(textOf(down.element.shadowRoot!.querySelector('p2p-connection-banner')!)).to.contain('Retry now');
    await expect(down.element).to.be.accessible();
  }).timeout(60_000);

  it('is a named region and no main: several stand on one page', async () => {
    const { browser, friends } = await harbour();
    const { element: first } = await shown(browser);
    const { element: second } = await shown(friends);
    expect(deepAll(document, 'main')).to.have.lengthOf(0);
    for (const element of [first, second]) {
      const frame = one(element, '[part="frame"]');
      expect(frame.getAttribute('role') ?? frame.localName).to.match(/region|section/u);
      expect(frame.getAttribute('aria-label')).to.match(/^Messenger of (P2P Test 1|Tomas Novak)$/u);
    }
    const page = first.parentElement!.parentElement!;
    await expect(page).to.be.accessible();
  });

  it('shows nothing but the form while nobody is signed in, filled with the server of the page', async () => {
    const { element } = await shown((await signedOut()).browser);
    expect(all(element, '.columns, .rail, .side')).to.have.lengthOf(0);
    expect(one<HTMLInputElement>(element, '[name="server"]').value).to.equal(SERVER);
  });

  it('opens the conversation that is chosen in the list, and says whose it is', async () => {
    const { browser } = await harbour();
    const { element, screen } = await shown(browser);
    expect(textOf(element)).to.contain('Choose a conversation');
    await screen.open('Mona Okafor');
    expect(heading(element)).to.equal('Mona Okafor');
    const composer = deepAll(element.shadowRoot!, 'textarea')[0]!;
    expect(composer.getAttribute('aria-label')).to.equal('Message Mona');
    const marked = deepAll(element.shadowRoot!, 'button.conversation[aria-current="true"]');
    expect(marked.map((row) => nameOf(row))).to.have.lengthOf(1);
  });

  it('asks for the list of people when Find people is pressed, and carries that out once', async () => {
    const { browser, account, live } = await harbour();
    const { screen } = await shown(browser);
    const asked = heard('p2p-discover-request');
    const before = live.simulation.frames.entries.length;
    // The clock stands still, so that nothing asks by itself.
    await screen.press('Find people');
    expect(asked).to.deep.equal([{ account }]);
    const crossed = live.simulation.frames.entries
      .slice(before)
      .filter(({ frame }) => frame?.variant === 'ListAllPeers');
    expect(crossed).to.have.lengthOf(1);
    await live.clock.advance(100);
    await frames();
    expect(screen.facts('Tomas Novak')).to.match(/Reachable/u);
  });

  it('does not open what the page has prevented', async () => {
    const { browser } = await harbour();
    const { element, screen } = await shown(browser);
    element.addEventListener('p2p-open-conversation-request', (event) => event.preventDefault(), {
      capture: true,
    });
    await screen.open('Mona Okafor');
    expect(element.peer).to.equal(null);
  });

  it('in a narrow box shows one part at a time, and Back goes back to the list', async () => {
    const { browser } = await harbour();
    const { element, screen } = await shown(browser, { width: 360 });
    expect(isVisible(one(element, '.side'))).to.equal(true);
    expect(isVisible(one(element, '[part="conversation"]'))).to.equal(false);
    await screen.open('Noor Haddad');
    expect(isVisible(one(element, '.side'))).to.equal(false);
    expect(isVisible(one(element, '[part="conversation"]'))).to.equal(true);
    await screen.press('Back', one(element, '[part="conversation"]'));
    expect(isVisible(one(element, '.side'))).to.equal(true);
    expect(element.peer).to.equal(null);
  });

  it('116: a switch of account changes the conversation with it, and brings the former one back', async () => {
    const { browser, account, noor } = await harbour();
    const { element, screen } = await shown(browser);
    await screen.open('Noor Haddad');
    await screen.switchTo('P2P Test 2');
    expect(element.account).not.to.equal(account);
    expect(element.peer).to.equal(null);
    expect(textOf(element)).to.contain('Choose a conversation');
    expect(screen.text()).not.to.contain('Are we direct now?');
    await screen.open('Mona Okafor');
    await screen.switchTo('P2P Test 1');
    expect(element.peer).to.equal(noor);
    expect(heading(element)).to.equal('Noor Haddad');
    await screen.switchTo('P2P Test 2');
    expect(heading(element)).to.equal('Mona Okafor');
    expect(screen.messages().map(({ text }) => text)).to.include('Are you there?');
  });

  it('keeps the draft of each conversation', async () => {
    const { browser } = await harbour();
    const { element, screen } = await shown(browser);
    const field = (): HTMLTextAreaElement =>
      deepAll(element.shadowRoot!, 'textarea')[0] as HTMLTextAreaElement;
    await screen.open('Noor Haddad');
    field().value = 'half a sent';
    field().dispatchEvent(new Event('input', { bubbles: true }));
    await screen.open('Mona Okafor');
    expect(field().value).to.equal('');
    await screen.open('Noor Haddad');
    expect(field().value).to.equal('half a sent');
    field().value = '';
    field().dispatchEvent(new Event('input', { bubbles: true }));
  });

  it('adds an account through the form, which closes when it is done', async () => {
    const { browser, live } = await harbour();
    const { element, screen } = await shown(browser);
    await screen.press('Add account');
    expect(heading(element)).to.equal('Add account');
    expect(one<HTMLInputElement>(element, '[name="password"]').value).to.equal('');
    await screen.createAccount('P2P Test 4', 'p2ptest4', 'password');
    expect(heading(element)).to.equal('Add account');
    await live.clock.advance(1_000);
    await frames();
    expect(all(element, 'form')).to.have.lengthOf(0);
    expect(screen.accounts().map((name) => name.split(',')[0])).to.include('P2P Test 4');
    expect(element.account).to.equal(browser.messenger.sessions.current.peek());
  });

  it('keeps the form of a further account open when it fails, with the reason', async () => {
    const { browser, live } = await harbour();
    const { element, screen } = await shown(browser);
    await screen.press('Add account');
    await screen.createAccount('P2P Test 1', 'p2ptest1', 'password');
    await live.clock.advance(2_000);
    await frames();
    expect(textOf(element)).to.contain('That username is taken.');
    expect(heading(element)).to.equal('Add account');
    await screen.press('Back', one(element, '[part="conversation"]'));
    expect(all(element, 'form')).to.have.lengthOf(0);
  });

  it('goes back to the form when the last account is signed out, and says nothing of the former one', async () => {
    const { live, browser } = await signedOut();
    const account = await live.account(browser, 'alice', 'Alice Example');
    const { element } = await shown(browser);
    void browser.messenger.sessions.signOut(account);
    await live.clock.advance(1_000);
    await until(() => all(element, 'form').length === 1, 'the form is drawn');
    expect(textOf(element)).not.to.contain('Alice Example');
  });

  it('can be walked through by keyboard: every control takes the focus, in the order of the page', async () => {
    const { browser, noor } = await harbour();
    const { element } = await shown(browser, { peer: noor });
    const reachable = deepAll(element.shadowRoot!, 'button, input, textarea, [tabindex="0"]').filter(
      (control) => control.tabIndex === 0 && isVisible(control) && !control.matches(':disabled'),
    );
    const names = reachable.map((control) => control.getAttribute('aria-label') ?? nameOf(control));
    for (const name of ['Add account', 'Find people', 'Search people and messages', 'Message Noor', 'Send'])
      expect(names, name).to.include(name);
    for (const name of names) expect(name, names.join(' | ')).not.to.equal('');
    for (const control of reachable) {
      control.focus();
      expect((control.getRootNode() as ShadowRoot).activeElement).to.equal(control);
    }
    // One stop in each list, and arrow keys within.
    const inList = deepAll(element.shadowRoot!, 'button.conversation').filter(
      ({ tabIndex }) => tabIndex === 0,
    );
    expect(inList).to.have.lengthOf(1);
  });
});

describe('the line about the path (p2p-messenger)', () => {
  const NAT = { nat: 'same-nat' } as const;

  /** Two contacts behind one router, without STUN: every dial fails. */
  async function behindOneRouter(relay: boolean): Promise<{ live: Live; browser: LiveBrowser; friend: Cid }> {
    const live = createLive({ stun: false });
    lives.push(live);
    const browser = await live.browser('our browser', { service: NAT, relay });
    const friends = await live.browser('their browser', { service: NAT, relay });
    const account = await live.account(browser, 'alice', 'Alice Example');
    const friend = await live.account(friends, 'bobby', 'Bob Example');
    await live.befriend(browser, account, friends, friend);
    await live.clock.advance(12_000);
    return { live, browser, friend };
  }

  const notice = async (element: Messenger): Promise<string> => {
    await element.updateComplete;
    await frames();
    return all(element, '.path-notice').map(nameOf).join(' ');
  };

  /** What it says at every half second. */
  const during = async (live: Live, element: Messenger, seconds: number): Promise<string[]> => {
    const said: string[] = [];
    for (let half = 0; half < 2 * seconds; half += 1) {
      await live.clock.advance(500);
      element.requestUpdate();
      said.push(await notice(element));
    }
    return said;
  };

  it('says while dialling that messages wait, past 30 s that it may take up to a minute, and then why there is none', async () => {
    const { live, browser, friend } = await behindOneRouter(false);
    live.simulation.faults.add({ kind: 'drop', direction: 'out', variants: ['PeerConnectFailure'] });
    const { element } = await shown(browser, { peer: friend });
    expect(await notice(element)).to.match(/^No path yet\. Trying to connect; messages wait here\. \d+ s$/u);
    await live.clock.advance(25_000);
    expect(await notice(element)).to.match(
      /^No path yet; this may take up to a minute\. Messages wait here\. \d+ s$/u,
    );
    await live.clock.advance(35_000);
    const said = await during(live, element, 20);
    expect(
      said.some((line) => /^No path: .+\. Messages wait here\./u.test(line)),
      said.join('\n'),
    ).to.equal(true);
    expect(textOf(element)).not.to.match(/\bConnected\b/u);
  });

  it('says that messages go through the relay meanwhile', async () => {
    const { live, browser, friend } = await behindOneRouter(true);
    const { element, screen } = await shown(browser, { peer: friend });
    expect(screen.route()).to.equal('Through the server');
    expect(await notice(element)).to.match(
      /^No direct path yet\. Trying again; messages go through the server meanwhile\. \d+ s$/u,
    );
    await live.clock.advance(15_000);
    const said = await during(live, element, 10);
    expect(
      said.some((line) => /^No direct path \(.*30 s.*\)\. Messages go through the server\./u.test(line)),
      said.join('\n'),
    ).to.equal(true);
  });

  it('is gone when the channel is up', async () => {
    const { live, browser, friend } = await behindOneRouter(true);
    const { element, screen } = await shown(browser, { peer: friend });
    for (const { state } of live.simulation.services) state.service.nat = 'open';
    await live.clock.advance(120_000);
    expect(await notice(element)).to.equal('');
    expect(screen.route()).to.equal('Connected');
  });

  it('asks for the password again when the service has forgotten the account, with server and name filled in', async () => {
    const { live, browser } = await signedOut();
    await live.account(browser, 'alice', 'Alice Example');
    const { element, screen } = await shown(browser);
    browser.service.restart();
    await live.clock.advance(5_000);
    await frames();
    expect(textOf(element, '.banners')).to.match(/signed this account out. Sign in again; nothing is lost/);
    await expect(element).to.be.accessible();
    await screen.press('Sign in again');
    const fields = Object.fromEntries(
      all<HTMLInputElement>(element, 'p2p-sign-in input').map(({ name, value }) => [name, value]),
    );
    expect(fields).to.include({ server: SERVER, username: 'alice', password: '' });
  });

  it('offers to use an account here that another browser has taken', async () => {
    const { live, browser } = await signedOut();
    const account = await live.account(browser, 'alice', 'Alice Example');
    const other = await live.browser('other', { on: browser.service });
    void other.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: 'password' });
    await live.clock.advance(1_000);
    const again = await live.browser('our browser again', { on: browser.service, storage: browser.storage });
    browser.messenger.close();
    await live.clock.advance(6_000);
    const { element, screen } = await shown(again);
    expect(textOf(element, '.banners')).to.match(/open in another browser/);
    await screen.press('Use here');
    await live.clock.advance(1_000);
    await frames();
    expect(again.messenger.sessions.get(account)?.state).to.equal('signed-in');
    expect(textOf(element, '.banners')).not.to.match(/another browser/);
  });
});
