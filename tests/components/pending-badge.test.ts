import { expect, fixture, html } from '@open-wc/testing';
import type { PendingBadgeElement } from '../../components/pending-badge/pending-badge.ts';
import '../../components/pending-badge/define.ts';
import { consoleOf } from '../setup.ts';
import { all, one } from './helpers.ts';

const badge = (count: number) =>
  fixture<PendingBadgeElement>(html`<p2p-pending-badge .count=${count}></p2p-pending-badge>`);

describe('p2p-pending-badge', () => {
  it('is accessible in every state', async () => {
    for (const count of [0, 1, 2, 99, 100]) await expect(await badge(count)).to.be.accessible();
  });

  it('shows the number, and is named by it and "pending requests"', async () => {
    const drawn = one(await badge(2), '[role="img"]');
    expect(drawn.textContent?.trim()).to.equal('2');
    expect(drawn.getAttribute('aria-label')).to.equal('2 pending requests');
  });

  it('names one request as one', async () => {
    expect(one(await badge(1), '[role="img"]').getAttribute('aria-label')).to.equal('1 pending request');
  });

  it('draws nothing at zero, in the update in which the last one goes', async () => {
    const element = await badge(1);
    element.count = 0;
    await element.updateComplete;
    expect(all(element, '*')).to.have.lengthOf(0);
  });

  it('shortens what it draws above 99, not what it is named', async () => {
    const drawn = one(await badge(1284), '[role="img"]');
    expect(drawn.textContent?.trim()).to.equal('99+');
    expect(drawn.getAttribute('aria-label')).to.equal('1,284 pending requests');
  });

  it('draws nothing and warns once for an invalid count', async () => {
    const said = await consoleOf(async () => {
      for (const wrong of [-1, 1.5, NaN]) expect(all(await badge(wrong), '*')).to.have.lengthOf(0);
    });
    expect(said).to.have.lengthOf(1);
    expect(said[0]).to.contain('[p2p] <p2p-pending-badge>: expected count to be a whole number');
  });
});
