import { expect, fixture, html } from '@open-wc/testing';
import { me, noor, session, sessions } from '../../.storybook/fixtures.ts';
import type { Cid, SessionRow } from '../../facts/index.ts';
import type { SessionSwitcher } from '../../components/session-switcher/session-switcher.ts';
import '../../components/session-switcher/define.ts';
import { all, button, buttons, heard, one, textOf, until } from './helpers.ts';

const switcher = (rows: readonly SessionRow[], selected: Cid | null = me) =>
  fixture<SessionSwitcher>(
    html`<p2p-session-switcher .sessions=${rows} .selected=${selected}></p2p-session-switcher>`,
  );
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
] as SessionRow['state'][];

describe('p2p-session-switcher', () => {
  it('is accessible in every state, with the options open too', async () => {
    for (const state of states) {
      const element = await switcher([
        session('p2ptest1', me, state, { note: 'a note' }),
        ...sessions.slice(1),
      ]);
      await expect(element).to.be.accessible();
      button(element, 'Account options').click();
      await expect(element).to.be.accessible();
    }
    await expect(await switcher([])).to.be.accessible();
  });

  it('names each account with its state and what waits there', async () => {
    const element = await switcher([
      ...sessions.slice(0, 1),
      session('bob', noor, 'signed-in', { unread: 3, pending: 1 }),
    ]);
    expect(all(element, '.session .unseen').map(({ textContent }) => textContent)).to.deep.equal([
      'p2ptest1, Signed in',
      'bob, Signed in, 3 unread, 1 pending request',
    ]);
    expect(all(element, '.session')[1]!.querySelector('.count')!.textContent).to.equal('4');
  });

  it('asks to switch to the account that was pressed, once', async () => {
    const asked = heard('p2p-switch-session-request');
    const element = await switcher(sessions);
    all(element, '.session')[1]!.click();
    expect(asked).to.deep.equal([{ account: noor }]);
  });

  it('asks for one more account', async () => {
    const asked = heard('p2p-add-account-request');
    button(await switcher([], null), 'Add account').click();
    expect(asked).to.have.lengthOf(1);
  });

  it('115: offers Exit and Sign out as two things, and asks for the one that was pressed', async () => {
    const exit = heard('p2p-exit-request');
    const signOut = heard('p2p-sign-out-request');
    const element = await switcher(sessions);
    button(element, 'Account options').click();
    button(element, 'Exit').click();
    expect([exit.length, signOut.length]).to.deep.equal([1, 0]);
    button(element, 'Account options').click();
    button(element, 'Sign out').click();
    expect([exit, signOut]).to.deep.equal([[{ account: me }], [{ account: me }]]);
    expect(one(element, '[popover]').matches(':popover-open')).to.equal(false);
  });

  it('asks once, in plain words, before what an account has here is removed, and does nothing else', async () => {
    const signOut = heard('p2p-sign-out-request');
    const element = await switcher(sessions);
    const menu = () => one(element, '[popover]');
    const focus = () => (element.shadowRoot!.activeElement as HTMLElement | null)?.textContent?.trim();
    const press = async (name: string) => {
      button(element, name).click();
      await element.updateComplete;
    };
    await press('Account options');
    await press('Sign out and remove its messages from this device');
    expect(signOut).to.deep.equal([]);
    expect(textOf(element, '[popover] [role="status"]')).to.match(/^Everything of p2ptest1 is removed/);
    expect(buttons(element, 'Sign out')).to.have.lengthOf(0);
    expect(focus()).to.equal('Keep');
    await expect(element).to.be.accessible();
    await press('Keep');
    expect(focus()).to.equal('Sign out and remove its messages from this device');
    await press('Sign out and remove its messages from this device');
    await press('Sign out and remove');
    expect(signOut).to.deep.equal([{ account: me, wipe: true }]);
    expect(menu().matches(':popover-open')).to.equal(false);
    // The next time it begins anew.
    await until(() => buttons(element, 'Sign out').length === 1, 'the choices are back');
  });

  it('says that an account is open in another browser and offers to use it here', async () => {
    const asked = heard('p2p-use-here-request');
    const element = await switcher([session('p2ptest1', me, 'open-elsewhere')]);
    button(element, 'Account options').click();
    expect(one(element, '[popover]').textContent).to.contain('Open in another browser');
    button(element, 'Use here').click();
    expect(asked).to.deep.equal([{ account: me }]);
    expect(buttons(element, 'Sign out')).to.have.lengthOf(0);
  });
});
