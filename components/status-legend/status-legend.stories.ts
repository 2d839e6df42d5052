import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { inside } from '../../.storybook/inside.ts';
import { STATUSES } from '../../facts/index.ts';
import { setStrings } from '../internal/strings.ts';
import type { StatusLegend } from './status-legend.ts';
import './define.ts';

const meta: Meta<StatusLegend> = {
  title: 'Elements/Status legend',
  component: 'p2p-status-legend',
  render: () => html`<div class="frame"><p2p-status-legend></p2p-status-legend></div>`,
};
export default meta;
type Story = StoryObj<StatusLegend>;

/** Every state there is: the legend has no other ones. */
export const Default: Story = {
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-status-legend');
    for (const { word, meaning } of STATUSES) {
      await expect(canvas.getByText(word)).toBeVisible();
      await expect(canvas.getByText(meaning)).toBeVisible();
    }
  },
};

export const Narrow: Story = {
  render: () => html`<div class="frame slim"><p2p-status-legend></p2p-status-legend></div>`,
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector('p2p-status-legend')!;
    await expect(element.scrollWidth).toBeLessThanOrEqual(element.clientWidth);
  },
};

export const RightToLeft: Story = {
  render: () => html`<div class="frame" dir="rtl"><p2p-status-legend></p2p-status-legend></div>`,
};

export const Dark: Story = {
  globals: { scheme: 'dark' },
  render: () => html`<div class="frame"><p2p-status-legend></p2p-status-legend></div>`,
};

/** Words of the page's own, and long ones. */
export const LongText: Story = {
  beforeEach: () => {
    setStrings({
      legend: 'Was die Zeichen bedeuten',
      status: (status) => `Nachrichtenzustand ${status}`,
      meaning: (status) => `Was „${status}“ beweist, und wofür es kein Beweis ist. `.repeat(2),
    });
    return () => setStrings({});
  },
};
