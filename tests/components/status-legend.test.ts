import { expect, fixture, html } from '@open-wc/testing';
import { STATUSES } from '../../facts/index.ts';
import { changeWords, wordsIn } from '../../locale/registry.ts';
import type { StatusLegendElement } from '../../components/status-legend/status-legend.ts';
import '../../components/status-legend/define.ts';
import { all, contrast, textOf } from './helpers.ts';

const en = wordsIn('en');

const legend = () => fixture<StatusLegendElement>(html`<p2p-status-legend></p2p-status-legend>`);

describe('p2p-status-legend', () => {
  it('is accessible, in light and dark', async () => {
    for (const scheme of ['light', 'dark']) {
      const element = await legend();
      element.style.colorScheme = scheme;
      await expect(element).to.be.accessible();
    }
  });

  it('lists every status of the table in order, with its icon, name and meaning', async () => {
    const element = await legend();
    expect(
      all(element, '[part="status"]').map((line) => [
        line.querySelector('svg')!.dataset['icon'],
        line.querySelector('dt')!.textContent?.trim(),
        line.querySelector('dd')!.textContent?.trim(),
      ]),
    ).to.deep.equal(STATUSES.map(({ icon, status }) => [icon, en.status[status], en.meaning[status]]));
  });

  it('draws its pictures with at least 3:1 contrast, in light and dark', async () => {
    for (const scheme of ['light', 'dark']) {
      const element = await legend();
      element.style.colorScheme = scheme;
      const ground = getComputedStyle(element).backgroundColor;
      for (const picture of all(element, 'svg'))
        expect(
          contrast(getComputedStyle(picture).color, ground),
          `${scheme} ${picture.dataset['icon']}`,
        ).to.be.at.least(3);
    }
  });

  it('follows replaced texts', async () => {
    const element = await legend();
    changeWords('en', { legend: 'Zeichen', meaning: { waiting: 'Bedeutung von Waiting' } });
    await element.updateComplete;
    expect(textOf(element)).to.match(/^Zeichen Waiting ?Bedeutung von Waiting/u);
    changeWords('en', {});
  });
});
