import { expect, fixture, html } from '@open-wc/testing';
import { MINUTE, NOW, everyPerson, me, people, person } from '../../.storybook/fixtures.ts';
import type { AccountId, PeopleView, PersonRow } from '../../facts/index.ts';
import type { PeerDiscoveryElement } from '../../components/peer-discovery/peer-discovery.ts';
import '../../components/peer-discovery/define.ts';
import { all, button, buttons, heard, one, standStill, textOf, until } from './helpers.ts';

const view = (state: PeopleView['state'], reason: string | null = null): PeopleView => ({ state, reason });

async function discovery(
  rows: readonly PersonRow[] | null,
  loading?: PeopleView,
): Promise<PeerDiscoveryElement> {
  const element = await fixture<PeerDiscoveryElement>(
    html`<p2p-peer-discovery .account=${me} .rows=${rows} .people=${loading}></p2p-peer-discovery>`,
  );
  await until(() => all(element, '.person').length >= Math.min(rows?.length ?? 0, 5), 'rows are drawn');
  return element;
}

const factsOf = (element: PeerDiscoveryElement, i = 0) =>
  all(element, '[part="facts"]')[i]!.textContent?.replace(/\s+/gu, ' ').trim();

beforeEach(() => {
  standStill();
});

describe('p2p-peer-discovery', () => {
  it('is accessible in every state', async () => {
    await expect(await discovery(everyPerson)).to.be.accessible();
    for (const state of ['idle', 'loading', 'loaded', 'failed'] as const) {
      await expect(
        await discovery(null, view(state, state === 'failed' ? 'timed out' : null)),
      ).to.be.accessible();
      await expect(
        await discovery(people, view(state, state === 'failed' ? 'timed out' : null)),
      ).to.be.accessible();
    }
  });

  it('25: says "could not load" when it could not, and the empty text only when there truly is nobody', async () => {
    const failed = await discovery(null, view('failed', 'Timed out after 30 seconds'));
    expect(textOf(failed)).to.contain('Couldn’t load the people on this server.');
    expect(textOf(failed)).not.to.contain('No other users');
    const empty = await discovery(null, view('loaded'));
    expect(textOf(empty)).to.contain('No other users on this server.');
    expect(textOf(empty)).not.to.contain('Couldn’t load');
    for (const state of ['idle', 'loading'] as const)
      expect(textOf(await discovery(null, view(state)))).not.to.contain('No other users');
  });

  it('25: keeps the old rows beside the failure', async () => {
    const element = await discovery(people.slice(0, 3), view('failed', 'connection lost'));
    expect(textOf(element)).to.contain('Couldn’t load');
    expect(all(element, '.person')).to.have.lengthOf(3);
  });

  it('26: calls a registered but offline peer Contact, never Connected', async () => {
    const element = await discovery([
      person('1' as AccountId, 'Bo', { relation: 'contact', presence: 'offline' }),
    ]);
    expect(factsOf(element)).to.equal('Contact · Offline · no connection yet');
    expect(textOf(element)).not.to.match(/connected/iu);
  });

  it('27: puts Reachable beside Contact, not in its place, and Online only where it is said', async () => {
    const element = await discovery([
      person('1' as AccountId, 'Bo', { relation: 'contact', presence: 'reachable' }),
      person('2' as AccountId, 'Cy', { relation: 'contact', presence: 'online' }),
    ]);
    expect(factsOf(element, 0)).to.equal('Contact · Reachable · no connection yet');
    expect(factsOf(element, 1)).to.equal('Contact · Online · no connection yet');
  });

  it('92: calls an unknown presence unknown, and draws no dot for it', async () => {
    const element = await discovery([person('1' as AccountId, 'Bo', { relation: 'contact' })]);
    expect(factsOf(element)).to.equal('Contact · Status unknown · no connection yet');
    expect(all(element, '.dot')).to.have.lengthOf(0);
  });

  it('15: draws a placeholder for a request without a name, never "undefined"', async () => {
    const element = await discovery([
      person('18017897041159203224' as AccountId, null, { relation: 'pending' }),
      person('2' as AccountId, undefined as never, { relation: 'pending', username: undefined as never }),
      person('3' as AccountId, '  ', { username: 'bo' }),
    ]);
    expect(all(element, '[part="name"]').map((name) => name.textContent?.trim())).to.deep.equal([
      'Unnamed …3224',
      'Unnamed …2',
      'bo',
    ]);
    expect(textOf(element)).not.to.match(/undefined|null/u);
  });

  it('33: replaces Ask to connect by the state while a request is open, so that a second click asks nothing', async () => {
    const asked = heard('p2p-ask-request');
    const row = person('1' as AccountId, 'Bo', { presence: 'reachable' });
    const element = await discovery([row]);
    button(element, 'Ask to connect').click();
    expect(asked).to.deep.equal([{ account: me, peer: '1' }]);
    element.rows = [{ ...row, relation: 'asked', since: NOW }];
    await element.updateComplete;
    expect(buttons(element, 'Ask to connect')).to.have.lengthOf(0);
    expect(factsOf(element)).to.equal('Request sent now · Reachable');
    expect(buttons(element, 'Withdraw')).to.have.lengthOf(1);
  });

  it('23: disables both buttons of the row whose accept is in flight, and of no other', async () => {
    const element = await discovery([
      person('1' as AccountId, 'Bo', { relation: 'accepting', since: NOW }),
      person('2' as AccountId, 'Cy', { relation: 'pending' }),
    ]);
    expect(buttons(element, 'Accept').map(({ disabled }) => disabled)).to.deep.equal([true, false]);
    expect(buttons(element, 'Decline').map(({ disabled }) => disabled)).to.deep.equal([true, false]);
    element.rows = [
      person('1' as AccountId, 'Bo', { relation: 'pending', reason: 'the service is busy' }),
      person('2' as AccountId, 'Cy', { relation: 'pending' }),
    ];
    await element.updateComplete;
    expect(buttons(element, 'Accept').map(({ disabled }) => disabled)).to.deep.equal([false, false]);
    expect(factsOf(element, 0)).to.equal('Couldn’t accept. You can try again.');
  });

  it('says why an ask was refused and offers to ask again', async () => {
    const asked = heard('p2p-ask-request');
    const element = await discovery([person('1' as AccountId, 'Jun Li', { reason: 'no such account' })]);
    expect(factsOf(element)).to.equal('Couldn’t send the request. You can ask again.');
    button(element, 'Ask again').click();
    expect(asked).to.have.lengthOf(1);
  });

  it('dispatches one request per press, with the ids of that row', async () => {
    const cases = [
      ['Accept', 'p2p-accept-request', 2],
      ['Decline', 'p2p-decline-request', 2],
      ['Withdraw', 'p2p-withdraw-request', 3],
      ['Message', 'p2p-open-conversation-request', 0],
    ] as const;
    const element = await discovery(people);
    for (const [name, type, row] of cases) {
      const details = heard(type);
      buttons(element, name)[0]!.click();
      expect(details).to.deep.equal([{ account: me, peer: people[row]!.peer }]);
    }
  });

  it('asks for the people by the buttons Find people, Load again and Try again', async () => {
    const asked = heard('p2p-discover-request');
    button(await discovery(null), 'Find people').click();
    button(await discovery(people), 'Load again').click();
    button(await discovery(null, view('failed')), 'Try again').click();
    expect(asked).to.deep.equal([{ account: me }, { account: me }, { account: me }]);
  });

  it('finds by name, username and user ID, and says when nobody matches', async () => {
    const element = await discovery(people);
    const search = one<HTMLInputElement>(element, 'input');
    const type = async (text: string) => {
      search.value = text;
      search.dispatchEvent(new Event('input'));
      await element.updateComplete;
    };
    await type('mona');
    await until(() => all(element, '.person').length === 1, 'one row is left');
    expect(textOf(element, '[part="name"]')).to.equal('Mona Okafor');
    await type('18017897041159203224');
    await until(() => textOf(element, '[part="name"]') === 'Petra Lind', 'the row of that id is drawn');
    await type('nobody at all');
    expect(textOf(element)).to.contain('Nobody here matches “nobody at all”.');
  });

  it('grows the age of a request with the clock', async () => {
    const clock = standStill();
    const element = await discovery([
      person('1' as AccountId, 'Bo', { relation: 'asked', since: NOW - 2 * MINUTE }),
    ]);
    expect(factsOf(element)).to.contain('Request sent 2 min ago');
    clock.advance(3 * MINUTE);
    await element.updateComplete;
    expect(factsOf(element)).to.contain('Request sent 5 min ago');
  });

  it('68: shows no negative age when a clock is ahead of ours', async () => {
    const element = await discovery([
      person('1' as AccountId, 'Bo', { relation: 'asked', since: NOW + 7 * MINUTE }),
    ]);
    expect(factsOf(element)).to.equal('Request sent now · Status unknown');
  });

  it('is one stop for Tab and moves between rows by the arrow keys', async () => {
    const element = await discovery(people);
    const rows = all(element, '.person');
    expect(rows.filter(({ tabIndex }) => tabIndex === 0)).to.deep.equal([rows[0]]);
    rows[0]!.focus();
    const press = (key: string) =>
      element.shadowRoot!.activeElement!.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
      );
    const focused = () => (element.shadowRoot!.activeElement as HTMLElement | null)?.dataset['index'];
    press('ArrowDown');
    await until(() => focused() === '1', 'the second row has the focus');
    press('End');
    await until(() => focused() === String(people.length - 1), 'the last row has the focus');
    press('Home');
    await until(() => focused() === '0', 'the first row has the focus');
  });

  it('leaves the arrows to an input method that is composing in the search field', async () => {
    const element = await discovery(people);
    const field = one<HTMLInputElement>(element, 'input');
    field.focus();
    const press = (isComposing: boolean) =>
      field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'ArrowDown', isComposing, bubbles: true, cancelable: true }),
      );
    expect(press(true), 'not prevented').to.equal(true);
    expect(element.shadowRoot!.activeElement).to.equal(field);
    press(false);
    expect(element.shadowRoot!.activeElement).to.equal(all(element, '.person')[0]);
  });

  it('33: does not take the second click of a double click for Withdraw, which then stands where Ask stood', async () => {
    const asked = heard('p2p-ask-request');
    const withdrawn = heard('p2p-withdraw-request');
    const stranger = person('77' as AccountId, 'Tomas Novak', { relation: 'none' });
    const element = await discovery([stranger]);
    const click = (detail: number): void => {
      const target = all(element, '.actions button')[0]!;
      target.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail }));
    };
    click(1);
    element.rows = [{ ...stranger, relation: 'asked', since: NOW }];
    await element.updateComplete;
    await until(() => textOf(element).includes('Withdraw'), 'the row says that it was asked');
    click(2);
    expect(asked).to.have.lengthOf(1);
    expect(withdrawn).to.have.lengthOf(0);
  });

  it('draws only a part of ten thousand people', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => person(`${1000 + i}` as AccountId, `Person ${i}`));
    const element = await fixture<PeerDiscoveryElement>(
      html`<p2p-peer-discovery .account=${me} .rows=${many}></p2p-peer-discovery>`,
    );
    element.style.height = '400px';
    await until(() => {
      const drawn = all(element, '.person').length;
      return drawn > 4 && drawn < 40;
    }, 'only the rows near the view are drawn');
    expect(textOf(element, '.header')).to.contain('10,000 on this server');
    expect(all(element, '.person')[0]!.getAttribute('aria-setsize')).to.equal('10000');
  });
});
