import { expect } from '@open-wc/testing';
import { SERVER, createLive } from '../../.storybook/live.ts';
import { deepAll, nameOf } from '../../.storybook/report/screen.ts';
import { focused } from '../../components/internal/focus.ts';
import type { MessageId } from '../../facts/index.ts';
import { NARROW, WIDE, fill, hands, lasting, world } from './hands.ts';
import { frames } from './helpers.ts';

describe('keyboard journeys through accounts and long lists in p2p-messenger', () => {
  for (const box of [WIDE, NARROW]) {
    it(`The first account signs in: the heading of its messages; the last one signs out: the form (${box} px)`, async () => {
      const live = lasting(createLive());
      const browser = await live.browser('our browser');
      const person = await hands(browser, live, box, 'keys');
      const address = deepAll(person.element.shadowRoot!, 'input[name="server"]')[0]!;
      address.focus();
      fill(person, { fullName: 'Alice Example', username: 'alice', password: 'password' });
      await person.press('Create account');
      await person.wait(1_500);
      person.at('Messages', 'h2');
      await person.press('Account options', '.options');
      await person.press('Sign out', '[data-action]');
      await person.wait(1_500);
      person.at('', 'input');
      await person.wait(60_000);
      fill(person, { username: 'alice', password: 'wrong' });
      await person.press('Sign in');
      await person.wait(5_000);
      expect(deepAll(person.element.shadowRoot!, '.failure').map(nameOf).join()).to.match(/password/u);
      person.at('', 'input');
    }).timeout(30_000);

    it(`An account that is open elsewhere, Use here: something of the messenger (${box} px)`, async () => {
      const live = lasting(createLive());
      const browser = await live.browser('our browser');
      await live.account(browser, 'alice', 'Alice Example');
      const other = await live.browser('other', { on: browser.service });
      void other.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: 'password' });
      await live.clock.advance(1_000);
      const again = await live.browser('again', { on: browser.service, storage: browser.storage });
      browser.messenger.close();
      await live.clock.advance(6_000);
      const person = await hands(again, live, box, 'keys');
      await person.press('Use here');
      await person.wait(1_000);
      person.at('Messages', 'h2');
    }).timeout(30_000);

    it(`A long conversation by Page Up and Down, Home, End, Tab and Jump to latest (${box} px)`, async () => {
      const { live, browser, account, noor } = await world();
      for (let n = 0; n < 150; n += 1)
        void browser.messenger.messages.send(account, noor, `message ${n}: ${'and so on '.repeat(n % 15)}`);
      await live.clock.advance(5_000);
      const person = await hands(browser, live, box, 'keys');
      await person.press(/Noor/u, '.conversation');
      const row = (): HTMLElement => deepAll(person.element.shadowRoot!, '.message[tabindex="0"]')[0]!;
      const place = (): number => Number(focused()!.dataset['index']);
      row().focus();
      const last = place();
      const places: number[] = [last];
      for (let n = 0; n < 8; n += 1) {
        await person.key('PageUp');
        person.at(/./u, '.message');
        places.push(place());
      }
      expect(places, 'each page goes up').to.deep.equal([...places].sort((a, b) => b - a));
      expect(places.at(-1)! <= last - 8, places.join()).to.equal(true);
      const log = deepAll(person.element.shadowRoot!, '.log')[0]!;
      const seen = (): boolean => {
        const [outer, inner] = [log.getBoundingClientRect(), focused()!.getBoundingClientRect()];
        return inner.bottom > outer.top && inner.top < outer.bottom;
      };
      expect(seen(), 'the row that has the focus is in view').to.equal(true);
      await person.key('PageDown');
      expect(place() > places.at(-1)!, 'and down again').to.equal(true);
      // The wheel takes the row far away: it stays, and keeps the focus.
      const before = focused();
      log.scrollTop = log.scrollHeight;
      await person.settle();
      log.scrollTop = 0;
      await person.settle();
      expect(focused() === before, 'the same row').to.equal(true);
      await person.press('Jump to latest');
      expect(place()).to.equal(last);
      person.at(/message 149/u, '.message');
      await person.key('Home');
      expect(place()).to.equal(0);
      // From somewhere else, Tab comes back to a row that is in view, wherever the reader has scrolled.
      person.find(/^Message Noor/u, 'textarea').focus();
      log.scrollTop = log.scrollHeight / 2;
      await person.settle();
      row().focus();
      await person.settle();
      expect(Math.abs(log.scrollTop - log.scrollHeight / 2) < log.clientHeight, 'it stays there').to.equal(
        true,
      );
      await person.key('End');
      expect(place()).to.equal(last);
    }).timeout(30_000);
  }

  it('A row that is removed while it has the focus, and what was around it: the row in its place', async () => {
    const { live, browser, account, noor } = await world();
    const person = await hands(browser, live, WIDE, 'keys');
    await person.press(/Noor/u, '.conversation');
    const failed = deepAll(person.element.shadowRoot!, '.message.failed')[0]!;
    failed.focus();
    browser.messenger.messages.delete(account, noor, failed.dataset['id'] as MessageId);
    await person.wait(100);
    person.at(/relay\.log/u, '.message');
  });

  it('does not move the focus after a click on an empty area, or while it is in the page', async () => {
    const { live, browser, account, noor } = await world();
    const person = await hands(browser, live, WIDE, 'keys');
    await person.press(/Noor/u, '.conversation');
    const failed = deepAll(person.element.shadowRoot!, '.message.failed')[0]!;
    failed.focus();
    failed.blur();
    await frames();
    browser.messenger.messages.delete(account, noor, failed.dataset['id'] as MessageId);
    await live.clock.advance(100);
    await frames();
    expect(focused() === null).to.equal(true);
    const own = document.createElement('input');
    document.body.append(own);
    own.focus();
    person.element.peer = null;
    await frames();
    expect(focused() === own).to.equal(true);
    own.remove();
  });
});
