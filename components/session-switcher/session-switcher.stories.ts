import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, userEvent, waitFor } from 'storybook/test';
import { me, session, sessions, standStill, unbroken } from '../../.storybook/fixtures.ts';
import { inside } from '../../.storybook/inside.ts';
import type { AccountId } from '../../facts/index.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { SessionSwitcherElement } from './session-switcher.ts';
import './define.ts';

const meta: Meta<SessionSwitcherElement> = {
  title: 'Elements/Session switcher',
  component: 'p2p-session-switcher',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<SessionSwitcherElement>;

export const Default: Story = {
  render: () => html`<p2p-session-switcher .sessions=${sessions} .selected=${me}></p2p-session-switcher>`,
};

export const Horizontal: Story = {
  render: () =>
    html`<p2p-session-switcher
      orientation="horizontal"
      .sessions=${sessions}
      .selected=${me}
    ></p2p-session-switcher>`,
};

const states = [
  ...[
    'signed-in',
    'signing-in',
    'claiming',
    'signed-out',
    'signed-out-by-service',
    'open-elsewhere',
    'link-down',
  ],
] as const;

export const EveryState: Story = {
  render: () =>
    html`<p2p-session-switcher
      orientation="horizontal"
      .sessions=${states.map((state, i) =>
        session(`${state}${i}`, `30${i}` as AccountId, state, { unread: i * 40, pending: i }),
      )}
      .selected=${'305'}
    ></p2p-session-switcher>`,
};

export const Failing: Story = {
  name: 'Failing: open in another browser',
  render: () =>
    html`<p2p-session-switcher
      .sessions=${[session('p2ptest1', me, 'open-elsewhere', {})]}
      .selected=${me}
    ></p2p-session-switcher>`,
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-session-switcher');
    await userEvent.click(canvas.getByRole('button', { name: 'Account options' }));
    await expect(canvas.getByRole('button', { name: 'Use here' })).toBeVisible();
    canvasElement
      .querySelector('p2p-session-switcher')!
      .shadowRoot!.querySelector<HTMLElement>('[popover]')!
      .hidePopover();
  },
};

/** The context menu key opens the options of any account; one that was signed out can be signed in again there. */
export const SignedOut: Story = {
  name: 'Failing: signed out by the service',
  render: () => html`<p2p-session-switcher .sessions=${sessions} .selected=${me}></p2p-session-switcher>`,
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-session-switcher');
    canvas.getByRole('button', { name: /^p2ptest1/u }).focus();
    await userEvent.keyboard('{End}{Shift>}{F10}{/Shift}');
    const choice = await canvas.findByRole('button', { name: 'Sign in again' });
    const { shadowRoot } = canvasElement.querySelector('p2p-session-switcher')!;
    await waitFor(() => expect(shadowRoot!.activeElement).toBe(choice));
    await expect(canvas.getAllByText(/Signed out by the service/u)[0]).toBeVisible();
    await expect(shadowRoot!.textContent).toMatch(
      /Signed out by the service\W+The service has signed this account out/u,
    );
  },
};

export const RightToLeft: Story = {
  render: () =>
    html`<div dir="rtl">
      <p2p-session-switcher
        orientation="horizontal"
        .sessions=${sessions}
        .selected=${me}
      ></p2p-session-switcher>
    </div>`,
};

export const Removing: Story = {
  name: 'Confirmation before an account is removed from this device',
  render: () => html`<p2p-session-switcher .sessions=${sessions} .selected=${me}></p2p-session-switcher>`,
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-session-switcher');
    await userEvent.click(canvas.getByRole('button', { name: 'Account options' }));
    await userEvent.click(
      canvas.getByRole('button', { name: 'Sign out and remove its messages from this device' }),
    );
    await expect(await canvas.findByText(/^All data for p2ptest1 will be deleted/)).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Sign out and remove' })).toBeVisible();
  },
};

export const NotSignedOut: Story = {
  name: 'Failing: signing out without a connection',
  render: () =>
    html`<p2p-session-switcher
      .sessions=${[
        session('p2ptest1', me, 'link-down', {
          note: 'not-signed-out',
        }),
        ...sessions.slice(1),
      ]}
      .selected=${me}
    ></p2p-session-switcher>`,
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-session-switcher');
    await userEvent.click(canvas.getByRole('button', { name: 'Account options' }));
    await userEvent.click(canvas.getByRole('button', { name: 'Sign out' }));
    await expect(canvas.getByText(/Not signed out\. There is no connection/u)).toBeVisible();
    await expect(canvas.getByRole('button', { name: 'Sign out' })).toBeVisible();
  },
};

export const Empty: Story = {
  render: () => html`<p2p-session-switcher></p2p-session-switcher>`,
};

export const LongText: Story = {
  render: () =>
    html`<p2p-session-switcher
      .sessions=${[session(unbroken, me, 'signed-in', { fullName: unbroken, unread: 5000 })]}
      .selected=${me}
    ></p2p-session-switcher>`,
};

/** Connected to a messenger: pressing an account switches to it. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) =>
      html`<p2p-session-switcher .messenger=${browser.messenger}></p2p-session-switcher>`,
    play: async ({ browser, account }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-session-switcher');
      const button = await canvas.findByRole('button', { name: /^P2P Test 2, Signed in/ });
      await userEvent.click(button);
      await waitFor(() => expect(button).toHaveAttribute('aria-current', 'true'));
      await expect(browser.messenger.sessions.current.peek()).not.toBe(account);
    },
  }),
};
