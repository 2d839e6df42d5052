import { expect, fixture, html } from '@open-wc/testing';
import { me, noor, session, sessions } from '../../.storybook/fixtures.ts';
import type { AccountId, SessionNote, SessionRow } from '../../facts/index.ts';
import type { SessionSwitcherElement } from '../../components/session-switcher/session-switcher.ts';
import '../../components/session-switcher/define.ts';
import { all, button, buttons, frames, heard, one, textOf, until } from './helpers.ts';

const switcher = (rows: readonly SessionRow[], selected: AccountId | null = me) =>
  fixture<SessionSwitcherElement>(
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

const menuButtons = (element: SessionSwitcherElement): (string | undefined)[] =>
  all(element, '.menu button').map(({ textContent }) => textContent?.trim());

describe('p2p-session-switcher', () => {
  it('is accessible in every state, with the options open too', async () => {
    for (const state of states) {
      const element = await switcher([
        session('p2ptest1', me, state, { note: 'not-signed-out' }),
        ...sessions.slice(1),
      ]);
      await expect(element).to.be.accessible();
      button(element, 'Account options').click();
      await expect(element).to.be.accessible();
    }
    await expect(await switcher([])).to.be.accessible();
  });

  it('names each account with its state and its counts', async () => {
    const element = await switcher([
      ...sessions.slice(0, 1),
      session('bob', noor, 'signed-in', { unread: 3, pending: 1 }),
    ]);
    expect(all(element, '.session .visually-hidden').map(({ textContent }) => textContent)).to.deep.equal([
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

  it('115: offers Hide account and Sign out as two things, and asks for the one that was pressed', async () => {
    const exit = heard('p2p-exit-request');
    const signOut = heard('p2p-sign-out-request');
    const element = await switcher(sessions);
    button(element, 'Account options').click();
    button(element, 'Hide account').click();
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
    expect(textOf(element, '[popover] [role="status"]')).to.match(/^All data for p2ptest1 will be deleted/);
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

  it('does not carry an open question over to another account', async () => {
    const signOut = heard('p2p-sign-out-request');
    const [mine, other] = [session('mine', me, 'signed-in'), session('other', noor, 'signed-in')];
    for (const change of [
      // The account goes, by another tab, and the next one is shown.
      (element: SessionSwitcherElement) => Object.assign(element, { sessions: [other], selected: noor }),
      (element: SessionSwitcherElement) => Object.assign(element, { selected: noor }),
    ]) {
      const element = await switcher([mine, other]);
      button(element, 'Account options').click();
      button(element, 'Sign out and remove its messages from this device').click();
      await element.updateComplete;
      expect(textOf(element, '.menu')).to.include('All data for mine');
      change(element);
      await element.updateComplete;
      await frames();
      expect(textOf(element, '.menu')).not.to.include('All data');
      expect(one(element, '.menu').matches(':popover-open'), 'still open').to.equal(false);
      button(element, 'Account options').click();
      await element.updateComplete;
      expect(textOf(element, '.menu')).not.to.include('All data');
      expect(one(element, '.menu').matches(':popover-open'), 'open').to.equal(true);
      element.remove();
    }
    expect(signOut).to.deep.equal([]);
  });

  it('has a menu again after the account that it was open for has gone', async () => {
    const [mine, other] = [session('mine', me, 'signed-in'), session('other', noor, 'signed-in')];
    const element = await switcher([mine, other]);
    all(element, '.session')[1]!.dispatchEvent(new MouseEvent('contextmenu', { cancelable: true }));
    await until(() => one(element, '.menu').matches(':popover-open'), 'the menu');
    element.sessions = [mine];
    await element.updateComplete;
    await frames();
    button(element, 'Account options').click();
    await element.updateComplete;
    expect(one(element, '.menu').matches(':popover-open')).to.equal(true);
    expect(textOf(element, '.menu')).to.include('mine');
  });

  it('stays open when signing out fails without a link, and shows the failure', async () => {
    const signOut = heard('p2p-sign-out-request');
    const row = (note: SessionNote | null) => [session('p2ptest1', me, 'link-down', { note })];
    const element = await switcher(row(null));
    const menu = one(element, '[popover]');
    const focus = () => element.shadowRoot!.activeElement as HTMLElement | null;
    const press = async (name: string) => {
      button(element, name).focus();
      button(element, name).click();
      await element.updateComplete;
    };
    await press('Account options');
    await press('Sign out');
    expect(focus()!.dataset['action']).to.equal('sign-out');
    element.sessions = row('not-signed-out');
    await element.updateComplete;
    expect(menu.matches(':popover-open')).to.equal(true);
    expect(textOf(element, '.menu [aria-live]')).to.equal(
      'Not connected to the service: Not signed out. There is no connection to the service.',
    );
    await press('Sign out and remove its messages from this device');
    await press('Sign out and remove');
    expect(signOut).to.deep.equal([{ account: me }, { account: me, wipe: true }]);
    expect(menu.matches(':popover-open')).to.equal(true);
    expect(focus()!.dataset['action']).to.equal('ask');
    await expect(element).to.be.accessible();
    // What needs no link closes it, as ever.
    await press('Hide account');
    expect(menu.matches(':popover-open')).to.equal(false);
  });

  it('says that an account is open in another browser and offers to use it here, or to hide it; never to sign it out there', async () => {
    const asked = heard('p2p-use-here-request');
    const element = await switcher([session('p2ptest1', me, 'open-elsewhere')]);
    button(element, 'Account options').click();
    expect(one(element, '[popover]').textContent).to.contain('Open in another browser');
    expect(menuButtons(element)).to.deep.equal(['Use here', 'Hide account']);
    button(element, 'Use here').click();
    expect(asked).to.deep.equal([{ account: me }]);
  });

  it('keeps an account that the service has signed out, says why, and asks for it to be signed in again', async () => {
    const asked = heard('p2p-add-account-request');
    const note = 'The service has signed this account out. Sign in again; nothing is lost.';
    const element = await switcher([session('p2ptest1', me, 'signed-out-by-service', { note: 'ended' })]);
    expect(all(element, '.session')).to.have.lengthOf(1);
    button(element, 'Account options').click();
    expect(textOf(element, '[popover]')).to.contain(`Signed out by the service: ${note}`);
    expect(menuButtons(element)).to.deep.equal([
      'Sign in again',
      'Hide account',
      'Sign out and remove its messages from this device',
    ]);
    // It is not signed in at the service any more.
    expect(button(element, 'Hide account').title).to.equal('');
    button(element, 'Sign in again').click();
    expect(asked).to.deep.equal([{ account: me, username: 'p2ptest1', server: '127.0.0.1:12349' }]);
  });

  it('draws each state as a picture, says it in words, and only who is signed in has the green dot', async () => {
    const element = await switcher(states.map((state, n) => session(`a${n}`, `30${n}` as AccountId, state)));
    const drawn = all(element, '.session').map((chip) => [
      chip.querySelector('[part="state"] svg')?.getAttribute('data-icon') ??
        chip.querySelector('.dot')?.className,
      chip.querySelector('.visually-hidden')!.textContent!.split(', ')[1],
    ]);
    expect(drawn).to.deep.equal([
      ['dot online', 'Signed in'],
      ['dash', 'Signing in…'],
      ['dash', 'Restoring your session…'],
      ['fail', 'Signed out'],
      ['fail', 'Signed out by the service'],
      ['elsewhere', 'Open in another browser'],
      ['none', 'Not connected to the service'],
    ]);
  });

  it('draws the initials of an own account by the rule for everybody: the full name before the username', async () => {
    const own = session('bob', me, 'signed-in');
    const element = await switcher([{ ...own, fullName: 'Noor Haddad' }]);
    expect(textOf(element, '[part="avatar"]')).to.equal('NH');
    expect(textOf(await switcher([{ ...own, fullName: '' }]), '[part="avatar"]')).to.equal('BO');
  });

  it('tells unread messages and pending requests apart in the options, and in the name', async () => {
    const element = await switcher([session('bob', me, 'signed-in', { unread: 3, pending: 2 })]);
    button(element, 'Account options').click();
    expect(textOf(element, '[popover]')).to.contain('3 unread · 2 pending requests');
    expect(textOf(element, '.session .visually-hidden')).to.equal(
      'bob, Signed in, 3 unread, 2 pending requests',
    );
  });
});

describe('p2p-session-switcher by keyboard', () => {
  const focus = (element: SessionSwitcherElement): string =>
    (element.shadowRoot!.activeElement as HTMLElement | null)?.dataset['account'] ?? '';
  const press = async (
    element: SessionSwitcherElement,
    key: string,
    more: KeyboardEventInit = {},
  ): Promise<boolean> => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
    element.shadowRoot!.activeElement!.dispatchEvent(event);
    await element.updateComplete;
    return event.defaultPrevented;
  };
  const stops = (element: SessionSwitcherElement): string[] =>
    all(element, '.session')
      .filter(({ tabIndex }) => tabIndex === 0)
      .map(({ dataset }) => dataset['account']!);
  const [first, second, third] = sessions.map(({ account }) => account) as [AccountId, AccountId, AccountId];

  it('is one stop for Tab, the chosen account, and arrows, Home and End go from one to the next', async () => {
    const element = await switcher(sessions, second);
    expect(stops(element)).to.deep.equal([second]);
    all(element, '.session')[1]!.focus();
    const walk: [string, AccountId][] = [
      ['ArrowDown', third],
      ['ArrowDown', third],
      ['ArrowUp', second],
      ['Home', first],
      ['ArrowUp', first],
      ['End', third],
      ['ArrowLeft', second],
      ['ArrowRight', third],
    ];
    for (const [key, account] of walk) {
      expect(await press(element, key), key).to.equal(true);
      expect(focus(element), key).to.equal(account);
      expect(stops(element), key).to.deep.equal([account]);
    }
    // The browser's own keys stay the browser's.
    expect(await press(element, 'ArrowLeft', { altKey: true })).to.equal(false);
    expect(focus(element)).to.equal(third);
  });

  it('turns left and right round where the writing runs from right to left', async () => {
    const element = await switcher(sessions, second);
    element.dir = 'rtl';
    all(element, '.session')[1]!.focus();
    await press(element, 'ArrowLeft');
    expect(focus(element)).to.equal(third);
    await press(element, 'ArrowRight');
    expect(focus(element)).to.equal(second);
  });

  it('stops where the chosen account is when another one is chosen, and at the first where it has gone', async () => {
    const element = await switcher(sessions, first);
    element.selected = third;
    await element.updateComplete;
    expect(stops(element)).to.deep.equal([third]);
    element.sessions = sessions.slice(0, 2);
    await element.updateComplete;
    expect(stops(element)).to.deep.equal([first]);
  });

  for (const [name, key] of [
    ['the context menu key', { key: 'ContextMenu' }],
    ['Shift+F10', { key: 'F10', shiftKey: true }],
  ] as const)
    it(`opens the options of any account by ${name}, with the focus in them, and gives it back`, async () => {
      const signOut = heard('p2p-sign-out-request');
      const element = await switcher(sessions, first);
      all(element, '.session')[1]!.focus();
      expect(await press(element, key.key, key)).to.equal(true);
      const menu = one(element, '[popover]');
      expect(menu.matches(':popover-open')).to.equal(true);
      expect(textOf(element, '[popover] .name')).to.equal('p2ptest2');
      expect(menu.contains(element.shadowRoot!.activeElement)).to.equal(true);
      await expect(element).to.be.accessible();
      menu.hidePopover();
      await until(() => focus(element) === second, 'the focus is back');
      await press(element, key.key, key);
      button(element, 'Sign out').click();
      expect(signOut).to.deep.equal([{ account: second }]);
    });

  it('opens the options of the chosen account from their button, also after those of another one', async () => {
    const element = await switcher(sessions, first);
    all(element, '.session')[1]!.focus();
    await press(element, 'ContextMenu');
    one(element, '[popover]').hidePopover();
    button(element, 'Account options').click();
    await element.updateComplete;
    expect(textOf(element, '[popover] .name')).to.equal('p2ptest1');
  });

  it('opens the options of an account by the other mouse button, and not those of the browser', async () => {
    const element = await switcher(sessions, first);
    const event = new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
    all(element, '.session')[2]!.dispatchEvent(event);
    await element.updateComplete;
    expect(event.defaultPrevented).to.equal(true);
    expect(textOf(element, '[popover] .name')).to.equal('p2ptest3');
  });

  it('removes and signs out nothing by Delete or Backspace', async () => {
    const asked = [heard('p2p-sign-out-request'), heard('p2p-exit-request')];
    const element = await switcher(sessions, first);
    all(element, '.session')[0]!.focus();
    for (const key of ['Delete', 'Backspace']) expect(await press(element, key)).to.equal(false);
    expect(asked).to.deep.equal([[], []]);
    expect(one(element, '[popover]').matches(':popover-open')).to.equal(false);
  });
});
