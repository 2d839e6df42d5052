import { expect, fixture, html } from '@open-wc/testing';
import { NOW, at, evidence, mine, storied, theirs, unbroken } from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import type { Live } from '../../.storybook/live.ts';
import { STATUSES } from '../../facts/index.ts';
import type { ThreadMessage } from '../../facts/index.ts';
import type { MessageDetailsElement } from '../../components/message-details/message-details.ts';
import '../../components/message-details/define.ts';
import { all, button, frames, one, standStill, textOf, until } from './helpers.ts';

const lives: Live[] = [];
afterEach(() => {
  for (const live of lives.splice(0)) live.close();
});

const details = (message: ThreadMessage | null, more: Partial<MessageDetailsElement> = {}) =>
  fixture<MessageDetailsElement>(
    html`<p2p-message-details
      .message=${message}
      peer-name="Noor Haddad"
      .dials=${more.dials}
      relay-name="the server"
    ></p2p-message-details>`,
  );

/** Gives the page another clipboard for one test. */
function clipboard(writeText: ((text: string) => Promise<void>) | null): void {
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: writeText ? { writeText } : undefined,
  });
}
afterEach(() => Reflect.deleteProperty(navigator, 'clipboard'));

const lines = (element: MessageDetailsElement): string[] =>
  all(element, 'li').map((line) => line.querySelector('.grow')!.textContent!.replace(/\s+/gu, ' ').trim());

describe('p2p-message-details', () => {
  it('is accessible in every state, theirs too, and where there is none, in light and dark', async () => {
    standStill();
    for (const scheme of ['light', 'dark']) {
      document.documentElement.style.colorScheme = scheme;
      document.body.style.background = 'light-dark(var(--p2p-surface-light), var(--p2p-surface-dark))';
      for (const { status } of STATUSES)
        await expect(await details(mine('x', at(10, 0), status))).to.be.accessible();
      const { message, dials } = storied();
      await expect(await details(message, { dials })).to.be.accessible();
      await expect(await details(theirs('x', NOW, { isStored: false }))).to.be.accessible();
      await expect(await details(null)).to.be.accessible();
    }
    document.documentElement.style.colorScheme = '';
    document.body.style.background = '';
  });

  it('shows the history as an ordered list with machine-readable times', async () => {
    standStill();
    const { message, dials } = storied();
    const element = await details(message, { dials });
    expect(one(element, 'ol').getAttribute('part')).to.equal('timeline');
    expect(lines(element)).to.deep.equal([
      'Written',
      'Direct: P2P connection timed out after 30 seconds',
      'Through the server: accepted',
      'Delivered to Noor',
      'Not read yet',
    ]);
    expect(all(element, 'time').map(({ textContent }) => textContent)).to.deep.equal([
      '10:41:02',
      '10:41:32',
      '10:41:33',
      '10:41:33',
    ]);
    expect(new Date(all<HTMLTimeElement>(element, 'time')[0]!.dateTime).getTime()).to.equal(message.sentAt);
  });

  it('says the date with a time that is not of today', async () => {
    standStill(NOW + 24 * 3_600_000);
    const element = await details(mine('x', NOW, 'waiting', { facts: [{ type: 'written', at: NOW }] }));
    expect(textOf(element, 'time')).to.match(/10 Mar.*10:43:00/u);
  });

  it('counts down to the next try, and ticks only while one is planned', async () => {
    const clock = standStill();
    const waiting = { reason: 'no-path', nextTry: NOW + 9_000 } as const;
    const element = await details(mine('x', NOW, 'waiting', { waiting }));
    expect(lines(element).at(-1)).to.equal('Next try in 9 s.');
    clock.advance(4_000);
    await element.updateComplete;
    expect(lines(element).at(-1)).to.equal('Next try in 5 s.');
    element.message = mine('x', NOW, 'read');
    await element.updateComplete;
    expect(clock.listeners).to.equal(0);
  });

  it('says after half a minute that no confirmation came, and says of a missing message that it is missing', async () => {
    const clock = standStill();
    const facts = evidence('sent').map((fact) => ({ ...fact, at: NOW }));
    const element = await details(mine('x', NOW, 'sent', { facts }));
    expect(lines(element).at(-1)).to.equal('No confirmation from Noor yet');
    clock.advance(30_000);
    await element.updateComplete;
    expect(lines(element).at(-1)).to.equal('Accepted by the service. No confirmation from Noor yet');
    element.message = null;
    await element.updateComplete;
    expect(textOf(element, '[part="notice"]')).to.equal('This message is no longer here.');
    expect(all(element, 'button')).to.have.lengthOf(0);
  });

  it('draws a reason of the service as text, and is not widened by a long one', async () => {
    const reason = `<img src=x onerror=alert(1)> ${unbroken}`;
    const element = await details(
      mine('x', NOW, 'failed', { facts: [{ type: 'gave-up', attempt: 0, at: NOW, reason }] }),
    );
    element.style.width = '320px';
    await element.updateComplete;
    expect(all(element, 'img')).to.have.lengthOf(0);
    expect(one(element, '[part="reason"]').textContent).to.equal(reason);
    expect(element.scrollWidth).to.be.at.most(element.clientWidth);
  });

  it('copies the evidence as JSON, without the text and names, and says so', async () => {
    const copied: string[] = [];
    clipboard((text) => Promise.resolve(void copied.push(text)));
    const { message, dials } = storied({
      text: 'the secret text',
      replyTo: { id: storied().message.id, text: 'the secret question', own: false },
    });
    const element = await details(message, { dials });
    button(element, 'Copy as JSON').click();
    await until(() => textOf(element, '[role="status"]') !== '', 'it says what came of it');
    expect(textOf(element, '[role="status"]')).to.equal('Copied, without text or names');
    expect(copied).to.have.lengthOf(1);
    const parsed = JSON.parse(copied[0]!) as Record<string, unknown>;
    expect(parsed['id']).to.equal(message.id);
    expect(parsed['facts']).to.deep.equal(message.facts);
    expect(parsed['dials']).to.deep.equal(dials);
    expect(copied[0]).not.to.match(/secret|Noor|Haddad/u);
    // Again: the same text is rendered again, so that it is announced again.
    const words = one(element, '[role="status"]').firstElementChild;
    button(element, 'Copy as JSON').click();
    await until(() => one(element, '[role="status"]').firstElementChild !== words, 'it is said again');
    expect(textOf(element, '[role="status"]')).to.equal('Copied, without text or names');
  });

  it('offers the text selected in a field when the clipboard refuses or is missing', async () => {
    const element = await details(storied().message);
    for (const refusal of [() => Promise.reject(new Error('Write permission denied.')), null]) {
      clipboard(refusal);
      button(element, 'Copy as JSON').click();
      await until(() => element.shadowRoot!.activeElement?.localName === 'textarea', 'it has the focus');
      const field = one<HTMLTextAreaElement>(element, 'textarea');
      expect(field.value.slice(field.selectionStart, field.selectionEnd)).to.equal(field.value);
      expect(JSON.parse(field.value)).to.include({ id: element.message!.id });
      expect(textOf(element, '[role="status"]')).to.equal(
        'Couldn’t access the clipboard. Copy the selected text below.',
      );
      field.blur();
    }
    // Another message has not been copied.
    element.message = mine('y', NOW);
    await element.updateComplete;
    expect(textOf(element, '[role="status"]')).to.equal('');
    expect(all(element, 'textarea')).to.have.length(0);
  });

  it('warns once about a value that is no message, and keeps working', async () => {
    const said: unknown[] = [];
    const { warn } = console;
    console.warn = (...words: unknown[]) => said.push(words.join(' '));
    const element = await details('sent' as unknown as ThreadMessage);
    console.warn = warn;
    expect(said).to.deep.equal([
      '[p2p] <p2p-message-details>: expected message to be a message, got "sent" (message)',
    ]);
    expect(textOf(element)).to.contain('no longer here');
  });

  it('is filled from a messenger by account, peer and message id, and follows what happens', async () => {
    const { live, browser, friends, account, noor: friend } = await createHarbour();
    lives.push(live);
    const source = browser.messenger.messages.source(account, friend);
    const id = source.ids.peek().find((one) => source.get(one)?.text === 'Sending the log next.')!;
    const element = await fixture<MessageDetailsElement>(
      html`<p2p-message-details
        .messenger=${browser.messenger}
        .account=${account}
        peer=${friend}
        message-id=${id}
      ></p2p-message-details>`,
    );
    expect(lines(element)).to.include('Through the server: accepted');
    expect(lines(element).at(-1)).to.equal('Accepted by the server. No confirmation from Noor yet');
    friends.relay!.setUp(true);
    await live.clock.advance(5_000);
    await frames();
    expect(lines(element)).to.include('Delivered to Noor');
    expect(lines(element).at(-1)).to.equal('Not read yet');
    browser.messenger.messages.delete(account, friend, id);
    await frames();
    expect(textOf(element)).to.contain('no longer here');
  });
});
