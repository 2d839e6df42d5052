import { expect, fixture, html } from '@open-wc/testing';
import { NOW } from '../../.storybook/fixtures.ts';
import type { LinkView } from '../../facts/index.ts';
import type { ConnectionBannerElement } from '../../components/connection-banner/connection-banner.ts';
import '../../components/connection-banner/define.ts';
import { all, button, heard, one, standStill, textOf } from './helpers.ts';

const links: readonly LinkView[] = [
  { state: 'idle' },
  { state: 'connecting', since: NOW },
  { state: 'up', since: NOW },
  { state: 'reconnecting', since: NOW - 20_000, retryAt: NOW + 7_000, attempt: 3 },
  { state: 'offline', since: NOW },
  { state: 'other-tab', since: NOW },
  { state: 'closed' },
];
const banner = (link: LinkView) =>
  fixture<ConnectionBannerElement>(html`<p2p-connection-banner .link=${link}></p2p-connection-banner>`);

describe('p2p-connection-banner', () => {
  it('is accessible in every state', async () => {
    standStill();
    for (const link of links) await expect(await banner(link)).to.be.accessible();
  });

  it('133: announces every change in one status region that is there from the start', async () => {
    standStill();
    const element = await banner(links[2]!);
    const region = one(element, '[role="status"]');
    expect(region.textContent?.trim()).to.equal('');
    element.link = links[3]!;
    await element.updateComplete;
    expect(one(element, '[role="status"]')).to.equal(region);
    expect(region.textContent?.trim()).to.equal('Not connected to the service. Messages you send will wait.');
  });

  it('shows nothing while the link is up', async () => {
    expect(textOf(await banner(links[2]!))).to.equal('');
  });

  it('shows the countdown outside the status region, so that seconds are not announced', async () => {
    const clock = standStill();
    const element = await banner(links[3]!);
    expect(textOf(element, '.countdown')).to.equal('Trying again in 7 s');
    expect(one(element, '[role="status"]').contains(one(element, '.countdown'))).to.equal(false);
    clock.advance(6_500);
    await element.updateComplete;
    expect(textOf(element, '.countdown')).to.equal('Trying again in 1 s');
    clock.advance(60_000);
    await element.updateComplete;
    expect(textOf(element, '.countdown')).to.equal('Trying again now');
  });

  it('asks to reconnect once per press of Retry now, and only offers it while reconnecting', async () => {
    standStill();
    const asked = heard('p2p-reconnect-request');
    for (const link of links) {
      const element = await banner(link);
      expect(all(element, 'button')).to.have.lengthOf(link.state === 'reconnecting' ? 1 : 0);
    }
    button(await banner(links[3]!), 'Retry now').click();
    expect(asked).to.have.lengthOf(1);
  });
});
