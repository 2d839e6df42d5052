import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { me, noor, standStill, unbroken } from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import { SERVER } from '../../.storybook/live.ts';
import '../messenger/define.ts';
import type { ToastElement, ToastMessage } from './toast.ts';
import './define.ts';

const meta: Meta<ToastElement> = {
  title: 'Elements/Toast',
  component: 'p2p-toast',
  beforeEach: standStill,
  // The box is at the top of the window: each has a window of its own.
  parameters: { docs: { story: { inline: false, height: '160px' } } },
};
export default meta;
type Story = StoryObj<ToastElement>;

const message: ToastMessage = { account: me, peer: noor, name: 'Noor Haddad', to: null };
const drawn = (more: Partial<ToastMessage> = {}) =>
  html`<p2p-toast .message=${{ ...message, ...more }}></p2p-toast>`;

export const Default: Story = { render: () => drawn() };

export const AnotherAccount: Story = { render: () => drawn({ to: 'P2P Test 2' }) };

export const Unnamed: Story = {
  name: 'A sender without a name',
  render: () => drawn({ name: null }),
};

export const Empty: Story = { render: () => html`<p2p-toast></p2p-toast>` };

export const LongText: Story = { render: () => drawn({ name: unbroken, to: unbroken }) };

export const RightToLeft: Story = {
  render: () => html`<div dir="rtl">${drawn({ name: 'نور حداد', to: 'P2P Test 2' })}</div>`,
};

export const Dark: Story = {
  globals: { scheme: 'dark' },
  render: () => html`<div class="frame">${drawn({ to: 'P2P Test 2' })}</div>`,
};

const asked = fn();
/** Pressing it opens the conversation and closes the toast. */
export const Pressed: Story = {
  render: () => html`<div @p2p-open-conversation-request=${asked}>${drawn()}</div>`,
  play: async ({ canvasElement }) => {
    asked.mockClear();
    const canvas = await inside(canvasElement, 'p2p-toast');
    await userEvent.click(canvas.getByRole('button', { name: /^New message from Noor Haddad/u }));
    await expect(asked).toHaveBeenCalledOnce();
    await waitFor(() => expect(canvas.queryByRole('button')).toBeNull());
  },
};

/** Inside a messenger: Mona writes to an account that is not on screen. */
export const Live: Story = {
  name: 'Live, in a messenger',
  ...liveStory({
    make: createHarbour,
    render: ({ browser, noor: peer }) =>
      html`<div class="messenger">
        <p2p-messenger .messenger=${browser.messenger} .peer=${peer} server=${SERVER}></p2p-messenger>
      </div>`,
    play: async ({ live, friends, browser }, canvasElement) => {
      const rows = browser.messenger.sessionRows.peek();
      const second = rows.find(({ username }) => username === 'p2ptest2')!.account;
      const mona = friends.messenger.sessionRows.peek().find(({ username }) => username === 'mona')!;
      friends.relay!.setUp(true);
      await friends.messenger.messages.send(mona.account, second, 'Ping');
      await live.clock.advance(5_000);
      const toast = canvasElement.querySelector('p2p-messenger')!.shadowRoot!.querySelector('p2p-toast')!;
      await waitFor(() =>
        expect(toast.shadowRoot!.querySelector('[part="open"]')?.textContent).toMatch(/Mona Okafor/u),
      );
    },
  }),
};
