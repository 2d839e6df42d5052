import { expect, fixture, html } from '@open-wc/testing';
import { STATUSES } from '../../facts/index.ts';
import { setStrings } from '../../components/internal/strings.ts';
import type { StatusLegend } from '../../components/status-legend/status-legend.ts';
import '../../components/status-legend/define.ts';
import { all, contrast, textOf } from './helpers.ts';

const legend = () => fixture<StatusLegend>(html`<p2p-status-legend></p2p-status-legend>`);

describe('p2p-status-legend', () => {
  it('is accessible, in light and dark', async () => {
    for (const scheme of ['light', 'dark']) {
      const element = await legend();
      element.style.colorScheme = scheme;
      await expect(element).to.be.accessible();
    }
  });

  it('has a line for each status of the table, in its order, with its picture, its word and its meaning', async () => {
    const element = await legend();
    expect(
      all(element, '[part="status"]').map((line) => [
        line.querySelector('svg')!.dataset['icon'],
        line.querySelector('dt')!.textContent?.trim(),
        line.querySelector('dd')!.textContent?.trim(),
      ]),
    ).to.deep.equal(STATUSES.map(({ icon, word, meaning }) => [icon, word, meaning]));
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

  it('follows replaced words', async () => {
    const element = await legend();
    setStrings({ legend: 'Zeichen', meaning: (status) => `Bedeutung von ${status}` });
    await element.updateComplete;
    expect(textOf(element)).to.match(/^Zeichen Waiting ?Bedeutung von waiting/u);
    setStrings({});
  });
});
