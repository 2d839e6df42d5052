import { expect } from '@open-wc/testing';
import type { LitElement } from 'lit';
import { me, noor } from '../../.storybook/fixtures.ts';
import { createHarbour } from '../../.storybook/harbour.ts';
import type { Harbour } from '../../.storybook/harbour.ts';
import { ComposerElement } from '../../components/composer/composer.ts';
import { FilledElement } from '../../components/internal/connected.ts';
import { consoleOf } from '../setup.ts';
import { elements, registered } from './every-element.ts';
import { button, frames, heard, one, textOf, until } from './helpers.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean> };
type Class = CustomElementConstructor & typeof LitElement;

let tags = 0;

/** An element of that class whose name is registered only when `define` is called. */
function early(type: CustomElementConstructor): { element: Drawn; define: () => unknown } {
  const tag = `early-${(tags += 1)}`;
  const element = document.createElement(tag) as Drawn;
  return { element, define: () => customElements.define(tag, class extends type {}) };
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

const left: HTMLElement[] = [];
afterEach(() => {
  for (const element of left.splice(0)) element.remove();
});

describe('What a page sets before an element is defined', () => {
  let harbour: Harbour;
  before(async () => {
    await registered();
    await import('../../components/messenger/define.ts');
    harbour = await createHarbour();
  });

  const filled = () =>
    [...Object.keys(elements), 'p2p-messenger'].filter(
      (tag) => customElements.get(tag)!.prototype instanceof FilledElement,
    );
  const given = (): [string, unknown][] => [
    ['messenger', harbour.browser.messenger],
    ['account', harbour.account],
    ['peer', harbour.noor],
  ];

  /** What elements show, once they have settled. */
  async function shown(all: readonly Drawn[]): Promise<string[]> {
    for (let n = 0; n < 2; n += 1) {
      for (const element of all) await element.updateComplete;
      await frames();
    }
    return all.map((element) => textOf(element));
  }

  it('fills an element in any order, before and after it is defined and put into the page', async () => {
    const names = filled();
    // As it is when everything comes after.
    const late = names.map((tag) => {
      const element = document.createElement(tag) as Drawn;
      document.body.append(element);
      for (const [name, value] of given()) Reflect.set(element, name, value);
      return element;
    });
    const wanted = await shown(late);
    for (const element of late) element.remove();
    for (const order of permutations(given())) {
      for (const at of [0, 1, 2, 3]) {
        const elements = names.map((tag) => {
          const { element, define } = early(customElements.get(tag)!);
          const steps = order.map(
            ([name, value]) =>
              (): unknown =>
                Reflect.set(element, name, value),
          );
          document.body.append(element);
          for (const step of steps.toSpliced(at, 0, define)) step();
          return element;
        });
        const found = await shown(elements);
        for (const element of elements) element.remove();
        const how = `${order.map(([name]) => name).join(', ')}, defined at ${at}`;
        for (const [n, tag] of names.entries()) expect(found[n], `${tag}: ${how}`).to.equal(wanted[n]);
      }
    }
  }).timeout(60_000);

  it('carries requests out with the messenger that was set first', async () => {
    const { element, define } = early(customElements.get('p2p-composer')!);
    left.push(element);
    for (const [name, value] of given()) Reflect.set(element, name, value);
    document.body.append(element);
    define();
    await element.updateComplete;
    (element as unknown as ComposerElement).text = 'sent by an early one';
    button(element, 'Send').click();
    const { messages } = harbour.browser.messenger;
    const source = messages.source(harbour.account, harbour.noor);
    await until(
      () => source.ids.peek().some((id) => source.get(id)?.text === 'sent by an early one'),
      'it is among the messages',
    );
  });

  for (const order of ['text first', 'conversation first'] as const)
    it(`is the text of a composer, ${order}`, async () => {
      const { element, define } = early(ComposerElement);
      left.push(element);
      const composer = element as unknown as ComposerElement;
      const sent = heard('p2p-send-request');
      document.body.append(element);
      if (order === 'text first') composer.text = 'early';
      Object.assign(composer, { account: me, peer: noor });
      if (order === 'conversation first') composer.text = 'early';
      define();
      await element.updateComplete;
      expect(composer.text).to.equal('early');
      expect(one<HTMLTextAreaElement>(element, 'textarea').value).to.equal('early');
      button(element, 'Send').click();
      expect(sent.map(({ text }) => text)).to.deep.equal(['early']);
      expect(composer.text).to.equal('');
      composer.text = 'later';
      button(element, 'Send').click();
      expect(sent.map(({ text }) => text)).to.deep.equal(['early', 'later']);
    });

  it('is a text that waits for its conversation', async () => {
    const composer = document.createElement('p2p-composer');
    left.push(composer);
    composer.text = 'for whoever it is';
    expect(composer.text).to.equal('for whoever it is');
    document.body.append(composer);
    await composer.updateComplete;
    expect(composer.text).to.equal('for whoever it is');
    composer.peer = noor;
    await composer.updateComplete;
    expect(composer.text).to.equal('for whoever it is');
    composer.account = me;
    await composer.updateComplete;
    expect(composer.text).to.equal('for whoever it is');
    // It is that conversation's draft now, and nobody else's.
    composer.peer = me;
    await composer.updateComplete;
    expect(composer.text).to.equal('');
    composer.peer = noor;
    await composer.updateComplete;
    expect(composer.text).to.equal('for whoever it is');
    composer.text = '';
  });

  it('keeps read-only properties', async () => {
    const { element, define } = early(customElements.get('p2p-thread')!);
    left.push(element);
    Reflect.set(element, 'isAtEnd', 'nonsense');
    document.body.append(element);
    define();
    await element.updateComplete;
    expect(Reflect.get(element, 'isAtEnd')).to.equal(true);
  });
});

describe('An invalid value', () => {
  before(registered);

  const WRONG: unknown[] = [
    '[object Object]',
    42,
    NaN,
    {},
    [],
    [null],
    true,
    () => undefined,
    Symbol('s'),
    10n,
    '',
    { state: 'no such', kind: 'no such', role: 'no such' },
  ];
  const properties = (type: Class): string[] =>
    [...type.elementProperties].filter(([, { state }]) => !state).map(([name]) => String(name));

  for (const tag of [...Object.keys(elements), 'p2p-messenger', 'p2p-provider'])
    it(`is reported once and changes nothing else: ${tag}`, async () => {
      await import('../../components/provider/define.ts');
      const type = customElements.get(tag) as Class;
      for (const name of properties(type)) {
        // A name of its own, so that what was said of others does not count.
        const own = `wrong-${(tags += 1)}`;
        customElements.define(own, class extends type {});
        const said = await consoleOf(async () => {
          for (const value of WRONG) {
            const element = document.createElement(own) as Drawn;
            document.body.append(element);
            Object.assign(element, elements[tag]);
            await element.updateComplete;
            Reflect.set(element, name, value);
            await element.updateComplete.catch((cause: unknown) => {
              throw new Error(`${tag}.${name} = ${String(value)}`, { cause });
            });
            element.remove();
          }
        });
        // What is handed on to an element inside, that one may say, too.
        const ownWords = said.filter((line) => line.includes(`<${own}>`));
        expect(ownWords.length, `${tag}.${name}: ${said.join('; ')}`).to.be.at.most(1);
        for (const line of ownWords) expect(line).to.contain(`expected ${name} to be`);
      }
    });

  it('for the messenger leaves the element as one without a messenger', async () => {
    for (const tag of Object.keys(elements)) {
      const type = customElements.get(tag) as Class;
      if (!(type.prototype instanceof FilledElement)) continue;
      const own = `none-${(tags += 1)}`;
      customElements.define(own, class extends type {});
      for (const [wrong, count] of [
        ['[object Object]', 1],
        [{}, 0],
      ] as const) {
        let element!: Drawn;
        const said = await consoleOf(async () => {
          element = document.createElement(own) as Drawn;
          left.push(element);
          Reflect.set(element, 'messenger', wrong);
          document.body.append(element);
          await element.updateComplete;
        });
        expect(said.length, said.join('; ')).to.equal(count);
        expect((element as unknown as FilledElement).connectedMessenger).to.equal(null);
      }
    }
  });

  it('as an attribute of a property-only input is reported', async () => {
    const element = document.createElement('p2p-thread');
    left.push(element);
    const said = await consoleOf(async () => {
      element.setAttribute('rows', '[object Object],[object Object]');
      element.setAttribute('rows', '[object Object]');
      element.setAttribute('messenger', '[object Object]');
      document.body.append(element);
      await element.updateComplete;
    });
    expect(said.map((line) => /\((\w+ attribute)\)/.exec(line)?.[1])).to.deep.equal([
      'rows attribute',
      'messenger attribute',
    ]);
    expect(said[0]).to.contain('set the property of the element');
  });
});
