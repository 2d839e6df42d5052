import { expect, fixture, html, unsafeStatic } from '@open-wc/testing';
import { me, noor, person, queued, theirs } from '../../.storybook/fixtures.ts';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { elements, registered } from './every-element.ts';
import { all, frames, one, standStill } from './helpers.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean> };

/** Places that give an element no more width than it asks for. */
const SHRINKING = {
  'a flex row': ['display: flex', ''],
  'a flex column that does not stretch': [
    'display: flex; flex-direction: column; align-items: flex-start',
    '',
  ],
  'the centre of a grid': ['display: grid; place-items: center', ''],
  'a grid column of its own size': ['display: grid; grid-template-columns: auto 1fr', ''],
  'a place of its own': ['position: relative; height: 100px', 'position: absolute'],
  'a float': ['', 'float: inline-start'],
  'a line of text': ['', 'display: inline-block'],
  'a width that fits': ['', 'width: fit-content'],
} as const;

/** The least width, in pixels, at which an element can be read; absent: that of its own content. */
const WIDTHS: Record<string, number> = {
  'p2p-messenger': 600,
  'p2p-thread': 250,
  'p2p-conversation-list': 250,
  'p2p-peer-discovery': 250,
  'p2p-pending-requests': 250,
  'p2p-outbox': 250,
  'p2p-diagnostics': 250,
  'p2p-status-legend': 250,
  'p2p-message-details': 150,
  'p2p-composer': 120,
  'p2p-sign-in': 150,
  'p2p-session-switcher': 40,
  'p2p-connection-banner': 80,
  'p2p-tab-status': 80,
};
/** These draw outside of the page's flow: in the top layer. */
const NO_BOX = new Set(['p2p-toast']);

async function placed(
  tag: string,
  properties: Record<string, unknown>,
  outer: string,
  own: string,
  width = 800,
): Promise<{ element: Drawn; place: HTMLElement }> {
  const place = await fixture<HTMLElement>(html`<section></section>`);
  place.setAttribute('style', `width: ${width}px; ${outer}`);
  const element = document.createElement(tag) as Drawn;
  element.setAttribute('style', own);
  Object.assign(element, properties);
  place.append(element);
  await element.updateComplete;
  await frames();
  return { element, place };
}

describe('The width of an element', () => {
  before(registered);

  for (const [tag, properties] of [...Object.entries(elements), ['p2p-messenger', {}] as const])
    if (!NO_BOX.has(tag))
      it(`is readable where the page sets none: ${tag}`, async () => {
        standStill();
        for (const [name, [outer, own]] of Object.entries(SHRINKING)) {
          const { element, place } = await placed(tag, properties, outer, own);
          expect(element.offsetWidth, name).to.be.at.least(WIDTHS[tag] ?? 10);
          expect(element.offsetWidth, name).to.be.at.most(800);
          place.remove();
        }
        const cell = await fixture<HTMLElement>(
          html`<div>
            <table>
              <tr>
                <td></td>
              </tr>
            </table>
          </div>`,
        );
        const element = document.createElement(tag);
        Object.assign(element, properties);
        cell.querySelector('td')!.append(element);
        await frames();
        expect(element.offsetWidth, 'a table cell').to.be.at.least(WIDTHS[tag] ?? 10);
      });

  for (const tag of Object.keys(WIDTHS))
    it(`never exceeds its container: ${tag}`, async () => {
      standStill();
      for (const [name, [outer, own]] of [
        ...Object.entries(SHRINKING),
        ['a grid of one column', ['display: grid; grid-template-columns: 1fr', '']] as const,
        ['a block', ['', '']] as const,
      ]) {
        const { element, place } = await placed(tag, elements[tag] ?? {}, outer, own, 240);
        expect(element.offsetWidth, name).to.be.at.most(240);
        place.remove();
      }
    });
});

const COUNT = 10_000;
const id = (n: number): MessageId => `0195b0f4-0000-7000-8000-${String(n).padStart(12, '0')}` as MessageId;
const many = <Row>(make: (n: number) => Row): Row[] => Array.from({ length: COUNT }, (_, n) => make(n));
const cidOf = (n: number): AccountId => String(1000 + n) as AccountId;

/** Every element that draws only a part of its rows. */
const LISTS: Record<string, () => Record<string, unknown>> = {
  'p2p-thread': () => ({
    account: me,
    peer: noor,
    rows: many((n) => theirs(`message ${n}`, 1, { id: id(n) })),
  }),
  'p2p-conversation-list': () => ({
    account: me,
    rows: many((n) => ({
      account: me,
      peer: cidOf(n),
      name: `Person ${n}`,
      presence: 'unknown',
      last: null,
      unread: 0,
      isTyping: false,
      isPaused: false,
    })),
  }),
  'p2p-peer-discovery': () => ({ account: me, rows: many((n) => person(cidOf(n), `Person ${n}`)) }),
  'p2p-pending-requests': () => ({
    account: me,
    rows: many((n) => person(cidOf(n), `Person ${n}`, { relation: 'pending' })),
  }),
  'p2p-outbox': () => ({
    account: me,
    rows: many((n) => queued(theirs(`message ${n}`, 1, { id: id(n), own: true, status: 'waiting' }))),
  }),
};

/** What pages write about our elements. `*` stands for the element. */
const RULES = {
  'display: block': 'ELEMENT { display: block; }',
  'a block of its own height': 'ELEMENT { display: block; height: 300px; }',
  'as high as its place': 'ELEMENT { display: block; height: 100%; }',
  'a block that may grow': 'ELEMENT { display: block; max-height: 300px; }',
  'a block without a limit': 'ELEMENT { display: block; max-height: none; min-height: auto; }',
  inline: 'ELEMENT { display: inline; }',
  'a grid': 'ELEMENT { display: grid; }',
  'a reset of everything': '* { all: unset; }',
  'what takes the rest':
    'section { display: flex; flex-direction: column; } ELEMENT { display: block; flex: 1; }',
};

describe('A virtual list', () => {
  before(registered);

  for (const tag of Object.keys(LISTS))
    for (const [name, rule] of Object.entries(RULES))
      it(`stays virtual under the page’s own styles: ${tag}, ${name}`, async () => {
        standStill();
        for (const height of ['400px', 'auto']) {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rule.replaceAll('ELEMENT', tag));
          document.adoptedStyleSheets.push(sheet);
          try {
            const { element, place } = await placed(tag, LISTS[tag]!(), `height: ${height}`, '');
            await frames();
            const rows = all(element, '[data-index]');
            expect(rows.length, `drawn at ${height}`).to.be.within(3, 100);
            const scroller = all(element, '.scroller')[0]!;
            expect(scroller.clientHeight, `the scroller at ${height}`).to.be.within(100, innerHeight);
            expect(scroller.scrollHeight).to.be.greaterThan(100_000);
            if (name === 'as high as its place' && height === '400px')
              expect(scroller.clientHeight).to.be.at.most(400);
            place.remove();
          } finally {
            document.adoptedStyleSheets.pop();
          }
        }
      });

  it('stays within the height that the page gives a block', async () => {
    const name = unsafeStatic('p2p-thread');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('p2p-thread { display: block; max-height: 300px; }');
    document.adoptedStyleSheets.push(sheet);
    try {
      const element = await fixture<Drawn>(html`<${name}></${name}>`);
      Object.assign(element, LISTS['p2p-thread']!());
      await element.updateComplete;
      await frames();
      expect(element.offsetHeight).to.equal(300);
      expect(all(element, '.box')[0]!.offsetHeight).to.equal(300);
      expect(all(element, '.scroller')[0]!.offsetHeight).to.be.at.most(300);
    } finally {
      document.adoptedStyleSheets.pop();
    }
  });
});

describe('An element whose host style was reset by the page', () => {
  before(registered);

  for (const [tag, properties] of [...Object.entries(elements), ['p2p-messenger', {}] as const])
    if (!NO_BOX.has(tag))
      it(`is still laid out: ${tag}`, async () => {
        standStill();
        const normal = await placed(tag, properties, 'height: 500px', '');
        const before = normal.element.getBoundingClientRect().height;
        normal.place.remove();
        const { element } = await placed(tag, properties, 'height: 500px', 'all: unset');
        const parts = all(element, '*').map((part) => part.getBoundingClientRect());
        expect(Math.max(...parts.map(({ width }) => width)), 'width').to.be.at.least(10);
        const bottom = Math.max(...parts.map((part) => part.bottom));
        const top = Math.min(...parts.filter(({ height }) => height > 0).map((part) => part.top));
        expect(bottom - top, 'height').to.be.within(Math.min(before, 100) * 0.4, Math.max(before, 500) * 1.5);
      });
});

describe('The header of a list', () => {
  before(registered);

  /** Scrollbars of this page's own take width, also in a browser that hides its own. */
  const bars = (rule: string): CSSStyleSheet => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rule);
    return sheet;
  };
  const CLASSIC = bars('::-webkit-scrollbar { width: 15px; }');
  const NONE = bars('* { scrollbar-width: none; }');

  for (const tag of Object.keys(LISTS).filter((each) => each !== 'p2p-thread'))
    for (const isClassic of [false, true])
      it(`ends where the rows end, beside scrollbars that ${isClassic ? 'take width' : 'take none'}: ${tag}`, async () => {
        standStill();
        const { rows: many, ...rest } = LISTS[tag]!() as { rows: unknown[] };
        for (const [rows, direction] of [
          [many, 'ltr'],
          [many, 'rtl'],
          [many.slice(0, 2), 'ltr'],
        ] as const) {
          const { element, place } = await placed(tag, { ...rest, rows }, 'height: 400px', '');
          place.dir = direction;
          element.shadowRoot!.adoptedStyleSheets.push(isClassic ? CLASSIC : NONE);
          await frames();
          const scroller = one(element, '.scroller');
          expect(scroller.clientWidth, 'the room for the scrollbar').to.equal(isClassic ? 785 : 800);
          const row = all(element, '[data-index]')[0]!.getBoundingClientRect();
          const above = all(element, '.header, label');
          expect(above.length).to.be.at.least(1);
          for (const part of above) {
            const { left, right } = part.getBoundingClientRect();
            const { marginLeft, marginRight } = getComputedStyle(part);
            expect([left - parseFloat(marginLeft), right + parseFloat(marginRight)]).to.deep.equal([
              row.left,
              row.right,
            ]);
          }
          // The ring of a field that has the focus is not cut off.
          const field = all(element, 'label')[0];
          if (field) {
            const around = field.closest('.over')!.getBoundingClientRect();
            const { top, bottom } = field.getBoundingClientRect();
            expect(top - around.top).to.be.at.least(4);
            expect(around.bottom - bottom).to.be.at.least(4);
          }
          place.remove();
        }
      });
});

describe('The row of a person in a narrow column', () => {
  before(registered);

  it('has its buttons below its text, which does not break between letters', async () => {
    standStill();
    const rows = [person(noor, 'Noor Haddad', { relation: 'pending' })];
    for (const width of [250, 285, 300]) {
      const { element, place } = await placed('p2p-pending-requests', { rows }, 'height: 400px', '', width);
      expect(all(element, '.person')[0]!.offsetHeight, `${width} px`).to.be.at.most(130);
      place.remove();
    }
  });
});

describe('A button of a person', () => {
  before(registered);

  it('stays where it is while the words beside it change', async () => {
    standStill();
    const heights = new Set<number>();
    const tops = new Set<number>();
    for (const note of [
      null,
      'Back in the afternoon',
      'At the harbour until six, and then on the train home',
    ]) {
      const rows = [person(noor, 'Noor Haddad', { relation: 'contact', presence: 'online', note })];
      const { element, place } = await placed('p2p-peer-discovery', { rows }, 'height: 400px', '', 300);
      heights.add(all(element, '.person')[0]!.offsetHeight);
      tops.add(all(element, '[data-action="message"]')[0]!.getBoundingClientRect().top);
      place.remove();
    }
    expect(heights.size, 'rows of different heights').to.be.greaterThan(1);
    expect([...tops]).to.have.length(1);
  });
});

describe('One very wide grapheme', () => {
  before(registered);

  // Jamo, conjuncts and joined pictures are never broken.
  for (const [name, one] of Object.entries({ jamo: '\u1100', conjunct: 'क्', joined: '👩\u200d' })) {
    const wide = one.repeat(60);
    const row = { account: me, peer: noor, name: wide, presence: 'online' };
    const last = theirs(wide, 1);
    const failed = { ...last, own: true, status: 'failed' };
    const drawn: Record<string, object> = {
      'p2p-thread': { rows: [{ ...last, text: one.repeat(400) }], peerName: wide },
      'p2p-conversation-list': { rows: [{ ...row, last }] },
      'p2p-peer-discovery': {
        rows: [person(noor, wide, { relation: 'contact', presence: 'online', note: wide })],
      },
      'p2p-pending-requests': { rows: [person(noor, wide, { relation: 'accepted' })] },
      'p2p-outbox': { rows: [{ ...row, message: failed }] },
    };
    for (const [tag, properties] of Object.entries(drawn))
      it(`widens no element beyond its container: ${tag}, ${name}`, async () => {
        standStill();
        const { element } = await placed(
          tag,
          properties as Record<string, unknown>,
          'height: 400px',
          '',
          360,
        );
        const scroller = all(element, '.scroller')[0]!;
        expect(scroller.scrollWidth).to.equal(scroller.clientWidth);
        for (const avatar of all(element, '.avatar'))
          expect(avatar.scrollWidth).to.be.at.most(avatar.offsetWidth + 2);
      });
  }
});
