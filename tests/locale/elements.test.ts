import { expect, fixture, html } from '@open-wc/testing';
import { me, noor, theirs } from '../../.storybook/fixtures.ts';
import { addLocale, changeWords, en, setLocale, wordsIn } from '../../locale/index.ts';
import { elements, registered } from '../components/every-element.ts';
import { frames, standStill, textOf } from '../components/helpers.ts';
import { PSEUDO, pseudo, unmarked } from './pseudo.ts';
import { states } from './states.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean>; requestUpdate(): void };

/** Every text in an element that a person can read or hear, inside of nested elements, too. */
function* texts(node: Node): Generator<string, void> {
  if (node.nodeType === Node.TEXT_NODE) yield node.nodeValue ?? '';
  if (node instanceof Element) {
    if (node.localName === 'style' || node.localName === 'time') return;
    for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt'])
      if (node.hasAttribute(name) && !(name === 'title' && node.matches('[part~="name"]')))
        yield node.getAttribute(name)!;
    if (node.shadowRoot) yield* texts(node.shadowRoot);
  }
  for (const child of node.childNodes) yield* texts(child);
}

/** What of a page's data is people's own words, or the service's, and nobody's to translate. */
const OWN_WORDS: readonly string[] = [
  ...[
    'name',
    'username',
    'fullName',
    'peerName',
    'server',
    'text',
    'reason',
    'relayName',
    'to',
    'label',
    'hint',
  ],
  // A person's note is a text; an account's is a code.
  'note',
];
const KNOWN_CODES = new Set(Object.keys(wordsIn('en').sessionNote));

/** The words in what a page has handed over. */
function given(value: object, found = new Set<string>(), seen = new Set<unknown>()): Set<string> {
  if (seen.has(value)) return found;
  seen.add(value);
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    if (typeof inner === 'object' && inner !== null) given(inner, found, seen);
    else if (typeof inner === 'string' && OWN_WORDS.includes(name) && !KNOWN_CODES.has(inner))
      for (const word of inner.match(/\p{L}+/gu) ?? []) found.add(word.toLowerCase());
  }
  return found;
}

/** Words of dates and ages, which are the browser's. */
const DATES = new Set(
  [
    ...Array.from({ length: 400 }, (_, day) =>
      (['long', 'short'] as const)
        .map((length) =>
          new Date(2026, 0, 1 + day).toLocaleDateString('en', { weekday: length, month: length }),
        )
        .join(' '),
    ),
    ...(['second', 'minute', 'hour', 'day'] as const).map((unit) =>
      new Intl.RelativeTimeFormat('en', { style: 'short', numeric: unit === 'second' ? 'auto' : 'always' })
        .format(unit === 'second' ? 0 : -2, unit)
        .replace('.', ''),
    ),
  ]
    .join(' ')
    .toLowerCase()
    .split(' '),
);

/** What stands on screen and in no table. A single letter, or two large ones, are somebody's initials. */
function untranslated(element: Element, properties: object): string[] {
  const allowed = given(properties);
  return [...texts(element)].flatMap((text) =>
    (unmarked(text).match(/\p{L}+/gu) ?? []).filter(
      (word) =>
        !/^\p{Lu}{1,2}$/u.test(word) && !allowed.has(word.toLowerCase()) && !DATES.has(word.toLowerCase()),
    ),
  );
}

describe('The texts of the elements', () => {
  before(async () => {
    await registered();
    addLocale(PSEUDO, pseudo);
  });
  beforeEach(() => void standStill());
  afterEach(() => {
    setLocale(null);
    changeWords('en', {});
  });

  for (const [tag, everything] of Object.entries(states))
    it(`all come from the table: ${tag}`, async () => {
      const drawn = new Set<string>();
      for (const properties of [elements[tag] ?? {}, ...everything]) {
        const wrapper = await fixture<HTMLElement>(html`<div lang=${PSEUDO}></div>`);
        const element = document.createElement(tag) as Drawn;
        Object.assign(element, properties);
        wrapper.append(element);
        await element.updateComplete;
        await frames();
        expect(untranslated(element, properties), JSON.stringify(properties).slice(0, 300)).to.deep.equal([]);
        for (const text of texts(element)) if (text.includes('⟦')) drawn.add(text);
      }
      expect(drawn.size > 0, 'words of ours').to.equal(true);
    });

  it('cover every element', () => {
    expect(Object.keys(states).sort()).to.deep.equal(Object.keys(elements).sort());
  });

  const composer = (wrapper: ParentNode) => wrapper.querySelector<Drawn>('p2p-composer')!;
  const send = (element: Drawn) => element.shadowRoot!.querySelector('.send')!.getAttribute('aria-label');
  const drawn = html`<p2p-composer .account=${me} .peer=${noor} peer-name="Noor"></p2p-composer>`;

  it('are in the language of the nearest lang, the language that was set, or English', async () => {
    const wrapper = await fixture<HTMLElement>(html`<div><p lang="en">${drawn}</p></div>`);
    const element = composer(wrapper);
    const shows = async (words: string, why: string) => {
      await frames();
      expect(send(element), why).to.equal(words);
    };
    await shows('Send', 'en');
    element.parentElement!.lang = `${PSEUDO}-Latn`;
    await shows('⟦Send⟧', 'a more special tag');
    element.lang = 'en';
    await shows('Send', 'its own');
    element.removeAttribute('lang');
    element.parentElement!.lang = 'tlh';
    await shows('Send', 'a language that nobody added');
    setLocale(PSEUDO);
    await shows('⟦Send⟧', 'the one that was set');
    wrapper.lang = 'en';
    await shows('⟦Send⟧', 'the nearest lang decides, and does not fit');
    element.parentElement!.removeAttribute('lang');
    await shows('Send', 'the next one');
    changeWords('en', { send: 'Post' });
    await shows('Post', 'a word that was replaced');
  });

  it('follow a lang outside of their shadow roots', async () => {
    const wrapper = await fixture<HTMLElement>(html`<section lang="en"><div></div></section>`);
    const shadow = wrapper.firstElementChild!.attachShadow({ mode: 'open' });
    const inner = document.createElement('div');
    shadow.append(inner);
    const thread = document.createElement('p2p-thread');
    thread.rows = [theirs('hello', 0)];
    inner.attachShadow({ mode: 'open' }).append(thread);
    await thread.updateComplete;
    wrapper.lang = PSEUDO;
    await frames();
    expect(textOf(thread)).to.contain('⟦');
    inner.lang = 'en';
    await frames();
    expect(textOf(thread)).not.to.contain('⟦');
    // In another place there are other languages around.
    const elsewhere = await fixture<HTMLElement>(html`<section lang="en"></section>`);
    inner.removeAttribute('lang');
    elsewhere.append(wrapper.firstElementChild!);
    await frames();
    expect(textOf(thread)).not.to.contain('⟦');
    elsewhere.lang = PSEUDO;
    await frames();
    expect(textOf(thread)).to.contain('⟦');
  });

  it('write dates and numbers in the language of the texts', async () => {
    addLocale('de', en);
    const at = new Date(2026, 0, 5, 15, 4).getTime();
    const wrapper = await fixture<HTMLElement>(
      html`<div lang="de">
        <p2p-thread .rows=${[theirs('hallo', at)]}></p2p-thread>
        <p2p-pending-badge .count=${1_284}></p2p-pending-badge>
      </div>`,
    );
    await frames();
    const [thread, badge] = [
      wrapper.querySelector('p2p-thread')!,
      wrapper.querySelector('p2p-pending-badge')!,
    ];
    expect(textOf(thread)).to.contain('Montag, 5. Januar');
    expect(badge.shadowRoot!.querySelector('[aria-label]')!.getAttribute('aria-label')).to.equal(
      '1.284 pending requests',
    );
    wrapper.lang = 'fr';
    await frames();
    expect(textOf(thread), 'dates in no other language than the words').to.match(/Monday/u);
  });

  it('share one observer, and an element renders only if its own language changes', async () => {
    const observers = new Set<MutationObserver>();
    const { observe } = MutationObserver.prototype;
    MutationObserver.prototype.observe = function (target, options) {
      if (options?.attributeFilter?.includes('lang')) observers.add(this);
      observe.call(this, target, options);
    };
    try {
      const wrapper = await fixture<HTMLElement>(
        html`<div>
          <section lang="en">${Array.from({ length: 20 }, () => drawn)}</section>
          <section lang="en">${Array.from({ length: 20 }, () => drawn)}</section>
        </div>`,
      );
      await frames();
      expect(observers.size).to.be.at.most(1);
      const counts = new Map<Element, number>();
      for (const element of wrapper.querySelectorAll<Drawn>('p2p-composer')) {
        const update = element.requestUpdate.bind(element) as () => void;
        element.requestUpdate = () => {
          counts.set(element.parentElement!, (counts.get(element.parentElement!) ?? 0) + 1);
          update();
        };
      }
      const [first] = wrapper.querySelectorAll('section');
      first!.lang = PSEUDO;
      await frames();
      expect([...counts]).to.deep.equal([[first, 20]]);
    } finally {
      MutationObserver.prototype.observe = observe;
    }
  });
});
