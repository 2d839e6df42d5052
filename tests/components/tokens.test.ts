import { expect, fixture, html, unsafeStatic } from '@open-wc/testing';
import type { LitElement } from 'lit';
import { COLOURS, MEASURES } from '../../components/internal/css.ts';
import { styles as signIn } from '../../components/sign-in/sign-in.styles.ts';
import { elements, registered } from './every-element.ts';
import { all, frames, standStill, until } from './helpers.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean> };

async function drawn(tag: string, properties: Record<string, unknown> = elements[tag]!): Promise<Drawn> {
  const name = unsafeStatic(tag);
  const element = await fixture<Drawn>(html`<${name}></${name}>`);
  Object.assign(element, properties);
  await element.updateComplete;
  await frames();
  return element;
}

/** Every computed colour, length and face in an element. */
function looks(element: HTMLElement): string[] {
  const names = [
    'color',
    'backgroundColor',
    'borderTopColor',
    'boxShadow',
    'fontSize',
    'fontFamily',
  ] as const;
  const more = ['paddingTop', 'paddingInlineStart', 'borderStartStartRadius', 'gap', 'lineHeight'] as const;
  return [element, ...all(element, '*')].map((part) => {
    const style = getComputedStyle(part);
    return [part.localName, ...[...names, ...more].map((name) => style[name])].join(' | ');
  });
}

const tokenSheet = (): CSSStyleSheet =>
  [...document.styleSheets].find(({ href }) => href?.endsWith('/tokens.css'))!;

describe('The tokens', () => {
  before(registered);
  afterEach(() => {
    tokenSheet().disabled = false;
    document.documentElement.removeAttribute('style');
  });

  it('are the same in tokens.css and in the elements, and plain values there', () => {
    const rule = tokenSheet().cssRules[0] as CSSStyleRule;
    const found = Object.fromEntries(
      [...rule.style].map((name) => [name, rule.style.getPropertyValue(name).trim()]),
    );
    const wanted: Record<string, string> = {};
    for (const [name, [light, dark]] of Object.entries(COLOURS)) {
      wanted[`--p2p-${name}-light`] = light;
      wanted[`--p2p-${name}-dark`] = dark;
    }
    for (const [name, value] of Object.entries(MEASURES)) wanted[`--p2p-${name}`] = value;
    expect(found).to.deep.equal(wanted);
    expect(tokenSheet().cssRules.length).to.equal(1);
    expect(Object.values(found).join(' ')).not.to.match(/light-dark|color-scheme|var\(/);
  });

  it('have a fallback wherever an element names one', () => {
    const named: string[] = [];
    const sheets = Object.keys(elements).flatMap((tag) =>
      (customElements.get(tag) as typeof LitElement).elementStyles.map((sheet) => [tag, sheet] as const),
    );
    for (const [tag, sheet] of [...sheets, ['p2p-sign-in', signIn] as const]) {
      const text = 'cssText' in sheet ? sheet.cssText : '';
      expect(text, tag).not.to.equal('');
      for (const [whole] of text.matchAll(/var\(--p2p-[\w-]+\)/g)) named.push(`${tag}: ${whole}`);
    }
    expect(named).to.deep.equal([]);
  });

  for (const scheme of ['light', 'dark'] as const)
    for (const tag of Object.keys(elements))
      it(`need no tokens.css: ${tag} looks the same without it, ${scheme}`, async () => {
        standStill();
        document.documentElement.style.colorScheme = scheme;
        const element = await drawn(tag);
        const before = looks(element);
        tokenSheet().disabled = true;
        await frames();
        expect(looks(element)).to.deep.equal(before);
      });

  it('follow the scheme of each part of a page', async () => {
    const element = await drawn('p2p-thread');
    const ground = (): string => getComputedStyle(all(element, '.theirs .bubble')[0]!).backgroundColor;
    document.documentElement.style.colorScheme = 'light';
    expect(ground()).to.equal('rgb(239, 241, 245)');
    element.style.colorScheme = 'dark';
    expect(ground()).to.equal('rgb(35, 41, 54)');
    element.style.colorScheme = 'light';
    document.documentElement.style.colorScheme = 'dark';
    expect(ground()).to.equal('rgb(239, 241, 245)');
  });

  it('can be set on the page or on one element: one colour for both schemes, or one for each', async () => {
    const element = await drawn('p2p-pending-badge');
    const ground = (): string => getComputedStyle(all(element, '.count')[0]!).backgroundColor;
    const { style } = document.documentElement;
    style.setProperty('--p2p-accent-light', 'rgb(1, 2, 3)');
    expect(ground()).to.equal('rgb(1, 2, 3)');
    style.colorScheme = 'dark';
    expect(ground()).to.equal('rgb(165, 180, 252)');
    style.setProperty('--p2p-accent-dark', 'rgb(4, 5, 6)');
    expect(ground()).to.equal('rgb(4, 5, 6)');
    style.setProperty('--p2p-accent', 'rgb(7, 8, 9)');
    expect(ground()).to.equal('rgb(7, 8, 9)');
    element.style.setProperty('--p2p-accent', 'rgb(10, 11, 12)');
    expect(ground()).to.equal('rgb(10, 11, 12)');
  });

  for (const tag of Object.keys(elements))
    it(`set no smaller type in a page with a small root font: ${tag}`, async () => {
      standStill();
      const element = await drawn(tag);
      const sizes = (): number[] =>
        [element, ...all(element, '*')].map((part) => parseFloat(getComputedStyle(part).fontSize));
      const before = sizes();
      document.documentElement.style.fontSize = '62.5%';
      document.body.style.fontSize = '62.5%';
      try {
        await frames();
        // A status takes the size of the text that it stands in, down to the smallest of ours.
        const wanted = tag === 'p2p-message-status' ? before.map(() => 11) : before;
        for (const [at, size] of sizes().entries()) expect(size).to.be.at.least(wanted[at]!);
      } finally {
        document.body.removeAttribute('style');
      }
    });

  it('scale with the reader’s font size', async () => {
    const element = await drawn('p2p-thread');
    const size = (): string => getComputedStyle(all(element, '.text')[0]!).fontSize;
    expect(size()).to.equal('15px');
    document.documentElement.style.fontSize = '200%';
    await until(() => size() === '30px', 'the text is twice as large');
  });
});
