import { expect, fixture, html } from '@open-wc/testing';
import { at, me, messageId, noor, theirs } from '../../.storybook/fixtures.ts';
import type { AccountId, WaitReason } from '../../facts/index.ts';
import type { ComposerElement } from '../../components/composer/composer.ts';
import { keepDraft } from '../../components/composer/drafts.ts';
import '../../components/composer/define.ts';
import { all, button, frames, heard, one, standStill, textOf, until } from './helpers.ts';

const composer = (more: Partial<ComposerElement> = {}) =>
  fixture<ComposerElement>(
    html`<p2p-composer
      .account=${me}
      .peer=${more.peer ?? noor}
      peer-name="Noor Haddad"
      .blocked=${more.blocked}
      .wait=${more.wait}
      .replyTo=${more.replyTo}
    ></p2p-composer>`,
  );
const field = (element: ComposerElement) => one<HTMLTextAreaElement>(element, 'textarea');
function type(element: ComposerElement, text: string): void {
  field(element).value = text;
  field(element).dispatchEvent(new InputEvent('input', { bubbles: true }));
}
function press(element: ComposerElement, init: KeyboardEventInit): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, composed: true, cancelable: true, ...init });
  field(element).dispatchEvent(event);
  return event;
}

// Drafts outlive the element on purpose.
beforeEach(() => keepDraft(me, noor, ''));

/** Runs the test in a browser whose fields grow with their text, and as if it were one where they do not. */
function inBothKinds(title: string, run: () => Promise<void>): void {
  it(title, run);
  it(`${title}, by a mirror where a field does not grow by itself`, async () => {
    const original = CSS.supports.bind(CSS);
    CSS.supports = (property: string, value?: string) =>
      property !== 'field-sizing' && original(property, value ?? '');
    try {
      await run();
    } finally {
      CSS.supports = original;
    }
  });
}

describe('p2p-composer, the height of its field', () => {
  const heightOf = (lines: number, element: ComposerElement) => {
    const { lineHeight, paddingTop, paddingBottom, borderTopWidth } = getComputedStyle(field(element));
    return (
      lines * parseFloat(lineHeight) +
      parseFloat(paddingTop) +
      parseFloat(paddingBottom) +
      2 * parseFloat(borderTopWidth)
    );
  };
  const five = 'one\ntwo\nthree\nfour\nfive';

  inBothKinds('moves the thread above it by no pixel for any letter', async () => {
    const messages = Array.from({ length: 60 }, (_, n) => theirs(`m ${n}`, at(9, n)));
    await import('../../components/thread/define.ts');
    const box = await fixture<HTMLElement>(
      html`<div>
        <p2p-thread .account=${me} .peer=${noor} .rows=${messages}></p2p-thread>
        <p2p-composer .account=${me} .peer=${noor}></p2p-composer>
      </div>`,
    );
    box.style.cssText = 'display: flex; flex-direction: column; height: 400px; width: 400px';
    const thread = box.querySelector('p2p-thread')!;
    thread.style.flex = '1';
    const element = box.querySelector('p2p-composer')!;
    const log = () => one(thread, '.log');
    type(element, five);
    await until(() => log().scrollTop > 0 && thread.isAtEnd, 'the thread is at its end');
    await frames();
    let moves = 0;
    log().addEventListener('scroll', () => (moves += 1));
    const picture = () => [log().scrollTop, log().clientHeight, thread.isAtEnd].join();
    const before = picture();
    for (const letter of 'letters') {
      type(element, field(element).value + letter);
      expect(picture()).to.equal(before);
      await frames();
      expect(picture()).to.equal(before);
    }
    expect(moves).to.equal(0);
    expect(all(thread, '.jump')).to.have.lengthOf(0);
    element.text = '';
  });

  inBothKinds('fits its text, from one line to the most there is', async () => {
    const element = await composer();
    for (const [text, lines] of [
      ['', 1],
      ['one', 1],
      ['one\n', 2],
      [five, 5],
      ['one', 1],
    ] as const) {
      type(element, text);
      const wanted = Math.max(40, heightOf(lines, element));
      expect(field(element).offsetHeight, JSON.stringify(text)).to.be.closeTo(wanted, 1);
    }
    type(element, 'line\n'.repeat(40));
    expect(field(element).offsetHeight).to.equal(160);
    element.text = '';
    await element.updateComplete;
    expect(field(element).offsetHeight).to.be.closeTo(Math.max(40, heightOf(1, element)), 1);
  });

  inBothKinds(
    'fits after it was hidden, and after a change of its width and of the size of type',
    async () => {
      const element = await composer();
      element.style.width = '400px';
      element.hidden = true;
      element.text = five;
      element.hidden = false;
      expect(field(element).offsetHeight).to.be.closeTo(heightOf(5, element), 1);
      element.text = 'some words '.repeat(8);
      const wide = field(element).offsetHeight;
      element.style.width = '220px';
      expect(field(element).offsetHeight).to.be.above(wide);
      element.text = 'one\ntwo';
      element.style.setProperty('--p2p-font-size', '30px');
      expect(field(element).offsetHeight).to.be.closeTo(heightOf(2, element), 1);
      element.text = '';
    },
  );
});

describe('p2p-composer', () => {
  it('is accessible in every state', async () => {
    await expect(await composer()).to.be.accessible();
    await expect(await composer({ blocked: 'This account is signed out.' })).to.be.accessible();
    await expect(await composer({ wait: 'paused' })).to.be.accessible();
    await expect(
      await composer({ replyTo: { id: messageId(), text: 'Are we direct?', own: false } }),
    ).to.be.accessible();
    await expect(await fixture(html`<p2p-composer></p2p-composer>`)).to.be.accessible();
  });

  it('is named "Message …" and has a button Send', async () => {
    const element = await composer();
    expect(field(element).getAttribute('aria-label')).to.equal('Message Noor');
    button(element, 'Send');
  });

  it('sends on Enter, once, and clears the field', async () => {
    const sent = heard('p2p-send-request');
    const element = await composer();
    type(element, 'hello');
    expect(press(element, { key: 'Enter' }).defaultPrevented).to.equal(true);
    expect(sent).to.deep.equal([{ account: me, peer: noor, text: 'hello' }]);
    expect(element.text).to.equal('');
    press(element, { key: 'Enter' });
    expect(sent).to.have.lengthOf(1);
  });

  it('breaks the line on Shift+Enter and sends nothing', async () => {
    const sent = heard('p2p-send-request');
    const element = await composer();
    type(element, 'hello');
    expect(press(element, { key: 'Enter', shiftKey: true }).defaultPrevented).to.equal(false);
    expect(sent).to.have.lengthOf(0);
  });

  it('does not send on the Enter that ends an input method’s composition', async () => {
    const sent = heard('p2p-send-request');
    const element = await composer();
    type(element, 'にほん');
    press(element, { key: 'Enter', isComposing: true });
    press(element, { key: 'Enter', keyCode: 229 });
    expect(sent).to.have.lengthOf(0);
  });

  it('128: keeps pasted newlines, and sends them', async () => {
    const sent = heard('p2p-send-request');
    const element = await composer();
    field(element).focus();
    // Done as the browser does it for a paste.
    document.execCommand('insertText', false, 'one\ntwo\n\nthree');
    expect(element.text).to.equal('one\ntwo\n\nthree');
    button(element, 'Send').click();
    expect(sent[0]!.text).to.equal('one\ntwo\n\nthree');
  });

  it('grows with its text up to its limit, and shrinks again', async () => {
    const element = await composer();
    const low = field(element).offsetHeight;
    type(element, 'one\ntwo\nthree');
    const middle = field(element).offsetHeight;
    expect(middle).to.be.greaterThan(low);
    type(element, 'line\n'.repeat(50));
    expect(field(element).offsetHeight).to.be.within(middle, 160);
    type(element, '');
    expect(field(element).offsetHeight).to.equal(low);
  });

  it('keeps a draft for each conversation, also when the element is made anew', async () => {
    const other = '4503599627370497' as AccountId;
    const element = await composer();
    type(element, 'for Noor');
    element.peer = other;
    await element.updateComplete;
    expect(element.text).to.equal('');
    type(element, 'for somebody else');
    element.peer = noor;
    await element.updateComplete;
    expect(element.text).to.equal('for Noor');
    element.remove();
    const again = await composer({ peer: other });
    expect(again.text).to.equal('for somebody else');
    again.text = '';
    again.peer = noor;
    await again.updateComplete;
    again.text = '';
  });

  it('129: stays enabled while the path is paused or missing, and says that the message will wait', async () => {
    const sent = heard('p2p-send-request');
    const reasons: WaitReason[] = [
      'paused',
      'peer-offline',
      'link-down',
      'signed-out',
      'no-path',
      'connecting',
      'their-turn',
    ];
    for (const wait of reasons) {
      const element = await composer({ wait });
      expect(textOf(element, '[part="note"]')).to.match(/What you send waits/u);
      type(element, 'later');
      button(element, 'Send').click();
    }
    expect(sent).to.have.lengthOf(reasons.length);
  });

  it('says that a message of an account that is signed out waits for its person, not for the link', async () => {
    const element = await composer({ wait: 'signed-out' });
    expect(textOf(element, '[part="note"]')).to.equal(
      'Waiting until this account is signed in again. What you send waits here.',
    );
  });

  it('says why nothing can be sent, sends nothing, and keeps the text', async () => {
    const sent = heard('p2p-send-request');
    const element = await composer({ blocked: 'This account is signed out.' });
    type(element, 'hello');
    expect(textOf(element, '[part="note"]')).to.equal('This account is signed out.');
    expect(button(element, 'Send').getAttribute('aria-disabled')).to.equal('true');
    button(element, 'Send').click();
    press(element, { key: 'Enter' });
    expect(sent).to.have.lengthOf(0);
    expect(element.text).to.equal('hello');
  });

  it('keeps the text when the page refuses the request', async () => {
    const element = await composer();
    element.addEventListener('p2p-send-request', (event) => event.preventDefault());
    type(element, 'hello');
    button(element, 'Send').click();
    expect(element.text).to.equal('hello');
  });

  it('does not send blanks', async () => {
    const sent = heard('p2p-send-request');
    const element = await composer();
    type(element, '  \n ');
    expect(button(element, 'Send').getAttribute('aria-disabled')).to.equal('true');
    button(element, 'Send').click();
    expect(sent).to.have.lengthOf(0);
  });

  it('names the message that it replies to, and can cancel the reply', async () => {
    const sent = heard('p2p-send-request');
    const id = messageId();
    const element = await composer({ replyTo: { id, text: 'Are we direct?', own: false } });
    expect(textOf(element, '[part="reply"]')).to.contain('Replying to Noor Are we direct?');
    type(element, 'yes');
    button(element, 'Send').click();
    expect(sent).to.deep.equal([{ account: me, peer: noor, text: 'yes', replyTo: id }]);
    let cancelled = 0;
    element.addEventListener('p2p-reply-cancelled', () => (cancelled += 1));
    button(element, 'Cancel reply').click();
    expect(cancelled).to.equal(1);
  });

  it('reports typing at most every two seconds, and never for an empty field', async () => {
    const clock = standStill();
    const told = heard('p2p-typing-request');
    const element = await composer();
    type(element, 'a');
    type(element, 'ab');
    expect(told).to.deep.equal([{ account: me, peer: noor }]);
    clock.advance(2_000);
    type(element, 'abc');
    expect(told).to.have.lengthOf(2);
    clock.advance(2_000);
    type(element, '');
    expect(told).to.have.lengthOf(2);
  });

  it('reports typing at the same rate after the clock is set back or forward', async () => {
    const clock = standStill();
    const told = heard('p2p-typing-request');
    const element = await composer();
    type(element, 'a');
    for (const shift of [-3_600_000, 7_200_000, -31_536_000_000, 63_072_000_000]) {
      told.length = 0;
      clock.shift(shift);
      type(element, 'ab');
      expect(told, `${shift}: too early`).to.have.lengthOf(0);
      clock.advance(2_000);
      type(element, 'abc');
      expect(told, `${shift}: in time`).to.have.lengthOf(1);
    }
  });
});
