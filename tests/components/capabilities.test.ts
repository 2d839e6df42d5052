import { expect, fixture, html } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import { evidence, me, mine, people } from '../../.storybook/fixtures.ts';
import { createLimited, createLimitedBrowser } from '../../.storybook/limited.ts';
import type { Live } from '../../.storybook/live.ts';
import { deepAll, nameOf } from '../../.storybook/report/screen.ts';
import '../../components/conversation-list/define.ts';
import '../../components/message-details/define.ts';
import '../../components/messenger/define.ts';
import '../../components/peer-discovery/define.ts';
import '../../components/sign-in/define.ts';
import '../../components/status-legend/define.ts';
import type { Capabilities } from '../../facts/index.ts';
import { all, buttons, frames, heard, one, textOf, until } from './helpers.ts';

const lives: Live[] = [];
afterEach(() => {
  for (const live of lives.splice(0)) live.close();
});

async function limited(capabilities: Partial<Capabilities>) {
  const world = await createLimited(capabilities);
  lives.push(world.live);
  return world;
}

async function limitedBrowser(capabilities: Partial<Capabilities>) {
  const world = await createLimitedBrowser(capabilities);
  lives.push(world.live);
  return world;
}

/** Draws an element with a messenger on `memory()` with something switched off. */
async function shown(template: TemplateResult): Promise<HTMLElement> {
  const element = await fixture<HTMLElement>(template);
  await frames();
  return element;
}

const words = (element: HTMLElement): string =>
  deepAll(element.shadowRoot ?? element, '*')
    .filter((part) => !(part instanceof HTMLStyleElement))
    .flatMap((part) => [...part.childNodes].filter((node) => node instanceof Text))
    .map(({ data }) => data.trim())
    .join(' ');

describe('elements on a network that creates no accounts', () => {
  it('a form offers only to sign in, with the fields that this needs', async () => {
    const { browser } = await limitedBrowser({ createsAccounts: false });
    const element = await shown(html`<p2p-sign-in .messenger=${browser.messenger}></p2p-sign-in>`);
    expect(buttons(element, 'Create account')).to.have.length(0);
    expect(all<HTMLInputElement>(element, 'input').map(({ name }) => name)).to.deep.equal([
      'username',
      'password',
    ]);
    await expect(element).to.be.accessible();
    const asked = heard('p2p-sign-in-request');
    one<HTMLInputElement>(element, '[name="username"]').value = 'aiko';
    one<HTMLInputElement>(element, '[name="password"]').value = 'a password';
    one(element, '[name="username"]').dispatchEvent(new InputEvent('input', { bubbles: true }));
    buttons(element, 'Sign in')[0]!.click();
    expect(asked.map(({ username }) => username)).to.deep.equal(['aiko']);
  });

  it('a messenger offers only to sign in', async () => {
    const { browser } = await limitedBrowser({ createsAccounts: false });
    const element = await shown(html`<p2p-messenger .messenger=${browser.messenger}></p2p-messenger>`);
    const names = deepAll(element.shadowRoot!, 'button').map(nameOf);
    expect(names).to.include('Sign in');
    expect(names).not.to.include('Create account');
    await expect(element).to.be.accessible();
  });
});

describe('elements on a network that lists no people', () => {
  it('p2p-peer-discovery shows the contacts and no search for people', async () => {
    const { browser } = await limited({ listsPeople: false });
    const element = await shown(
      html`<p2p-peer-discovery .messenger=${browser.messenger}></p2p-peer-discovery>`,
    );
    await until(() => all(element, '.person').length === 1, 'the contact is drawn');
    expect(textOf(element, 'h2')).to.equal('Contacts');
    expect(textOf(element)).to.contain('Noor Haddad');
    expect(words(element)).not.to.match(/Find people|on this server/u);
    await expect(element).to.be.accessible();
  });

  it('p2p-peer-discovery names contacts in its empty and not-loaded texts', async () => {
    for (const [state, said] of [
      ['idle', 'Not loaded yet.'],
      ['loaded', 'No contacts yet.'],
      ['failed', 'Couldn’t load your contacts.'],
    ] as const) {
      const element = await shown(
        html`<p2p-peer-discovery
          .account=${me}
          .capabilities=${{ listsPeople: false }}
          .people=${{ state, reason: null }}
        ></p2p-peer-discovery>`,
      );
      expect(textOf(element)).to.contain(said);
      expect(words(element)).not.to.match(/Find people|this server|other users/u);
      await expect(element).to.be.accessible();
    }
  });

  it('a messenger has no way to Find people', async () => {
    const { browser } = await limited({ listsPeople: false });
    const element = await shown(html`<p2p-messenger .messenger=${browser.messenger}></p2p-messenger>`);
    const named = (name: string) =>
      deepAll(element.shadowRoot!, 'button').filter((button) => nameOf(button) === name);
    expect(named('Find people')).to.have.length(0);
    expect(words(element)).to.contain('No conversations yet.');
    expect(words(element)).not.to.contain('Find someone');
    await expect(element).to.be.accessible();
    named('Contacts')[0]!.click();
    await until(() => words(element).includes('Noor Haddad'), 'the contact is drawn');
    expect(words(element)).not.to.contain('Find people');
    expect(one(element, '.side').getAttribute('aria-label')).to.equal('Contacts');
    await expect(element).to.be.accessible();
  });
});

describe('elements on a network that carries no receipts', () => {
  it('p2p-status-legend leaves out Delivered and Read', async () => {
    const { browser } = await limitedBrowser({ carriesReceipts: false });
    const element = await shown(
      html`<p2p-status-legend .messenger=${browser.messenger}></p2p-status-legend>`,
    );
    expect(all(element, 'dt').map(({ textContent }) => textContent?.trim())).to.deep.equal([
      ...['Waiting', 'Sending', 'Unconfirmed', 'Sent', 'Not sent'],
    ]);
    await expect(element).to.be.accessible();
  });

  it('p2p-message-details mentions neither received nor awaited receipts', async () => {
    const { browser, live, account, noor } = await limited({ carriesReceipts: false });
    const sending = browser.messenger.messages.send(account, noor, 'Hello');
    await live.clock.advance(60_000);
    const element = await shown(
      html`<p2p-message-details
        .messenger=${browser.messenger}
        .account=${account}
        .peer=${noor}
        .messageId=${await sending}
      ></p2p-message-details>`,
    );
    expect(all(element, 'li .grow').map(({ textContent }) => textContent?.trim())).to.deep.equal([
      'Written',
      'Over the connection: accepted',
    ]);
    await expect(element).to.be.accessible();
  });

  it('p2p-message-details leaves Delivered and Read out of evidence that has them', async () => {
    for (const status of ['delivered', 'read'] as const) {
      const message = mine('x', 0, status, { facts: evidence(status) });
      const element = await shown(
        html`<p2p-message-details
          .message=${message}
          .capabilities=${{ carriesReceipts: false }}
        ></p2p-message-details>`,
      );
      expect(textOf(element)).to.contain('accepted');
      expect(textOf(element)).not.to.match(/Delivered|Read|Not read/u);
    }
  });
});

describe('elements of a messenger without capabilities', () => {
  it('show everything', async () => {
    const { browser } = await limitedBrowser({
      createsAccounts: false,
      listsPeople: false,
      carriesReceipts: false,
    });
    const { capabilities: _, ...messenger } = browser.messenger;
    const form = await shown(html`<p2p-sign-in .messenger=${messenger}></p2p-sign-in>`);
    expect(buttons(form, 'Create account')).to.have.length(1);
    const list = await shown(
      html`<p2p-peer-discovery .messenger=${messenger} .account=${me} .rows=${people}></p2p-peer-discovery>`,
    );
    expect(textOf(list, 'h2')).to.equal('Find people');
    const legend = await shown(html`<p2p-status-legend .messenger=${messenger}></p2p-status-legend>`);
    expect(all(legend, 'dt')).to.have.length(7);
  });
});
