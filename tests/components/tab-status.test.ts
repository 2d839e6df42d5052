import { expect, fixture, html } from '@open-wc/testing';
import { createLive } from '../../.storybook/live.ts';
import type { TabsView } from '../../facts/index.ts';
import type { TabStatusElement } from '../../components/tab-status/tab-status.ts';
import '../../components/tab-status/define.ts';
import { all, one, textOf } from './helpers.ts';

const view = (role: TabsView['role'], more: Partial<TabsView> = {}): TabsView => ({
  role,
  epoch: 1,
  tabs: 1,
  isOutdated: false,
  ...more,
});
const status = (tabs: TabsView | null) =>
  fixture<TabStatusElement>(html`<p2p-tab-status .tabs=${tabs}></p2p-tab-status>`);
const roles: Record<TabsView['role'], RegExp> = {
  alone: /^Not sharing a connection with other tabs$/u,
  joining: /^Looking for other tabs of this browser…$/u,
  leader: /^This tab holds the connection to the service$/u,
  follower: /^Connected in another tab, for this one as well$/u,
  'taking-over': /^The other tab isn’t responding. Taking over$/u,
  'other-tab': /^Connected in another tab, which can’t share it with this one$/u,
  asleep: /^This tab is asleep$/u,
};

describe('p2p-tab-status', () => {
  it('is accessible in every state', async () => {
    for (const role of Object.keys(roles) as TabsView['role'][])
      await expect(await status(view(role, { tabs: 3, isOutdated: true }))).to.be.accessible();
    await expect(await status(null)).to.be.accessible();
  });

  it('describes by text and icon what this tab does, with a sentence for each role', async () => {
    const pictures = new Set<string>();
    for (const [role, words] of Object.entries(roles)) {
      const element = await status(view(role as TabsView['role']));
      expect(textOf(element, '[part="role"]')).to.match(words);
      pictures.add(one(element, '[part="role"]').querySelector('svg')!.dataset['icon']!);
    }
    expect(pictures.size).to.equal(6);
  });

  it('shows the number of tabs outside the announced region, and none for one tab', async () => {
    const element = await status(view('leader', { tabs: 3 }));
    expect(textOf(element, '[part="count"]')).to.equal('· 3 tabs');
    expect(one(element, '[part="count"]').closest('[role="status"]')).to.equal(null);
    element.tabs = view('leader');
    await element.updateComplete;
    expect(all(element, '[part="count"]')).to.have.lengthOf(0);
  });

  it('announces a change of its role, and nothing when tabs come and go', async () => {
    const element = await status(view('follower', { tabs: 2 }));
    const regions = all(element, '[role="status"]');
    let announced = 0;
    const observer = new MutationObserver((records) => (announced += records.length));
    for (const region of regions)
      observer.observe(region, { childList: true, characterData: true, subtree: true });
    for (let tabs = 2; tabs < 12; tabs += 1) {
      element.tabs = view('follower', { tabs, epoch: tabs });
      await element.updateComplete;
    }
    await Promise.resolve();
    expect(announced).to.equal(0);
    element.tabs = view('taking-over', { tabs: 11 });
    await element.updateComplete;
    await Promise.resolve();
    expect(announced).to.be.above(0);
    expect(all(element, '[role="status"]')).to.deep.equal(regions);
    observer.disconnect();
  });

  it('asks to reload the page when a newer version is open, and only then', async () => {
    const element = await status(view('alone', { isOutdated: true }));
    expect(textOf(element, '[part="outdated"]')).to.equal(
      'A newer version of this page is open in another tab. Reload this page.',
    );
    element.tabs = view('alone');
    await element.updateComplete;
    expect(textOf(element, '[part="outdated"]')).to.equal('');
  });

  it('is filled from a messenger', async () => {
    const live = createLive();
    const { messenger } = await live.browser('our browser');
    const element = await fixture<TabStatusElement>(
      html`<p2p-tab-status .messenger=${messenger}></p2p-tab-status>`,
    );
    expect(textOf(element)).to.match(roles[messenger.tabs.peek().role]);
    live.close();
  });
});
