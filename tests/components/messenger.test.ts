import { expect, fixture, html } from '@open-wc/testing';
import { createHarbour } from '../../.storybook/harbour.ts';
import type { Harbour } from '../../.storybook/harbour.ts';
import { SERVER, createLive } from '../../.storybook/live.ts';
import type { Live, LiveBrowser } from '../../.storybook/live.ts';
import { Screen, deepAll, nameOf } from '../../.storybook/report/screen.ts';
import { setFocusSource } from '../../components/internal/seen.ts';
import type { MessengerElement } from '../../components/messenger/messenger.ts';
import type { AccountId, RequestId } from '../../facts/index.ts';
import type { SimulatedRelay } from '../../mocks/index.ts';
import type { Relay, RelayTrust, Storage } from '../../ports/index.ts';
import '../../components/messenger/define.ts';
import { memory } from '../../storage/memory.ts';
import { encode } from '../../protocol/index.ts';
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
  { peer = null, width = 1100 }: { peer?: AccountId | null; width?: number } = {},
): Promise<{ element: MessengerElement; screen: Screen }> {
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

const heading = (element: MessengerElement): string => textOf(element, '.conversation h2');
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

  it('is a named region, not a main landmark, so that a page can have several', async () => {
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

  it('opens the conversation that is chosen in the list, and names the person', async () => {
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
    expect(screen.facts('P2P Test 2')).to.match(/Online/u);
  });

  it('opens nothing when the page prevented the request', async () => {
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

  it('returns to the form when the last account is signed out, without a trace of it', async () => {
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
  async function behindOneRouter(
    relay: boolean,
  ): Promise<{ live: Live; browser: LiveBrowser; friend: AccountId }> {
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

  const notice = async (element: MessengerElement): Promise<string> => {
    await element.updateComplete;
    await frames();
    return all(element, '.path-notice').map(nameOf).join(' ');
  };

  /** Its text at every half second. */
  const during = async (live: Live, element: MessengerElement, seconds: number): Promise<string[]> => {
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
    expect(await notice(element)).to.match(/^No connection yet\. Still trying; messages wait here\. \d+ s$/u);
    await live.clock.advance(25_000);
    expect(await notice(element)).to.match(
      /^No connection yet; this may take up to a minute\. Messages wait here\. \d+ s$/u,
    );
    await live.clock.advance(35_000);
    const said = await during(live, element, 20);
    expect(
      said.some((line) => /^No connection\. Messages wait here\./u.test(line)),
      said.join('\n'),
    ).to.equal(true);
    expect(textOf(element)).not.to.match(/\bConnected\b/u);
  });

  it('says that messages go through the relay in the meantime', async () => {
    const { live, browser, friend } = await behindOneRouter(true);
    const { element, screen } = await shown(browser, { peer: friend });
    expect(screen.route()).to.equal('Through the server');
    expect(await notice(element)).to.match(
      /^No direct connection yet\. Still trying; messages go through the server in the meantime\. \d+ s$/u,
    );
    await live.clock.advance(15_000);
    const said = await during(live, element, 10);
    expect(
      said.some((line) => /^No direct connection\. Messages go through the server\./u.test(line)),
      said.join('\n'),
    ).to.equal(true);
  });

  it('disappears when the channel is up', async () => {
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
    // Only the password is missing.
    const focused = (element.shadowRoot!.activeElement as HTMLInputElement | null)?.name;
    expect(focused).to.equal('password');
  });

  it('keeps the window of an account that was signed out: its messages, its chip, and a composer that says that it waits', async () => {
    const { live, browser } = await signedOut();
    const friends = await live.browser('their browser');
    const account = await live.account(browser, 'alice', 'Alice Example');
    const friend = await live.account(friends, 'friend', 'Friend Example');
    await live.befriend(browser, account, friends, friend);
    await live.clock.advance(12_000);
    await friends.messenger.messages.send(friend, account, 'before it');
    await live.clock.advance(1_000);
    const { element, screen } = await shown(browser, { peer: friend });
    const before = screen.messages().map(({ text }) => text);
    const chips = screen.accounts().length;
    browser.service.restart();
    await live.clock.advance(5_000);
    await frames();
    expect(textOf(element, '.banners')).to.match(/signed this account out. Sign in again; nothing is lost/);
    expect(before).to.deep.equal(['before it']);
    expect(screen.messages().map(({ text }) => text)).to.deep.equal(before);
    expect(screen.accounts()).to.have.lengthOf(chips);
    expect(screen.accounts().every((name) => name.includes('Signed out by the service'))).to.equal(true);
    const composer = deepAll(element.shadowRoot!, 'p2p-composer')[0]!;
    expect(one<HTMLTextAreaElement>(composer, 'textarea').disabled).to.equal(false);
    expect(textOf(composer, '[role="status"]')).to.match(/What you send waits here\.$/u);
    await screen.write('kept until then');
    expect(screen.statusOf('kept until then')).to.match(/^Waiting/u);
    await expect(element).to.be.accessible();
    // Back from the form, everything is as it was.
    await screen.press('Sign in again');
    await screen.press('Back');
    expect(screen.messages().map(({ text }) => text)).to.deep.equal([...before, 'kept until then']);
  });

  it('asks for the password of an account that is not the chosen one from its own chip, and shows it once it is in', async () => {
    const { live, browser } = await signedOut();
    const first = await live.account(browser, 'alice', 'Alice Example');
    await live.account(browser, 'bobby', 'Bob Example');
    const { element, screen } = await shown(browser);
    browser.service.restart({ signIns: 'work' });
    await live.clock.advance(5_000);
    await frames();
    const switcher = deepAll(element.shadowRoot!, 'p2p-session-switcher')[0]!;
    const chip = all(switcher, '.session').find(({ dataset }) => dataset['account'] === first)!;
    chip.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
    await frames();
    all(switcher, '.menu button')
      .find((choice) => nameOf(choice) === 'Sign in again')!
      .click();
    await frames();
    expect(browser.messenger.sessions.current.peek()).not.to.equal(first);
    expect(one<HTMLInputElement>(element, '[name="username"]').value).to.equal('alice');
    one<HTMLInputElement>(element, '[name="password"]').value = 'password';
    await screen.press('Sign in');
    await live.clock.advance(5_000);
    await frames();
    expect(browser.messenger.sessions.signInView.peek()).to.deep.equal({ state: 'done', account: first });
    expect(all(element, 'form')).to.have.lengthOf(0);
    expect(browser.messenger.sessions.current.peek()).to.equal(first);
    expect(browser.messenger.sessions.get(first)?.state).to.equal('signed-in');
  });

  it('says the sentence of a sign-in that the server drops, which is tried again by itself until it works', async () => {
    const { live, browser } = await signedOut();
    const account = await live.account(browser, 'alice', 'Alice Example');
    const { element, screen } = await shown(browser);
    browser.service.restart();
    await live.clock.advance(5_000);
    await frames();
    await screen.press('Sign in again');
    one<HTMLInputElement>(element, '[name="password"]').value = 'password';
    await screen.press('Sign in');
    await live.clock.advance(3_000);
    await frames();
    const note = 'The server keeps ending this session. Still trying; nothing is lost.';
    expect(textOf(element, '.banners')).to.contain(note);
    await screen.press('Account options');
    const switcher = deepAll(element.shadowRoot!, 'p2p-session-switcher')[0]!;
    expect(textOf(switcher, '.menu')).to.contain(`Signed out by the service: ${note}`);
    browser.service.restart({ signIns: 'work' });
    await live.clock.advance(600_000);
    await frames();
    expect(browser.messenger.sessions.get(account)?.state).to.equal('signed-in');
    expect(textOf(element, '.banners')).to.equal('');
  }).timeout(60_000);

  it('offers Use here for an account that another browser has claimed', async () => {
    const { live, browser } = await signedOut();
    const account = await live.account(browser, 'alice', 'Alice Example');
    const other = await live.browser('other', { on: browser.service });
    void other.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: 'password' });
    await live.clock.advance(1_000);
    const again = await live.browser('our browser again', { on: browser.service, storage: browser.storage });
    browser.messenger.close();
    await live.clock.advance(6_000);
    const { element, screen } = await shown(again);
    expect(textOf(element, '.banners')).to.match(/open in another browser/i);
    await screen.press('Use here');
    await live.clock.advance(1_000);
    await frames();
    expect(again.messenger.sessions.get(account)?.state).to.equal('signed-in');
    expect(textOf(element, '.banners')).not.to.match(/another browser/);
  });
});

describe('the outbox and the details (p2p-messenger)', () => {
  const isOpen = (element: MessengerElement): boolean => all(element, 'dialog[open]').length === 1;
  const lines = (element: MessengerElement): string[] =>
    deepAll(element.shadowRoot!, 'dialog p2p-message-details').flatMap((details) =>
      all(details, '[part="entry"]').map(nameOf),
    );
  const focused = (): HTMLElement => {
    let element = document.activeElement!;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element as HTMLElement;
  };

  it('has an outbox button with the number of what a person has to decide about; none where nothing waits', async () => {
    const { live, browser, account } = await harbour();
    const { element, screen } = await shown(browser);
    const [button] = all(element, '[part="outbox"]');
    expect(nameOf(button!.querySelector('.visually-hidden')!)).to.equal('Outbox: 1 not sent');
    expect(nameOf(button!.querySelector('.count')!)).to.equal('1');
    await screen.press(/^Outbox/u);
    expect(one(element, '.side').getAttribute('aria-label')).to.equal('Outbox');
    await expect(element).to.be.accessible();
    await screen.press('Try again', one(element, '.side'));
    await live.clock.advance(2_000);
    await frames();
    expect(screen.text()).to.contain('No messages waiting');
    await screen.press('Back', one(element, '.side'));
    expect(all(element, '[part="outbox"]')).to.have.lengthOf(0);
    // What only waits has nothing to be decided about.
    const elif = browser.messenger.messages.list(account).ids.peek();
    browser.messenger.settings.pause(account, elif[0]!);
    void browser.messenger.messages.send(account, elif[0]!, 'later');
    await live.clock.advance(100);
    await frames();
    expect(all(element, '[part="outbox"]')).to.have.lengthOf(1);
    expect(all(element, '[part="outbox"] .count')).to.have.lengthOf(0);
  });

  it('opens the details from a row, closes them on Escape and by the button, and gives the focus back', async () => {
    const { browser, noor } = await harbour();
    const { element, screen } = await shown(browser, { peer: noor, width: 360 });
    const row = deepAll(element.shadowRoot!, '[part="message"][data-id]').at(-2)!;
    for (const close of ['escape', 'button']) {
      row.focus();
      row.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
      await until(() => isOpen(element), 'the details are shown');
      await frames();
      expect(lines(element)[0]).to.match(/^Written/u);
      // When a direct connection was tried meanwhile follows from a random pause.
      expect(lines(element).filter((line) => !line.startsWith('Direct'))).to.have.lengthOf(3);
      await expect(element).to.be.accessible();
      const dialog = one<HTMLDialogElement>(element, 'dialog');
      expect(dialog.matches(':modal')).to.equal(true);
      expect(dialog.getBoundingClientRect().width).to.be.at.most(window.innerWidth);
      expect(dialog.scrollWidth).to.be.at.most(dialog.clientWidth);
      expect(dialog.contains(focused()), 'the focus is in the details').to.equal(true);
      if (close === 'button') await screen.press('Close', dialog);
      // What the browser does on Escape: a synthetic key does not.
      else dialog.requestClose();
      await until(() => all(element, 'dialog').length === 0, 'they are closed');
      expect(focused() === row, 'the row has the focus').to.equal(true);
    }
  });

  it('gives the focus back to the row where the button has hidden itself meanwhile', async () => {
    const { browser, noor } = await harbour();
    const { element } = await shown(browser, { peer: noor });
    const row = deepAll(element.shadowRoot!, '.message.delivered')[0]!;
    row.focus();
    const details = row.querySelector<HTMLElement>('[data-action="details"]')!;
    details.focus();
    details.click();
    await until(() => isOpen(element), 'the details are shown');
    one<HTMLDialogElement>(element, 'dialog').close();
    await until(() => all(element, 'dialog').length === 0, 'they are closed');
    expect([row, details].includes(focused()), 'the row has the focus').to.equal(true);
  });

  it('explains the icons beside the details, and lets the page show the details itself', async () => {
    const { browser, noor } = await harbour();
    const { element, screen } = await shown(browser, { peer: noor });
    await screen.press('Details');
    await until(() => isOpen(element), 'the details are shown');
    const legend = one(element, 'dialog p2p-status-legend');
    expect(legend.checkVisibility()).to.equal(false);
    one(element, 'dialog summary').click();
    expect(nameOf(one(element, 'dialog summary'))).to.equal('What do these icons mean?');
    expect(legend.checkVisibility()).to.equal(true);
    one<HTMLDialogElement>(element, 'dialog').close();
    await until(() => !isOpen(element), 'they are closed');
    element.addEventListener('p2p-open-details-request', (event) => event.preventDefault(), {
      capture: true,
    });
    await screen.press('Details');
    expect(all(element, 'dialog')).to.have.lengthOf(0);
  });

  it('closes the details when another conversation is opened', async () => {
    const { browser, noor } = await harbour();
    const { element, screen } = await shown(browser, { peer: noor });
    await screen.press('Details');
    await until(() => isOpen(element), 'the details are shown');
    await screen.switchTo('P2P Test 2');
    expect(all(element, 'dialog')).to.have.lengthOf(0);
  });
});

describe('a contact that is paused (p2p-messenger)', () => {
  const header = (element: MessengerElement): string => textOf(element, '[part="presence"]');
  const said = (element: MessengerElement): string => textOf(element, '[part="presence"] [role="status"]');

  it('is said to be in the header, by a status, and the composer stays enabled and says that the message will wait (cases 129, 133)', async () => {
    const { browser, noor } = await harbour();
    const { element, screen } = await shown(browser, { peer: noor });
    expect(said(element)).to.equal('');
    expect(screen.route()).not.to.equal('');
    await screen.press('Pause');
    expect(said(element)).to.contain('Paused');
    expect(header(element)).to.equal('Paused · Reachable');
    await expect(element).to.be.accessible();
    const composer = deepAll(element.shadowRoot!, 'p2p-composer')[0]!;
    expect(one<HTMLTextAreaElement>(composer, 'textarea').disabled).to.equal(false);
    expect(textOf(composer, '[role="status"]')).to.equal('Waiting: paused. What you send waits here.');
    await screen.press('Resume');
    expect(said(element)).to.equal('');
  });

  it('has no path while it is paused, and nothing is said about one (case 47)', async () => {
    const { browser, noor } = await harbour();
    const { element, screen } = await shown(browser, { peer: noor });
    await screen.press('Pause');
    expect(screen.route()).to.equal('');
    expect(all(element, '.path-notice')).to.have.lengthOf(0);
  });

  it('gets nothing and is not dialled; what is written waits, in order, and flows on Resume (case 44)', async () => {
    const { live, browser, account, noor } = await harbour();
    const { element, screen } = await shown(browser, { peer: noor });
    await screen.press('Pause');
    const before = live.simulation.frames.entries.length;
    await screen.write('one, for later');
    await screen.write('two, for later');
    await live.clock.advance(120_000);
    await frames();
    const dialled = live.simulation.frames.entries.slice(before).filter(({ frame }) => {
      const body = frame?.body as { cid?: AccountId; peer_cid?: AccountId } | undefined;
      return (
        /^PeerConnect(Accept)?$/u.test(frame?.variant ?? '') &&
        body?.cid === account &&
        body.peer_cid === noor
      );
    });
    expect(dialled).to.deep.equal([]);
    expect(screen.statusOf('one, for later')).to.equal('Waiting');
    const rows = deepAll(element.shadowRoot!, '[part="message"] [part="reason"]').map(nameOf);
    expect(rows.filter((row) => row === 'Waiting: paused')).to.have.lengthOf(2);
    await screen.press('Resume');
    await live.clock.advance(5_000);
    await frames();
    expect(['one', 'two'].map((text) => screen.statusOf(`${text}, for later`))).to.deep.equal([
      'Sent',
      'Sent',
    ]);
  });
});

describe('what a person has to decide (p2p-messenger)', () => {
  const notices = (element: MessengerElement): string[] => all(element, '.path-notice').map(nameOf);

  it('asks whether a contact who was gone and came back is still the same, and sends nothing before', async () => {
    const live = createLive();
    lives.push(live);
    const browser = await live.browser('our browser');
    const friends = await live.browser('their browser');
    const account = await live.account(browser, 'alice', 'Alice Example');
    const friend = await live.account(friends, 'bobby', 'Bob Example');
    await live.befriend(browser, account, friends, friend);
    await live.clock.advance(10_000);
    const request_id = '00000000-0000-4000-8000-000000000001' as RequestId;
    const socket = friends.service.connect({ message: () => undefined, close: () => undefined });
    await live.clock.advance(10);
    socket.send(encode({ envelope: 'Request', variant: 'Deregister', body: { cid: friend, request_id } }));
    await live.clock.advance(1_000);
    browser.messenger.wake();
    await live.clock.advance(12_000);
    const others = await live.browser('another browser');
    // A name that was let go is given away again, after some seconds.
    const entering = others.messenger.sessions.createAccount({
      server: SERVER,
      fullName: 'Bob Example',
      username: 'bobby',
      password: 'password',
    });
    await live.clock.advance(10_000);
    const taker = ((await entering) as { account: AccountId }).account;
    expect(taker).to.equal(friend);
    await live.befriend(others, taker, browser, account);
    await live.clock.advance(12_000);
    const { element, screen } = await shown(browser, { peer: friend });
    await screen.write('is it you?');
    await live.clock.advance(5_000);
    await frames();
    expect(notices(element)).to.deep.equal([
      'Bob disappeared from your contacts and is back. Is this the same person?Yes, send waiting messages',
    ]);
    await expect(element).to.be.accessible();
    expect(screen.statusOf('is it you?')).to.equal('Waiting');
    const confirmed = heard('p2p-confirm-contact-request');
    await screen.press('Yes, send waiting messages');
    expect(confirmed).to.deep.equal([{ account, peer: friend }]);
    await live.clock.advance(10_000);
    await frames();
    expect(notices(element).join()).not.to.match(/disappeared/u);
    expect(screen.statusOf('is it you?')).to.match(/Sent|Delivered|Read/u);
  });

  it('shows both fingerprints of a key that has changed, and our own, before it is accepted', async () => {
    const live = createLive({ stun: false });
    lives.push(live);
    let state: RelayTrust['state'] = 'changed';
    const watchers = new Set<() => void>();
    const asRelay = (relay: SimulatedRelay): Relay => ({
      name: relay.name,
      get isUp() {
        return relay.isUp;
      },
      privacy: 'The relay sees who writes to whom, never what.',
      keys: {
        own: () => 'key',
        ownFingerprint: () => '11111 22222',
        learn: () => undefined,
        trust: () => ({ state, fingerprint: '33333', offered: state === 'changed' ? '44444' : null }),
        accept: () => {
          state = 'proven';
          for (const changed of watchers) changed();
          return Promise.resolve();
        },
      },
      send: (envelope) => relay.send(envelope),
      subscribe: (account, receive) => relay.subscribe(account, receive),
      watch: (changed) => {
        watchers.add(changed);
        const stop = relay.watch(changed);
        return () => {
          watchers.delete(changed);
          stop();
        };
      },
    });
    const nat = { nat: 'same-nat' } as const;
    const browser = await live.browser('our browser', { service: nat, relay: true, asRelay });
    const friends = await live.browser('their browser', { service: nat, relay: true });
    const account = await live.account(browser, 'alice', 'Alice Example');
    const friend = await live.account(friends, 'bobby', 'Bob Example');
    await live.befriend(browser, account, friends, friend);
    await live.clock.advance(2_000);
    const { element, screen } = await shown(browser, { peer: friend });
    const [line] = all(element, '.path-notice').filter((each) => nameOf(each).includes('key'));
    expect(nameOf(line!)).to.contain('Bob’s security key changed. Compare it with Bob');
    expect([...line!.querySelectorAll('code')].map(nameOf)).to.deep.equal([
      'Before: 33333',
      'Now: 44444',
      'Yours: 11111 22222',
    ]);
    await expect(element).to.be.accessible();
    const route = deepAll(element.shadowRoot!, 'p2p-route-indicator')[0]!;
    expect(route.shadowRoot!.textContent).not.to.contain('The relay sees');
    const accepted = heard('p2p-accept-key-request');
    await screen.press('Accept the new key');
    expect(accepted).to.deep.equal([{ account, peer: friend }]);
    await live.clock.advance(1_000);
    await frames();
    expect(notices(element).join()).not.to.match(/security key changed/u);
    // Now it goes through the relay, and the path says who could read what.
    await until(() => screen.route() === 'Through the server', 'the relay carries');
    expect(route.shadowRoot!.querySelector('[role="tooltip"]')!.textContent).to.contain(
      'The relay sees who writes to whom, never what.',
    );
  });

  it('says that a database never opens, in the form too, and goes on without it once somebody wants that', async () => {
    const live = createLive();
    lives.push(live);
    const never = (): Promise<never> => new Promise(() => undefined);
    const storage: Storage = { ...memory(), accounts: never, write: never, persist: never };
    const browser = await live.browser('our browser', { storage });
    const { element } = await shown(browser, {});
    const form = (): HTMLElement => element.shadowRoot!.querySelector('p2p-sign-in')!;
    const go = (): HTMLButtonElement | null => form().querySelector('[name="unsaved"]');
    expect(go()).to.equal(null);
    await live.clock.advance(10_100);
    await frames();
    expect(form().querySelector('[role="status"]')!.textContent!.trim()).to.equal(
      'What is saved on this device can’t be read yet. Still trying.',
    );
    expect(textOf(element, '.banners [role="status"]'), 'said once').to.equal('');
    await expect(element).to.be.accessible();
    go()!.click();
    await live.clock.advance(1_000);
    await frames();
    expect(browser.messenger.link.peek().state).to.equal('up');
    expect(go()).to.equal(null);
    expect(textOf(element, '.banners [role="status"]')).to.equal(
      'Couldn’t save on this device: nothing is saved until this page is loaded again.',
    );
    await live.account(browser, 'alice', 'Alice Example');
    await frames();
    expect(form()).to.equal(null);
  });

  it('announces once that this device does not save, and removes the notice when it saves again', async () => {
    const live = createLive();
    lives.push(live);
    const inner = memory();
    let isFull = false;
    const storage: Storage = new Proxy(inner, {
      get: (target, name: keyof Storage) => {
        if (name === 'write' && isFull)
          return () => Promise.reject(Object.assign(new Error('The disk is full.'), { code: 'quota' }));
        const member = target[name] as unknown;
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const browser = await live.browser('our browser', { storage });
    const friends = await live.browser('their browser');
    const account = await live.account(browser, 'alice', 'Alice Example');
    const friend = await live.account(friends, 'bobby', 'Bob Example');
    await live.befriend(browser, account, friends, friend);
    await live.clock.advance(10_000);
    const { element, screen } = await shown(browser, { peer: friend });
    const said = (): string => textOf(element, '.banners [role="status"]');
    expect(said()).to.equal('');
    isFull = true;
    await screen.write('on no disk');
    await live.clock.advance(500);
    await frames();
    expect(said()).to.equal('Couldn’t save on this device: there is no room left.');
    await expect(element).to.be.accessible();
    const under = deepAll(element.shadowRoot!, '[part="message"] [part="reason"]').map(nameOf).at(-1);
    expect(under).to.equal('Couldn’t save on this device');
    isFull = false;
    await live.clock.advance(60_000);
    await frames();
    expect(said()).to.equal('');
    expect(screen.statusOf('on no disk')).to.match(/Sent|Delivered|Read/u);
  });
});
