import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { STATUSES } from '../../facts/index.ts';
import type { MessageFact, RequestId } from '../../facts/index.ts';
import type { MessageStatusElement } from './message-status.ts';
import './define.ts';
import { wordsIn } from '../../locale/registry.ts';

const english = wordsIn('en');

const meta: Meta<MessageStatusElement> = {
  title: 'Elements/Message status',
  component: 'p2p-message-status',
  args: { status: 'delivered', words: false },
  argTypes: { status: { control: 'select', options: STATUSES.map(({ status }) => status) } },
  render: ({ status, words }) =>
    html`<p2p-message-status .status=${status} .words=${words}></p2p-message-status>`,
};
export default meta;
type Story = StoryObj<MessageStatusElement>;

export const Default: Story = {};

export const EveryState: Story = {
  name: 'Every state',
  render: () => html`
    <dl class="states pairs">
      ${STATUSES.map(
        ({ status }) => html`
          <dt><p2p-message-status .status=${status} words></p2p-message-status></dt>
          <dd class="muted">${english.meaning[status]}</dd>
        `,
      )}
    </dl>
  `,
  play: async ({ canvasElement }) => {
    const drawn = [...canvasElement.querySelectorAll('p2p-message-status')];
    await expect(drawn.map((element) => element.shadowRoot?.textContent?.trim())).toEqual(
      STATUSES.map(({ status }) => english.status[status]),
    );
  },
};

const requestId = '6b0d7a51-52b1-4a34-8a2f-0c8a2c7d9e11' as RequestId;
const refused: MessageFact[] = [
  { type: 'written', at: 1 },
  { type: 'attempted', attempt: 1, route: 'channel', requestId, at: 2 },
  { type: 'refused', attempt: 1, at: 3, reason: 'Connection for 1037731213400421288 not found' },
  { type: 'gave-up', attempt: 1, at: 4, reason: 'Connection for 1037731213400421288 not found' },
];

export const Failing: Story = {
  name: 'Failing: refused by the service',
  render: () => html`<p2p-message-status .facts=${refused} words></p2p-message-status>`,
};

export const Empty: Story = {
  name: 'Empty',
  render: () => html`<p2p-message-status></p2p-message-status>`,
};

export const LongText: Story = {
  name: 'Long text: a long name in the details',
  render: () =>
    html`<p2p-message-status status="sent" .peerName=${'Noor '.repeat(40).trim()}></p2p-message-status>`,
};
