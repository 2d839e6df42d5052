import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, userEvent, waitFor } from 'storybook/test';
import { standStill, unbroken } from '../../.storybook/fixtures.ts';
import type { SignInView } from '../../facts/index.ts';
import { inside } from '../../.storybook/inside.ts';
import { SERVER, createLive } from '../../.storybook/live.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import { createLimitedBrowser } from '../../.storybook/limited.ts';
import type { SignInElement } from './sign-in.ts';
import './define.ts';

const meta: Meta<SignInElement> = {
  title: 'Elements/Sign in',
  component: 'p2p-sign-in',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<SignInElement>;

export const Default: Story = {
  render: () => html`<p2p-sign-in server="127.0.0.1:12349"></p2p-sign-in>`,
  play: async ({ canvas }) => {
    for (const name of ['Server address', 'Full name', 'Username', 'Password'])
      await expect(canvas.getByLabelText(name)).toBeVisible();
    for (const name of ['Create account', 'Sign in'])
      await expect(canvas.getByRole('button', { name })).toBeVisible();
  },
};

const failed = (code: string, reason = 'raw text of the service'): SignInView => ({
  state: 'failed',
  username: 'p2ptest1',
  code,
  reason,
});

export const EveryState: Story = {
  name: 'Every state',
  render: () => html`
    <div class="states">
      <p2p-sign-in .progress=${{ state: 'busy', username: 'p2ptest1' }}></p2p-sign-in>
      ${[
        ...[
          'bad-password',
          'no-such-account',
          'name-taken',
          'name-length',
          'server-unreachable',
          'sign-in-busy',
        ],
        ...['session-dropped', 'invalid', 'link-down', 'timed-out', 'unknown'],
      ].map((code) => html`<p2p-sign-in .progress=${failed(code)}></p2p-sign-in>`)}
    </div>
  `,
};

export const UnreadDevice: Story = {
  name: 'Failing: the saved data can’t be read',
  render: () =>
    html`<p2p-sign-in
      .storage=${{ state: 'timeout', reason: null, persisted: null, isUnread: true }}
      .progress=${failed('link-down')}
    ></p2p-sign-in>`,
  play: async ({ canvas }) => {
    const go = canvas.getByRole('button', { name: 'Go on without saving' });
    await expect(go).toBeVisible();
    await expect(canvas.queryByRole('alert')).toBeNull();
    await userEvent.click(go);
    await expect(canvas.getByLabelText('Server address')).toHaveFocus();
  },
};

export const OtherNetworks: Story = {
  name: 'On other networks: another server, or none to ask for',
  render: () => html`
    <div class="states">
      <p2p-sign-in
        .accountForm=${{ server: { label: 'Home server', hint: 'Where your account is', placeholder: 'https://…' } }}
      ></p2p-sign-in>
      <p2p-sign-in .accountForm=${{ server: null }}></p2p-sign-in>
    </div>
  `,
  play: async ({ canvas }) => {
    await expect(canvas.getByLabelText('Home server')).toHaveAccessibleDescription('Where your account is');
    await expect(canvas.queryByLabelText('Server address')).toBeNull();
    await expect(canvas.getAllByLabelText('Username')).toHaveLength(2);
  },
};

export const Failing: Story = {
  render: () => html`<p2p-sign-in .progress=${failed('bad-password')}></p2p-sign-in>`,
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('alert')).toHaveTextContent('Incorrect password.');
  },
};

export const LongText: Story = {
  render: () =>
    html`<p2p-sign-in .server=${unbroken} .progress=${failed('unknown', unbroken)}></p2p-sign-in>`,
};

/** Connected to a messenger: the account is created on the simulated server. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: async () => {
      const live = createLive();
      return { live, browser: await live.browser('our browser') };
    },
    render: ({ browser }) =>
      html`<p2p-sign-in server=${SERVER} .messenger=${browser.messenger}></p2p-sign-in>`,
    play: async ({ live, browser }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-sign-in');
      const { sessions } = browser.messenger;
      await userEvent.type(canvas.getByLabelText('Username'), 'aiko');
      await userEvent.type(canvas.getByLabelText('Password'), 'correct horse');
      await userEvent.click(canvas.getByRole('button', { name: 'Sign in' }));
      await live.clock.advance(3_000);
      await expect(
        await canvas.findByText('There is no account with that username on this server.'),
      ).toBeVisible();
      await userEvent.type(canvas.getByLabelText('Full name'), 'Aiko Reyes');
      await userEvent.click(canvas.getByRole('button', { name: 'Create account' }));
      await live.clock.advance(3_000);
      await waitFor(() => expect(sessions.accounts.peek()).toHaveLength(1));
      await waitFor(() => expect(canvas.getByLabelText('Password')).toHaveValue(''));
    },
  }),
};

/** On a network that creates no accounts: the form only signs in. */
export const WithoutNewAccounts: Story = {
  name: 'Without new accounts: sign in only',
  ...liveStory({
    make: () => createLimitedBrowser({ createsAccounts: false }),
    render: ({ browser }) => html`<p2p-sign-in .messenger=${browser.messenger}></p2p-sign-in>`,
    play: async (_, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-sign-in');
      await expect(canvas.getByRole('button', { name: 'Sign in' })).toBeVisible();
      await expect(canvas.queryByRole('button', { name: 'Create account' })).toBeNull();
      await expect(canvas.queryByLabelText('Full name')).toBeNull();
    },
  }),
};
