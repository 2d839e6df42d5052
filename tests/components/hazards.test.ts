import { expect, fixture, html, unsafeStatic } from '@open-wc/testing';
import { me, noor } from '../../.storybook/fixtures.ts';
import * as classes from '../../index.ts';
import { define } from '../../components/internal/define.ts';
import { changeWords, wordsIn } from '../../locale/registry.ts';
import { elements, registered } from './every-element.ts';
import { frames, standStill, textOf, until } from './helpers.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean> };

describe('importing the classes', () => {
  it('registers nothing', () => {
    expect(classes.MessageStatusElement.name).to.equal('MessageStatusElement');
    for (const tag of Object.keys(elements)) expect(customElements.get(tag), tag).to.equal(undefined);
  });

  it('lets properties be set before the element is registered', async () => {
    const early = Object.entries(elements).map(([tag, properties]) => {
      const element = document.createElement(tag);
      Object.assign(element, properties);
      document.body.append(element);
      return [element as Drawn, properties] as const;
    });
    await registered();
    for (const [element, properties] of early) {
      await element.updateComplete;
      for (const [name, value] of Object.entries(properties))
        expect(
          (element as unknown as Record<string, unknown>)[name],
          `${element.localName} ${name}`,
        ).to.equal(value);
      await until(
        () => textOf(element) !== '' || element.shadowRoot!.querySelector('svg'),
        `${element.localName} is drawn`,
      );
      element.remove();
    }
  });
});

describe('every element', () => {
  before(registered);

  it('survives being defined twice, by this copy or another one', () => {
    for (const tag of Object.keys(elements)) {
      const first = customElements.get(tag);
      define(tag, class extends HTMLElement {});
      expect(customElements.get(tag)).to.equal(first);
    }
  });

  for (const [tag, properties] of Object.entries(elements)) {
    it(`${tag} draws the same after a move in the document`, async () => {
      standStill();
      const name = unsafeStatic(tag);
      const element = await fixture<Drawn>(html`<${name}></${name}>`);
      Object.assign(element, properties);
      await element.updateComplete;
      await frames();
      const before = textOf(element);
      const other = await fixture<HTMLElement>(html`<section></section>`);
      other.append(element);
      await element.updateComplete;
      await frames();
      expect(textOf(element)).to.equal(before);
    });

    it(`${tag} mounted a hundred times leaves no listener and no timer behind`, async () => {
      const clock = standStill();
      const alive: WeakRef<HTMLElement>[] = [];
      for (let i = 0; i < 100; i += 1) {
        const element = document.createElement(tag) as Drawn;
        Object.assign(element, properties);
        document.body.append(element);
        await element.updateComplete;
        element.remove();
        alive.push(new WeakRef(element));
      }
      await frames();
      expect(clock.listeners, 'listeners of the time').to.equal(0);
      // Nothing of them is left in the document, and nobody is called back when the words change.
      expect(document.querySelectorAll(tag)).to.have.lengthOf(0);
      const woken: string[] = [];
      for (const reference of alive) {
        const element = reference.deref() as (Drawn & { requestUpdate(): void }) | undefined;
        if (element) element.requestUpdate = () => woken.push(tag);
      }
      changeWords('en', {});
      expect(woken).to.deep.equal([]);
    });
  }

  it('draws replaced texts at once, and English ones for those that were not replaced', async () => {
    const element = await fixture<Drawn>(
      html`<p2p-composer .account=${me} .peer=${noor} peer-name="Noor"></p2p-composer>`,
    );
    const button = () => element.shadowRoot!.querySelector('.send')!.getAttribute('aria-label');
    changeWords('en', { send: 'Senden' });
    await element.updateComplete;
    expect(button()).to.equal('Senden');
    expect(element.shadowRoot!.querySelector('textarea')!.placeholder).to.equal('Message Noor');
    changeWords('en', {});
    await element.updateComplete;
    expect(button()).to.equal(wordsIn('en').send);
  });

  it('carries no style attribute in what it draws from a template, as a strict CSP wants', async () => {
    for (const [tag, properties] of Object.entries(elements)) {
      const element = document.createElement(tag) as Drawn;
      Object.assign(element, properties);
      document.body.append(element);
      await element.updateComplete;
      for (const drawn of (element.shadowRoot ?? element).querySelectorAll('[style]'))
        expect(drawn.matches('.sizer, [data-index], textarea, [popover]'), drawn.outerHTML).to.equal(true);
      element.remove();
    }
  });
});
