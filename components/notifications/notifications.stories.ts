import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { createHarbour } from '../../.storybook/harbour.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import '../provider/define.ts';
import type { NotificationsElement } from './notifications.ts';
import './define.ts';

const meta: Meta<NotificationsElement> = {
  title: 'Elements/Notifications',
  component: 'p2p-notifications',
  parameters: { docs: { story: { inline: false, height: '120px' } } },
};
export default meta;
type Story = StoryObj<NotificationsElement>;

const ask = (event: Event): void =>
  void (event.currentTarget as HTMLElement)
    .parentElement!.querySelector<NotificationsElement>('p2p-notifications')!
    .requestPermission();

/** The page asks for permission on a click; the element draws nothing. */
export const Default: Story = {
  render: () =>
    html`<div>
      <p2p-notifications></p2p-notifications>
      <button class="host-button" @click=${ask}>Notify me</button>
    </div>`,
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector<NotificationsElement>('p2p-notifications')!;
    await expect(['default', 'granted', 'denied', 'unsupported']).toContain(element.permission);
    await expect(element.matches(`:state(${element.permission})`)).toBe(true);
  },
};

/** To try out: allow notifications, hide this window, and wait for Mona. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) =>
      html`<p2p-provider .messenger=${browser.messenger}>
        <div>
          <p2p-notifications .messenger=${browser.messenger}></p2p-notifications>
          <button class="host-button" @click=${ask}>Notify me</button>
        </div>
      </p2p-provider>`,
  }),
};
