import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { NOW, standStill, unbroken } from '../../.storybook/fixtures.ts';
import type { Path } from '../../facts/index.ts';
import type { RouteIndicatorElement } from './route-indicator.ts';
import './define.ts';

const meta: Meta<RouteIndicatorElement> = {
  title: 'Elements/Route indicator',
  component: 'p2p-route-indicator',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<RouteIndicatorElement>;

const paths: readonly Path[] = [
  { kind: 'unknown-but-up' },
  { kind: 'direct' },
  { kind: 'loopback' },
  { kind: 'relayed', by: 'server' },
  { kind: 'connecting', since: NOW - 63_000, deadline: NOW + 12_000 },
  { kind: 'failed', reason: 'P2P connection timed out after 30 seconds', nextTry: NOW + 9_000 },
  { kind: 'failed', reason: 'Peer did not accept connection', nextTry: null },
  { kind: 'none' },
];

export const Default: Story = {
  render: () => html`<p2p-route-indicator .path=${paths[3]!}></p2p-route-indicator>`,
};

export const EveryState: Story = {
  render: () => html`
    <div class="states">
      ${paths.map((path) => html`<p2p-route-indicator .path=${path}></p2p-route-indicator>`)}
    </div>
  `,
};

export const Failing: Story = {
  name: 'Failing: the reason is shown on focus',
  render: () => html`<p2p-route-indicator .path=${paths[5]!}></p2p-route-indicator>`,
  play: async ({ canvasElement }) => {
    const root = canvasElement.querySelector('p2p-route-indicator')!.shadowRoot!;
    root.querySelector('button')!.focus();
    const tip = root.querySelector('[role="tooltip"]')!;
    await expect(tip).toBeVisible();
    await expect(tip).toHaveTextContent('The last try failed.');
  },
};

export const Privacy: Story = {
  name: 'Who could read what',
  render: () =>
    html`<p2p-route-indicator
      .path=${paths[3]!}
      privacy="The server sees who writes to whom and when; what is written is sealed."
    ></p2p-route-indicator>`,
  play: async ({ canvasElement }) => {
    const root = canvasElement.querySelector('p2p-route-indicator')!.shadowRoot!;
    root.querySelector('button')!.focus();
    await expect(root.querySelector('[role="tooltip"]')!).toHaveTextContent(/what is written is sealed/);
  },
};

export const LongText: Story = {
  render: () => html`
    <div class="frame">
      <p2p-route-indicator
        .path=${{ kind: 'relayed', by: unbroken }}
        reason="Tried a direct connection for 30.0 s; no answer; through the server since 10:41."
      ></p2p-route-indicator>
    </div>
  `,
};

export const Empty: Story = {
  name: 'Empty',
  render: () => html`<p2p-route-indicator></p2p-route-indicator>`,
};
