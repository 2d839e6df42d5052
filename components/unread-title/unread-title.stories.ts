import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, waitFor } from 'storybook/test';
import { createHarbour } from '../../.storybook/harbour.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { UnreadTitleElement } from './unread-title.ts';
import './define.ts';

const meta: Meta<UnreadTitleElement> = {
  title: 'Elements/Unread title',
  component: 'p2p-unread-title',
  // See the title of this window.
  parameters: { docs: { story: { inline: false, height: '80px' } } },
};
export default meta;
type Story = StoryObj<UnreadTitleElement>;

const titled = async (pattern: RegExp): Promise<void> => {
  await waitFor(() => expect(document.title).toMatch(pattern));
};

export const Default: Story = {
  render: () =>
    html`<p2p-unread-title unread="3"></p2p-unread-title>
      <p dir="auto">The title of this window begins with “(3)”.</p>`,
  play: () => titled(/^\(3\) /u),
};

export const Empty: Story = {
  name: 'Empty: nothing unread',
  render: () =>
    html`<p2p-unread-title unread="0"></p2p-unread-title>
      <p dir="auto">The title of this window is its own.</p>`,
  play: () => titled(/^(?!\()/u),
};

/** Counts the unread messages of all accounts of the browser. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) =>
      html`<p2p-unread-title .messenger=${browser.messenger}></p2p-unread-title>
        <p dir="auto">The title of this window begins with what is unread in all accounts.</p>`,
    play: async ({ browser }) => {
      const unread = browser.messenger.sessionRows.peek().reduce((sum, row) => sum + row.unread, 0);
      await expect(unread).toBeGreaterThan(1);
      await titled(new RegExp(`^\\(${unread}\\) `, 'u'));
    },
  }),
};
