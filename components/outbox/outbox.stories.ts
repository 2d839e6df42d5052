import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, userEvent } from 'storybook/test';
import { at, me, mine, outboxRows, queued, standStill, unbroken } from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { OutboxElement } from './outbox.ts';
import './define.ts';

const meta: Meta<OutboxElement> = {
  title: 'Elements/Outbox',
  component: 'p2p-outbox',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<OutboxElement>;

const shown = (rows: OutboxElement['rows']) => html`<p2p-outbox .account=${me} .rows=${rows}></p2p-outbox>`;
const frame = (inner: unknown, more = '') => html`<div class="frame ${more}">${inner}</div>`;

/** Every state; messages that need a decision come first. */
export const Default: Story = {
  render: () => frame(shown(outboxRows())),
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-outbox');
    await expect(canvas.getByText('1 not sent · 1 unconfirmed · 4 waiting')).toBeVisible();
    await expect(canvas.getAllByRole('button', { name: 'Try again' })).toHaveLength(2);
    await expect(canvas.getByText('Waiting for Elif to come online')).toBeVisible();
  },
};

export const Empty: Story = { render: () => frame(shown([])) };

export const Failing: Story = {
  name: 'Failing: confirmation before everything is deleted',
  render: () =>
    frame(
      shown([
        queued(mine('see you at the harbour', at(10, 32), 'failed', { reason: 'The mailbox is full' })),
        queued(
          mine('relay.log, 4 kB', at(10, 33), 'failed', { attempts: 10, reason: 'The budget is spent' }),
        ),
      ]),
    ),
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-outbox');
    await userEvent.click(canvas.getByRole('button', { name: 'Delete all failed' }));
    await expect(await canvas.findByText('Delete 2 unsent messages?')).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Keep' })).toBeVisible();
  },
};

export const LongText: Story = {
  render: () =>
    frame(
      shown([
        queued(mine(unbroken, at(10, 0), 'failed', { reason: unbroken }), unbroken),
        queued(mine('שלום, מה שלומך?', at(10, 1), 'unconfirmed')),
        queued(mine('<b>not bold</b> <img src=x onerror=alert(1)>', at(10, 2), 'waiting')),
      ]),
    ),
};

export const TenThousand: Story = {
  name: 'Ten thousand messages',
  render: () =>
    frame(
      shown(
        Array.from({ length: 10_000 }, (_, i) =>
          queued(mine(`Message ${i}`, at(9, 0), i % 1_000 ? 'waiting' : 'failed')),
        ),
      ),
      'tall',
    ),
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-outbox');
    await expect(await canvas.findByText('10 not sent · 9,990 waiting')).toBeVisible();
    const drawn = canvasElement.querySelector('p2p-outbox')!.shadowRoot!.querySelectorAll('.message').length;
    await expect(drawn).toBeLessThan(30);
  },
};

export const Narrow: Story = {
  render: () => frame(shown(outboxRows()), 'slim'),
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector('p2p-outbox')!;
    await expect(element.scrollWidth).toBeLessThanOrEqual(element.clientWidth);
  },
};

export const RightToLeft: Story = {
  render: () => html`<div class="frame" dir="rtl">${shown(outboxRows())}</div>`,
};

export const Dark: Story = {
  globals: { scheme: 'dark' },
  render: () => html`<div class="frame">${shown(outboxRows())}</div>`,
};

/** Connected to a messenger: Try again sends the message. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) => frame(html`<p2p-outbox .messenger=${browser.messenger}></p2p-outbox>`),
    play: async ({ live }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-outbox');
      await expect(await canvas.findByText('see you at the harbour')).toBeVisible();
      await userEvent.click(canvas.getByRole('button', { name: 'Try again' }));
      await live.clock.advance(2_000);
      await expect(await canvas.findByText('No messages waiting')).toBeVisible();
    },
  }),
};
