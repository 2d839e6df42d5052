import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, userEvent } from 'storybook/test';
import { NOW, evidence, mine, standStill, storied, theirs, unbroken } from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { inside } from '../../.storybook/inside.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import { createLimited } from '../../.storybook/limited.ts';
import { STATUSES } from '../../facts/index.ts';
import type { DialAttempt, MessageFact, ThreadMessage } from '../../facts/index.ts';
import type { MessageDetailsElement } from './message-details.ts';
import './define.ts';
import { wordsIn } from '../../locale/registry.ts';

const english = wordsIn('en');

const meta: Meta<MessageDetailsElement> = {
  title: 'Elements/Message details',
  component: 'p2p-message-details',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<MessageDetailsElement>;

const shown = (message: ThreadMessage | null, dials: readonly DialAttempt[] = []) =>
  html`<p2p-message-details
    .message=${message}
    .dials=${dials}
    peer-name="Noor Haddad"
    relay-name="the server"
  ></p2p-message-details>`;
const frame = (inner: unknown, more = '') => html`<div class="frame ${more}">${inner}</div>`;

/** A message with a long history. */
export const Default: Story = {
  render: () => {
    const { message, dials } = storied();
    return frame(shown(message, dials));
  },
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-message-details');
    await expect(canvas.getAllByRole('listitem')).toHaveLength(5);
    await expect(canvas.getByText('P2P connection timed out after 30 seconds')).toBeVisible();
    await expect(canvas.getByText('Not read yet')).toBeVisible();
  },
};

const moved = (facts: readonly MessageFact[]): readonly MessageFact[] =>
  facts.map((fact) => ({ ...fact, at: NOW - 90_000 + fact.at * 1_000 }));

export const EveryState: Story = {
  render: () => html`
    <div class="states">
      ${STATUSES.map(({ status }) => {
        const waiting =
          status === 'waiting' ? ({ reason: 'peer-offline', nextTry: NOW + 4_000 } as const) : null;
        const message = mine('x', NOW - 90_000, status, { facts: moved(evidence(status)), waiting });
        return html`<h3>${english.status[status]}</h3>
          ${frame(shown(message))}`;
      })}
      <h3>Theirs</h3>
      ${frame(shown(theirs('x', NOW, { missingBefore: 1 })))}
    </div>
  `,
};

/** Ten attempts, a time-out and a late answer. */
export const Failing: Story = {
  name: 'Failing: refused, unanswered, answered late, given up',
  render: () => {
    const requestId = moved(evidence('sending')).flatMap((fact) =>
      'requestId' in fact ? [fact.requestId] : [],
    )[0]!;
    const tries = Array.from({ length: 4 }, (_, i): readonly MessageFact[] => [
      {
        type: 'attempted',
        attempt: i + 1,
        route: i % 2 ? 'relay' : 'channel',
        requestId,
        at: NOW + i * 20_000,
      },
      i === 1
        ? { type: 'unanswered', attempt: 2, at: NOW + 30_000, cause: 'timeout' }
        : {
            type: 'refused',
            attempt: i + 1,
            at: NOW + i * 20_000 + 900,
            reason: 'Connection for 42 not found',
          },
    ]).flat();
    const facts: readonly MessageFact[] = [
      { type: 'written', at: NOW },
      ...tries,
      { type: 'refused', attempt: 2, at: NOW + 61_500, reason: 'The mailbox is full' },
      { type: 'gave-up', attempt: 4, at: NOW + 62_000, reason: 'The budget is spent' },
    ];
    return frame(shown(mine('x', NOW, 'unconfirmed', { facts })));
  },
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-message-details');
    await expect(canvas.getByText(/refused late/)).toBeVisible();
    await expect(canvas.getByText(/Gave up after 4 tries/)).toBeVisible();
  },
};

export const Empty: Story = {
  name: 'Empty: the message is gone',
  render: () => frame(shown(null)),
};

export const LongText: Story = {
  render: () =>
    frame(
      shown(
        mine('x', NOW, 'failed', {
          facts: [
            { type: 'written', at: NOW - 26 * 3_600_000 },
            { type: 'gave-up', attempt: 0, at: NOW, reason: unbroken },
          ],
        }),
      ),
    ),
};

export const Narrow: Story = {
  render: () => {
    const { message, dials } = storied();
    return frame(shown(message, dials), 'slim');
  },
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector('p2p-message-details')!;
    await expect(element.scrollWidth).toBeLessThanOrEqual(element.clientWidth);
  },
};

export const RightToLeft: Story = {
  render: () => {
    const { message, dials } = storied();
    return html`<div class="frame" dir="rtl">${shown(message, dials)}</div>`;
  },
};

export const Dark: Story = {
  globals: { scheme: 'dark' },
  render: () => {
    const { message, dials } = storied();
    return html`<div class="frame">${shown(message, dials)}</div>`;
  },
};

/** Connected to a messenger: a message that the relay has accepted is delivered once Noor's page has it. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser, account, noor }) => {
      const source = browser.messenger.messages.source(account, noor);
      const id = source.ids.peek().find((one) => source.get(one)?.text === 'Sending the log next.')!;
      return frame(
        html`<p2p-message-details
          .messenger=${browser.messenger}
          .account=${account}
          .peer=${noor}
          .messageId=${id}
        ></p2p-message-details>`,
      );
    },
    play: async ({ live, friends }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-message-details');
      await expect(await canvas.findByText('Through the server: accepted')).toBeVisible();
      await expect(canvas.getByText('Accepted by the server. No confirmation from Noor yet')).toBeVisible();
      friends.relay!.setUp(true);
      await live.clock.advance(5_000);
      await expect(await canvas.findByText('Delivered to Noor')).toBeVisible();
      await userEvent.tab();
    },
  }),
};

/** On a network that carries no receipts: they are not mentioned, not even as awaited. */
export const WithoutReceipts: Story = {
  name: 'Without receipts: accepted is the end of it',
  ...liveStory({
    make: async () => {
      const world = await createLimited({ carriesReceipts: false });
      const sending = world.browser.messenger.messages.send(world.account, world.noor, 'Sending the log.');
      await world.live.clock.advance(60_000);
      return { ...world, id: await sending };
    },
    render: ({ browser, account, noor, id }) =>
      frame(
        html`<p2p-message-details
          .messenger=${browser.messenger}
          .account=${account}
          .peer=${noor}
          .messageId=${id}
        ></p2p-message-details>`,
      ),
    play: async (_, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-message-details');
      await expect(await canvas.findByText('Over the connection: accepted')).toBeVisible();
      await expect(canvas.getAllByRole('listitem')).toHaveLength(2);
      await expect(canvas.queryByText(/Delivered|[Rr]ead|confirmation/u)).toBeNull();
    },
  }),
};
