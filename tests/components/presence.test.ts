import { expect, fixture, html } from '@open-wc/testing';
import { everyPerson, me, person } from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import type { Harbour } from '../../.storybook/harbour.ts';
import { SERVER } from '../../.storybook/live.ts';
import { Screen, deepAll } from '../../.storybook/report/screen.ts';
import { shownWords } from '../../components/internal/language.ts';
import type { MessengerElement } from '../../components/messenger/messenger.ts';
import type { PeerDiscoveryElement } from '../../components/peer-discovery/peer-discovery.ts';
import type { AccountId } from '../../facts/index.ts';
import '../../components/messenger/define.ts';
import { all, frames, heard, one, textOf } from './helpers.ts';

const worlds: Harbour[] = [];
const shownOnes: HTMLElement[] = [];
afterEach(() => {
  for (const element of shownOnes.splice(0)) element.remove();
  for (const { live } of worlds.splice(0)) live.close();
});

async function shown(): Promise<Harbour & { element: MessengerElement; screen: Screen }> {
  const world = await createHarbour();
  worlds.push(world);
  const box = await fixture<HTMLElement>(html`<div></div>`);
  box.style.setProperty('width', '1100px');
  box.style.setProperty('height', '640px');
  const element = document.createElement('p2p-messenger');
  Object.assign(element, { messenger: world.browser.messenger, server: SERVER, peer: world.noor });
  box.append(element);
  shownOnes.push(element);
  await element.updateComplete;
  await frames();
  return { ...world, element, screen: new Screen(element, frames) };
}

const discovery = (rows: PeerDiscoveryElement['rows']) =>
  fixture<PeerDiscoveryElement>(html`<p2p-peer-discovery .account=${me} .rows=${rows}></p2p-peer-discovery>`);
const header = (element: MessengerElement): string => textOf(element, '[part="presence"]');
const dot = (element: MessengerElement): HTMLElement | null =>
  all(element, '.conversation .head')[0]!.querySelector('.dot');
/** Everything that is drawn, inside all shadow roots. */
const everything = (element: HTMLElement): string =>
  deepAll(element.shadowRoot!, '*')
    .flatMap((part) => [
      ...[...part.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map((n) => n.textContent),
      ...['title', 'aria-label', 'placeholder'].map((name) => part.getAttribute(name)),
    ])
    .join(' ');
const typing = (element: MessengerElement): string =>
  textOf(deepAll(element.shadowRoot!, 'p2p-thread')[0]!, '.typing');
const typingInList = (element: MessengerElement): number =>
  deepAll(element.shadowRoot!, 'p2p-conversation-list .typing, .conversation .typing').filter(
    (part) => part.getAttribute('part') === 'last',
  ).length;

describe('presence on screen', () => {
  it('92: is unknown without an answer, not offline, and has no dot', async () => {
    const { live, browser, element } = await shown();
    browser.service.kill();
    await live.clock.advance(20_000);
    await frames();
    expect(header(element)).to.equal('Status unknown');
    expect(dot(element)).to.equal(null);
    expect(everything(element)).not.to.match(/\bOffline\b/u);
  });

  it('93: is forgotten by a new sign-in: nobody is offline until somebody says so', async () => {
    const { live, browser, element } = await shown();
    browser.service.restart();
    await live.clock.advance(5_000);
    await frames();
    expect(header(element)).to.equal('Status unknown');
    const { sessions } = browser.messenger;
    const seen = new Set<string>();
    void sessions.signIn({ server: SERVER, username: 'p2ptest1', password: 'password' });
    for (let n = 0; n < 40 && !seen.has('Reachable'); n += 1) {
      await live.clock.advance(250);
      await element.updateComplete;
      seen.add(header(element));
    }
    expect([...seen]).to.include('Status unknown');
    expect([...seen]).not.to.include('Offline');
  });

  it('95: of a contact who is offline is Offline, with a ring and no green dot', async () => {
    const { screen, element } = await shown();
    await screen.open('Elif Vural');
    expect(header(element)).to.equal('Offline');
    expect(dot(element)!.className).to.equal('dot offline');
    const rows = await discovery([
      person('1' as AccountId, 'Bo', { relation: 'contact', presence: 'offline' }),
    ]);
    expect(all(rows, '.dot.online, .dot.reachable')).to.have.lengthOf(0);
  });

  it('95: is never called Registered, in no state of no element, and not in the table of words', async () => {
    const { element, screen } = await shown();
    await screen.press('Find people');
    expect(everything(element)).not.to.match(/registered/iu);
    expect(everything(await discovery(everyPerson))).not.to.match(/registered/iu);
    const said = (words: unknown): string =>
      typeof words === 'string'
        ? words
        : typeof words === 'object' && words
          ? Object.values(words).map(said).join(' ')
          : '';
    expect(said(shownWords('en'))).to.contain('Online');
    expect(said(shownWords('en'))).not.to.match(/registered/iu);
  });

  it('97: shows Away and their own text beside Online, for contacts too, and never for somebody who is not online', async () => {
    const { browser, account, noor: peer, element } = await shown();
    for (const note of ['Away', 'at the harbour until six']) {
      browser.engine.peers.heard(account, peer, note);
      await element.updateComplete;
      expect(header(element)).to.equal(`Online · ${note}`);
    }
    const row = (presence: 'online' | 'reachable') =>
      person('1' as AccountId, 'Bo', { relation: 'contact', presence, note: 'Away' });
    const facts = async (presence: 'online' | 'reachable') =>
      textOf(await discovery([row(presence)]), '[part="facts"]');
    expect(await facts('online')).to.contain('Contact · Online: Away');
    expect(await facts('reachable')).not.to.contain('Away');
  });

  it('101: is not invented for a new conversation', async () => {
    const { browser, account, element, screen } = await shown();
    // Somebody whose presence is unknown.
    const stranger = '4242424242' as AccountId;
    element.peer = stranger;
    await element.updateComplete;
    await frames();
    expect(header(element)).to.equal('Status unknown');
    expect(dot(element)).to.equal(null);
    expect(screen.route()).to.match(/^(No connection yet)?$/u);
    expect(browser.messenger.peers.row(account, stranger).relation).to.equal('none');
  });
});

describe('typing on screen', () => {
  /** Noor’s page types; what crosses the wire needs a moment. */
  async function types({ live, friends, account, noor: peer }: Harbour): Promise<void> {
    friends.messenger.typing(peer, account);
    await live.clock.advance(100);
    await frames();
  }

  /** A world in which Noor has a channel: typing never goes over a relay. */
  async function together(): ReturnType<typeof shown> {
    const world = await shown();
    for (const { state } of world.live.simulation.services) state.service.nat = 'open';
    world.friends.service.faults.clear();
    const { browser, account, noor } = world;
    // The next try comes after a random pause.
    for (let n = 0; n < 20 && browser.messenger.path(account, noor).kind !== 'unknown-but-up'; n += 1)
      await world.live.clock.advance(30_000);
    await frames();
    return world;
  }

  it('98: is shown for 2 s after the last signal, in the thread and in the list, and then no longer', async () => {
    const world = await together();
    const { live, element } = world;
    expect(typing(element)).to.equal('');
    await types(world);
    expect(typing(element)).to.equal('Noor is typing');
    expect(typingInList(element)).to.equal(1);
    await live.clock.advance(1_700);
    await frames();
    expect(typing(element)).to.equal('Noor is typing');
    // Another signal: the time begins anew.
    world.browser.engine.peers.typing(world.account, world.noor, live.clock.elapsed());
    await live.clock.advance(1_900);
    await frames();
    expect(typing(element)).to.equal('Noor is typing');
    await live.clock.advance(200);
    await frames();
    expect(typing(element)).to.equal('');
    expect(typingInList(element)).to.equal(0);
  });

  it('98: ends when their message arrives', async () => {
    const world = await together();
    const { live, friends, element, screen, account, noor: peer } = world;
    await types(world);
    expect(typing(element)).to.equal('Noor is typing');
    await friends.messenger.messages.send(peer, account, 'here it is');
    await live.clock.advance(300);
    await frames();
    expect(screen.messages().at(-1)?.text).to.equal('here it is');
    expect(typing(element)).to.equal('');
    expect(typingInList(element)).to.equal(0);
  });

  it('99: stays with its conversation when another one is opened, and the composer reports typing only for the open one', async () => {
    const world = await together();
    const { element, screen } = world;
    await types(world);
    await screen.open('Mona Okafor');
    expect(typing(element)).to.equal('');
    // Typing now is reported to Mona, and the field is hers.
    const told = heard('p2p-typing-request');
    const composer = deepAll(element.shadowRoot!, 'p2p-composer')[0]!;
    const field = one<HTMLTextAreaElement>(composer, 'textarea');
    expect(field.getAttribute('aria-label')).to.equal('Message Mona');
    field.value = 'to Mona';
    field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    const { peer } = element;
    expect(told).to.deep.equal([{ account: world.account, peer }]);
    expect(peer).not.to.equal(world.noor);
    // Back with Noor, the draft is not hers, and nothing is told by coming back.
    await screen.open('Noor Haddad');
    expect(field.value).to.equal('');
    expect(told).to.have.lengthOf(1);
  });
});
