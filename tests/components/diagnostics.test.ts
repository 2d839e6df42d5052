import { expect, fixture, html } from '@open-wc/testing';
import { me, noor, session } from '../../.storybook/fixtures.ts';
import { createLive } from '../../.storybook/live.ts';
import type { LinkView, StorageView } from '../../facts/index.ts';
import { STORAGE_SCHEMA_VERSION, VERSION } from '../../facts/version.ts';
import { indexedDb } from '../../storage/index.ts';
import type { DiagnosticsElement } from '../../components/diagnostics/diagnostics.ts';
import '../../components/diagnostics/define.ts';
import { all, button, one, standStill, textOf, until } from './helpers.ts';

const links: readonly LinkView[] = [
  { state: 'idle' },
  { state: 'connecting', since: 0 },
  { state: 'up', since: 0 },
  { state: 'reconnecting', since: 0, retryAt: 0, attempt: 2 },
  { state: 'offline', since: 0 },
  { state: 'other-tab', since: 0 },
  { state: 'closed' },
];
const stores = ['saved', 'unavailable', 'quota', 'newer-version', 'failed', 'timeout'] as const;
const leader = { role: 'leader', epoch: 3, tabs: 2, isOutdated: false } as const;

const diagnostics = async (properties: Partial<DiagnosticsElement> = {}): Promise<DiagnosticsElement> => {
  const element = await fixture<DiagnosticsElement>(html`<p2p-diagnostics></p2p-diagnostics>`);
  Object.assign(element, properties);
  await element.updateComplete;
  return element;
};

/** Gives the page another clipboard for the rest of the test. */
let restore: (() => void) | undefined;
function clipboard(value: unknown): void {
  Object.defineProperty(navigator, 'clipboard', { value, configurable: true });
  restore = () => Reflect.deleteProperty(navigator, 'clipboard');
}
afterEach(() => {
  restore?.();
  restore = undefined;
});

describe('p2p-diagnostics', () => {
  it('is accessible in every state', async () => {
    standStill();
    for (const link of links)
      await expect(await diagnostics({ link, tabs: leader, counters: { timeout: 2 } })).to.be.accessible();
    for (const state of stores) {
      const storage: StorageView = { state, reason: 'a reason', persisted: null };
      await expect(await diagnostics({ storage })).to.be.accessible();
    }
    await expect(await diagnostics()).to.be.accessible();
    clipboard(undefined);
    const refused = await diagnostics();
    button(refused, 'Copy as JSON').click();
    await until(() => all(refused, 'textarea').length === 1, 'the field is there');
    await expect(refused).to.be.accessible();
  });

  it('has words for every state of the link and of the storage', async () => {
    const said = new Set<string>();
    for (const link of links) said.add(textOf(await diagnostics({ link }), 'dl[part="states"]'));
    expect(said.size).to.equal(links.length);
    for (const state of stores) {
      const storage = { state, reason: null, persisted: true };
      const text = textOf(await diagnostics({ storage }), 'dl[part="states"]');
      expect(text).not.to.contain(`device${state}`);
      expect(text).to.contain('kept until it is removed');
    }
  });

  it('always shows unexpected and foreign frames, and every other counter above zero', async () => {
    const element = await diagnostics({ counters: { 'not-ours': 12, 'socket-lost': 1, 'of-tomorrow': 4 } });
    const lines = all(element, '[part="counters"] dt').map((dt) => [
      dt.textContent,
      dt.nextElementSibling!.textContent,
    ]);
    expect(lines).to.deep.equal([
      ['Answers that nobody waited for', '0'],
      ['Frames for accounts that are not here', '12'],
      ['Connections lost', '1'],
      ['of-tomorrow', '4'],
    ]);
  });

  it('names the version that package.json has', async () => {
    const { version } = (await (await fetch('/package.json')).json()) as { version: string };
    expect(VERSION).to.equal(version);
    expect(textOf(await diagnostics(), '[part="states"]')).to.contain(`Library version ${version}`);
  });

  it('names the schema version of the browser’s storage', async () => {
    const name = `diagnostics-${crypto.randomUUID()}`;
    const storage = indexedDb({ name });
    await storage.accounts();
    const found = (await indexedDB.databases()).find((database) => database.name === name);
    expect(found?.version).to.equal(STORAGE_SCHEMA_VERSION);
  });

  it('copies what report() returns, and says so once', async () => {
    standStill();
    const copied: string[] = [];
    clipboard({ writeText: async (text: string) => void copied.push(text) });
    const element = await diagnostics({
      link: { state: 'reconnecting', since: 1, retryAt: 2, attempt: 3 },
      tabs: leader,
      storage: { state: 'quota', reason: 'a sentence of the browser', persisted: false },
      counters: { timeout: 2, 'not-ours': 1 },
      sessions: [
        session('a', me, 'signed-in', { unread: 2 }),
        session('b', noor, 'signed-in', { unread: 1, pending: 4 }),
      ],
    });
    button(element, 'Copy as JSON').click();
    await until(() => textOf(element, '[part="copied"]'), 'it is said');
    expect(textOf(element, '[part="copied"]')).to.equal('Copied, without messages, names or keys');
    expect(one(element, '[part="copied"]').getAttribute('role')).to.equal('status');
    expect(copied).to.have.lengthOf(1);
    expect(JSON.parse(copied[0]!)).to.deep.equal(element.report());
    const { link, tabs, storage, accounts, counters, versions } = element.report();
    expect({ link, tabs, storage, accounts, counters }).to.deep.equal({
      link: { state: 'reconnecting', since: 1, retryAt: 2, attempt: 3 },
      tabs: leader,
      storage: { state: 'quota', persisted: false },
      accounts: { count: 2, states: { 'signed-in': 2 }, unread: 3, pending: 4 },
      counters: { 'not-ours': 1, timeout: 2 },
    });
    expect(versions.library).to.equal(VERSION);
    expect(all(element, 'textarea')).to.have.lengthOf(0);
    // Again: the same text is rendered again, so that it is announced again.
    const words = one(element, '[part="copied"]').firstElementChild;
    button(element, 'Copy as JSON').click();
    await until(() => one(element, '[part="copied"]').firstElementChild !== words, 'it is said again');
    expect(textOf(element, '[part="copied"]')).to.equal('Copied, without messages, names or keys');
  });

  for (const [why, fake] of [
    ['refused', { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) }],
    ['missing', undefined],
  ] as const)
    it(`offers the text selected in a field when the clipboard is ${why}`, async () => {
      standStill();
      clipboard(fake);
      const element = await diagnostics({ counters: { timeout: 2 } });
      button(element, 'Copy as JSON').click();
      await until(() => all(element, 'textarea').length === 1, 'the field is there');
      const field = one<HTMLTextAreaElement>(element, 'textarea');
      await until(() => element.shadowRoot!.activeElement === field, 'it has the focus');
      expect(field.readOnly).to.equal(true);
      expect(field.value.slice(field.selectionStart, field.selectionEnd)).to.equal(field.value);
      expect(JSON.parse(field.value)).to.deep.equal(element.report());
      expect(textOf(element, '[part="copied"]')).to.contain('Couldn’t access the clipboard');
    });

  it('holds no message, no name, no address, no key and no CID of what a messenger knows', async () => {
    const live = createLive();
    const browser = await live.browser('our browser', { relay: true });
    const friends = await live.browser('their browser', { relay: true });
    const account = await live.account(browser, 'zzuser', 'Zzfull Zzname');
    const other = await live.account(browser, 'zzsecond', 'Zzsecond Zzname');
    const friend = await live.account(friends, 'zzpeer', 'Zzpeer Zzname');
    await live.befriend(browser, account, friends, friend);
    await live.clock.advance(10_000);
    void browser.messenger.messages.send(account, friend, 'zzbody of ours');
    void friends.messenger.messages.send(friend, account, 'zzbody of theirs');
    friends.messenger.requests.ask(friend, other);
    await live.clock.advance(2_000);
    browser.service.restart();
    await live.clock.advance(20_000);
    const { messenger } = browser;
    const element = await diagnostics({ messenger });
    const json = JSON.stringify(element.report());
    // It knows what it could tell.
    expect(messenger.sessionRows.peek().map(({ username }) => username)).to.have.members([
      'zzuser',
      'zzsecond',
    ]);
    expect(element.report().accounts.count).to.equal(2);
    expect(element.report().accounts.unread).to.be.above(0);
    expect(JSON.stringify(browser.engine.conversations.get(account, friend).rows)).to.contain('zzbody');
    for (const secret of ['zz', '127.0.0.1', '12349', 'ws:', account, other, friend])
      expect(json.toLowerCase(), secret).not.to.contain(secret);
    // Nothing as long as a CID or a key either.
    expect(json.match(/[\w+/]{16,}/gu) ?? []).to.deep.equal([]);
    live.close();
  });

  it('follows a messenger’s counters, which are changed in place', async () => {
    const live = createLive();
    const { messenger, engine } = await live.browser('our browser');
    const element = await diagnostics({ messenger });
    engine.core.diagnostics.count('not-ours');
    engine.core.diagnostics.count('not-ours');
    await element.updateComplete;
    expect(textOf(element, '[part="counters"]')).to.contain('Frames for accounts that are not here 2');
    live.close();
  });
});
