import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import {
  MINUTE,
  NOW,
  at,
  conversation,
  me,
  mine,
  noor,
  standStill,
  theirs,
  unbroken,
} from '../../.storybook/fixtures.ts';
import { inside } from '../../.storybook/inside.ts';
import { STATUSES } from '../../facts/index.ts';
import type { ThreadMessage } from '../../facts/index.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import type { ThreadElement } from './thread.ts';
import './define.ts';
import { wordsIn } from '../../locale/registry.ts';

const english = wordsIn('en');

const meta: Meta<ThreadElement> = {
  title: 'Elements/Thread',
  component: 'p2p-thread',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<ThreadElement>;

const shown = (messages: readonly ThreadMessage[], more: Partial<ThreadElement> = {}) =>
  html`<div class="frame tall">
    <p2p-thread
      .account=${me}
      .peer=${noor}
      peer-name="Noor Haddad"
      .rows=${messages}
      .firstUnread=${more.firstUnread}
      .isTyping=${more.isTyping ?? false}
    ></p2p-thread>
  </div>`;

export const Default: Story = {
  render: () => {
    const messages = conversation();
    return shown(messages, { firstUnread: messages[3]!.id, isTyping: true });
  },
};

export const EveryState: Story = {
  render: () => {
    const question = theirs('What does each of the seven look like?', at(9, 0) - 24 * 60 * MINUTE);
    return shown([
      question,
      ...STATUSES.map(({ status }, i) =>
        mine(`This one is ${english.status[status]}.`, at(9, i), status, {
          reason: status === 'failed' ? 'the service refused it' : null,
          waiting: status === 'waiting' ? { reason: 'peer-offline', nextTry: null } : null,
          replyTo: i === 0 ? { id: question.id, text: question.text, own: false } : null,
          isEdited: i === 4,
        }),
      ),
      theirs('One before this never came.', at(9, 10), { missingBefore: 2 }),
      theirs('See https://example.org/a(b).', at(9, 11), { isStored: false }),
    ]);
  },
};

export const Empty: Story = { render: () => shown([]) };

export const Failing: Story = {
  name: 'Failing: not sent, with the reason and Try again',
  render: () => shown(conversation().slice(-1)),
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-thread');
    await expect(await canvas.findAllByRole('button', { name: 'Try again' })).toHaveLength(1);
    await expect(canvas.getByText('Not sent after 10 tries')).toBeVisible();
  },
};

export const LongText: Story = {
  render: () =>
    shown([
      theirs(unbroken, at(9, 0)),
      mine('First line\nSecond line\n\n    an indented fourth', at(9, 1), 'read'),
      theirs('<b>not bold</b> <img src=x onerror=alert(1)>', at(9, 2)),
      theirs('שלום, מה שלומך?', at(9, 3)),
      mine('A longer one. '.repeat(40).trim(), at(9, 4), 'delivered'),
      theirs('One that is folded.\n'.repeat(60), at(9, 5)),
    ]),
};

export const Quiet: Story = {
  name: 'Messages that can’t be shown',
  render: () =>
    shown([
      theirs('Did you get it?', at(9, 0)),
      theirs('', at(9, 1), { quiet: 'unreadable' }),
      mine('Not all of it.', at(9, 2), 'read'),
      theirs('', at(9, 3), { quiet: 'unsupported' }),
    ]),
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-thread');
    await expect(await canvas.findByText('A message from Noor Haddad couldn’t be read')).toBeVisible();
    await expect(canvas.getByText('Noor Haddad sent something that this version can’t show')).toBeVisible();
  },
};

export const TenThousand: Story = {
  name: 'Ten thousand messages',
  render: () =>
    shown(
      Array.from({ length: 10_000 }, (_, i) =>
        i % 3
          ? theirs(`Message ${i}`, NOW - (10_000 - i) * MINUTE)
          : mine(`Answer ${i}`, NOW - (10_000 - i) * MINUTE, 'read'),
      ),
    ),
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-thread');
    await expect(await canvas.findByText('Answer 9999')).toBeVisible();
    const drawn = canvasElement.querySelector('p2p-thread')!.shadowRoot!.querySelectorAll('.message').length;
    await expect(drawn).toBeLessThan(60);
  },
};

/** Connected to a messenger: the conversation with Noor, who writes. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser, noor: friend }) =>
      html`<div class="frame tall">
        <p2p-thread .messenger=${browser.messenger} .peer=${friend}></p2p-thread>
      </div>`,
    play: async ({ live, friends, account, noor: friend }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-thread');
      await expect(await canvas.findByText('see you at the harbour')).toBeVisible();
      await expect(canvas.getAllByRole('button', { name: 'Try again' })).toHaveLength(1);
      friends.relay?.setUp(true);
      void friends.messenger.messages.send(friend, account, 'I am there already.');
      await live.clock.advance(5_000);
      await expect(await canvas.findByText('I am there already.')).toBeVisible();
    },
  }),
};
