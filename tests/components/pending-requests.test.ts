import { expect, fixture, html } from '@open-wc/testing';
import { MINUTE, NOW, everyPerson, me, person } from '../../.storybook/fixtures.ts';
import type { AccountId, PersonRow } from '../../facts/index.ts';
import type { PendingRequestsElement } from '../../components/pending-requests/pending-requests.ts';
import type { PeerDiscoveryElement } from '../../components/peer-discovery/peer-discovery.ts';
import '../../components/peer-discovery/define.ts';
import '../../components/pending-requests/define.ts';
import { all, button, buttons, heard, standStill, textOf, until } from './helpers.ts';

async function requests(rows: readonly PersonRow[]): Promise<PendingRequestsElement> {
  const element = await fixture<PendingRequestsElement>(
    html`<p2p-pending-requests .rows=${rows}></p2p-pending-requests>`,
  );
  await until(() => all(element, '.person').length >= Math.min(rows.length, 5), 'rows are drawn');
  return element;
}

beforeEach(() => {
  standStill();
});

describe('p2p-pending-requests', () => {
  it('is accessible in every state', async () => {
    const open = everyPerson.filter(({ relation }) => relation !== 'contact');
    await expect(await requests(open)).to.be.accessible();
    await expect(await requests([])).to.be.accessible();
  });

  it('130: addresses Accept and Decline by the same handle as discovery does', async () => {
    const row = person('1' as AccountId, 'Aiko Reyes', { relation: 'pending' });
    const here = await requests([row]);
    const there = await fixture<PeerDiscoveryElement>(
      html`<p2p-peer-discovery .account=${me} .rows=${[row]}></p2p-peer-discovery>`,
    );
    await until(() => all(there, '.person').length === 1, 'the row is drawn');
    for (const action of ['accept', 'decline']) {
      const handles = [here, there].map((element) => all(element, `[data-action="${action}"]`));
      expect(handles.map(({ length }) => length)).to.deep.equal([1, 1]);
      expect(handles[0]![0]!.getAttribute('part')).to.equal(handles[1]![0]!.getAttribute('part'));
      const type = action === 'accept' ? 'p2p-accept-request' : 'p2p-decline-request';
      const details = heard(type);
      for (const [handle] of handles) handle!.click();
      expect(details).to.deep.equal([
        { account: me, peer: '1' },
        { account: me, peer: '1' },
      ]);
    }
  });

  it('20: shows the real age of a request', async () => {
    const element = await requests([
      person('1' as AccountId, 'Bo', { relation: 'pending', since: NOW - MINUTE }),
    ]);
    expect(textOf(element, '[part="facts"]')).to.equal('Wants to connect · 1 min ago');
  });

  it('1: says "Accepted, waiting for …" without buttons to accept again', async () => {
    const element = await requests([
      person('1' as AccountId, 'Sana Khan', { relation: 'accepted', since: NOW }),
    ]);
    expect(textOf(element, '[part="facts"]')).to.equal('Accepted, waiting for Sana');
    expect(buttons(element, 'Accept')).to.have.lengthOf(0);
    button(element, 'Withdraw');
  });

  it('22: says in the row why an accept failed', async () => {
    const element = await requests([
      person('1' as AccountId, 'Bo', { relation: 'pending', reason: 'the service is busy' }),
    ]);
    expect(textOf(element, '[part="facts"]')).to.equal('Couldn’t accept. You can try again.');
    expect(button(element, 'Accept').disabled).to.equal(false);
  });

  it('132: makes every target at least 24 px high and wide', async () => {
    const element = await requests(everyPerson.filter(({ relation }) => relation !== 'contact'));
    for (const target of all(element, 'button')) {
      const { width, height } = target.getBoundingClientRect();
      expect(Math.min(width, height), target.textContent).to.be.at.least(24);
    }
  });

  it('says that there are none', async () => {
    expect(textOf(await requests([]))).to.contain('No requests.');
  });

  it('disables its buttons for an account that is open elsewhere or signed out, and says why', async () => {
    const element = await fixture<PendingRequestsElement>(
      html`<p2p-pending-requests
        account="1"
        .rows=${[person('1' as AccountId, 'Aiko Reyes', { relation: 'pending' })]}
        .accountState=${'open-elsewhere'}
      ></p2p-pending-requests>`,
    );
    await until(() => all(element, '.person').length === 1, 'the row is drawn');
    const why = 'This account is open in another browser. Press “Use here” first.';
    for (const name of ['Accept', 'Decline']) {
      expect(button(element, name).disabled, name).to.equal(true);
      expect(button(element, name).title, name).to.equal(why);
    }
    expect(textOf(element, '[role="status"]')).to.equal(why);
    await expect(element).to.be.accessible();
    element.accountState = 'signed-in';
    await element.updateComplete;
    expect(button(element, 'Accept').disabled).to.equal(false);
    expect(textOf(element, '[role="status"]')).to.equal('');
  });
});
