import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, fn, userEvent } from 'storybook/test';
import { me, messageId, noor, standStill } from '../../.storybook/fixtures.ts';
import { inside } from '../../.storybook/inside.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { ComposerElement } from './composer.ts';
import './define.ts';

const meta: Meta<ComposerElement> = {
  title: 'Elements/Composer',
  component: 'p2p-composer',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<ComposerElement>;

const sent = fn();
const composer = (more: Partial<ComposerElement> = {}) =>
  html`<p2p-composer
    .account=${me}
    .peer=${noor}
    peer-name="Noor Haddad"
    .blocked=${more.blocked}
    .wait=${more.wait}
    .replyTo=${more.replyTo}
  ></p2p-composer>`;

export const Default: Story = {
  render: () => html`<div @p2p-send-request=${sent}>${composer()}</div>`,
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-composer');
    sent.mockClear();
    const field = canvas.getByRole('textbox', { name: 'Message Noor' });
    await userEvent.type(field, 'one{Shift>}{Enter}{/Shift}two{Enter}');
    await expect(sent).toHaveBeenCalledOnce();
    await expect((sent.mock.calls[0]![0] as CustomEvent<{ text: string }>).detail.text).toBe('one\ntwo');
    await expect(field).toHaveValue('');
  },
};

const reasons = [
  ...[
    'link-down',
    'signed-out',
    'not-a-contact',
    'paused',
    'held',
    'peer-offline',
    'connecting',
    'their-turn',
    'relay-down',
  ],
  'no-path',
] as const;

export const EveryState: Story = {
  render: () => html`
    ${composer({ replyTo: { id: messageId(), text: 'Are we direct now?', own: false } })}
    ${composer({ blocked: 'This account is signed out. Sign in to send.' })}
    ${reasons.map((wait) => composer({ wait: wait }))}
  `,
};

export const Failing: Story = {
  name: 'Failing: shows why nothing can be sent',
  render: () => composer({ blocked: 'This account is signed out. Sign in to send.' }),
};

export const LongText: Story = {
  render: () => composer(),
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector('p2p-composer')!;
    element.text = 'line\n'.repeat(30);
    const field = element.shadowRoot!.querySelector('textarea')!;
    await expect(field.offsetHeight).toBeLessThanOrEqual(160);
    await expect(field.offsetHeight).toBeGreaterThan(100);
    element.text = '';
  },
};

export const Empty: Story = {
  name: 'Empty: no conversation',
  render: () => html`<p2p-composer></p2p-composer>`,
};

/** Connected to a messenger: a message is stored, and then waits or is sent. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser, noor: friend }) =>
      html`<p2p-composer .messenger=${browser.messenger} .peer=${friend}></p2p-composer>`,
    play: async ({ browser, account, noor: friend }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-composer');
      const field = await canvas.findByRole('textbox', { name: 'Message Noor' });
      await userEvent.type(field, 'Here it is.{Enter}');
      await expect(field).toHaveValue('');
      const { last } = browser.messenger.messages.row(account, friend);
      await expect(last?.text).toBe('Here it is.');
    },
  }),
};
