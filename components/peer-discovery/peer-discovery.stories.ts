import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect, userEvent } from 'storybook/test';
import { everyPerson, me, people, person, standStill, unbroken } from '../../.storybook/fixtures.ts';
import { inside } from '../../.storybook/inside.ts';
import type { AccountId, PeopleView } from '../../facts/index.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import { liveStory } from '../../.storybook/live-story.ts';
import { createLimited } from '../../.storybook/limited.ts';
import type { PeerDiscoveryElement } from './peer-discovery.ts';
import './define.ts';

const meta: Meta<PeerDiscoveryElement> = {
  title: 'Elements/Peer discovery',
  component: 'p2p-peer-discovery',
  beforeEach: standStill,
};
export default meta;
type Story = StoryObj<PeerDiscoveryElement>;

const frame = (inner: unknown) => html`<div class="frame">${inner}</div>`;

export const Default: Story = {
  render: () => frame(html`<p2p-peer-discovery .account=${me} .rows=${people}></p2p-peer-discovery>`),
  play: async ({ canvasElement }) => {
    const canvas = await inside(canvasElement, 'p2p-peer-discovery');
    for (const name of ['Ask to connect', 'Accept', 'Decline', 'Ask again'])
      await expect(canvas.getByRole('button', { name })).toBeVisible();
  },
};

export const EveryState: Story = {
  render: () => frame(html`<p2p-peer-discovery .account=${me} .rows=${everyPerson}></p2p-peer-discovery>`),
};

const view = (state: PeopleView['state'], reason: string | null = null): PeopleView => ({ state, reason });

export const NotLoadedYet: Story = {
  render: () => frame(html`<p2p-peer-discovery .account=${me}></p2p-peer-discovery>`),
};

export const Loading: Story = {
  render: () =>
    frame(html`<p2p-peer-discovery .account=${me} .people=${view('loading')}></p2p-peer-discovery>`),
};

export const Empty: Story = {
  name: 'Empty: no other users',
  render: () =>
    frame(html`<p2p-peer-discovery .account=${me} .people=${view('loaded')}></p2p-peer-discovery>`),
};

export const Failing: Story = {
  name: 'Failing: the list couldn’t be loaded',
  render: () =>
    frame(
      html`<p2p-peer-discovery
        .account=${me}
        .people=${view('failed', 'Timed out after 30 seconds')}
      ></p2p-peer-discovery>`,
    ),
};

export const FailingWithOldRows: Story = {
  render: () =>
    frame(
      html`<p2p-peer-discovery
        .account=${me}
        .people=${view('failed', 'connection lost')}
        .rows=${people.slice(0, 3)}
      ></p2p-peer-discovery>`,
    ),
};

export const LongText: Story = {
  render: () =>
    frame(
      html`<p2p-peer-discovery
        .account=${me}
        .rows=${[
          person('1' as AccountId, unbroken, { relation: 'pending', presence: 'online' }),
          person('2' as AccountId, unbroken, { reason: unbroken, presence: 'offline' }),
          person('3' as AccountId, unbroken, { relation: 'accepted', presence: 'offline' }),
        ]}
      ></p2p-peer-discovery>`,
    ),
};

/** Connected to a messenger: Ask to connect sends Tomas a request. */
export const Live: Story = {
  name: 'Live, on the simulated service',
  ...liveStory({
    make: createHarbour,
    render: ({ browser }) =>
      frame(html`<p2p-peer-discovery .messenger=${browser.messenger}></p2p-peer-discovery>`),
    play: async ({ live }, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-peer-discovery');
      await expect(await canvas.findByText('Tomas Novak')).toBeVisible();
      const search = canvas.getByRole('searchbox');
      await userEvent.type(search, 'Tomas');
      await userEvent.click(await canvas.findByRole('button', { name: 'Ask to connect' }));
      await live.clock.advance(500);
      await expect(await canvas.findByText(/^Request sent/)).toBeVisible();
      await expect(canvas.getByRole('button', { name: 'Withdraw' })).toBeVisible();
    },
  }),
};

/** On a network that lists nobody but contacts: nothing offers to find people. */
export const WithoutPeople: Story = {
  name: 'Without a list of people: the contacts',
  ...liveStory({
    make: () => createLimited({ listsPeople: false }),
    render: ({ browser }) =>
      frame(html`<p2p-peer-discovery .messenger=${browser.messenger}></p2p-peer-discovery>`),
    play: async (_, canvasElement) => {
      const canvas = await inside(canvasElement, 'p2p-peer-discovery');
      await expect(await canvas.findByText('Noor Haddad')).toBeVisible();
      await expect(canvas.getByRole('heading', { name: 'Contacts' })).toBeVisible();
      await expect(canvas.queryByText('Find people')).toBeNull();
    },
  }),
};
