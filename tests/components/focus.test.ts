import { expect } from '@open-wc/testing';
import { focused } from '../../components/internal/focus.ts';
import { elements, registered } from './every-element.ts';
import { all, frames, standStill } from './helpers.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean> };

/** What had the focus in an element, and what takes it away. */
const LOSSES: readonly [tag: string, holder: string, change: object][] = [
  ['p2p-message-details', '[part="copy"]', { message: null }],
  ['p2p-route-indicator', 'button', { path: null }],
  ['p2p-connection-banner', '[part="retry"]', { link: { state: 'up', since: 0 } }],
  ['p2p-conversation-list', 'input', { rows: [] }],
  ['p2p-conversation-list', '.conversation', { rows: [] }],
  ['p2p-thread', '.message', { rows: [] }],
  ['p2p-toast', '[part="dismiss"]', { message: null }],
];

describe('A lone element that loses its last focusable control', () => {
  before(registered);

  for (const [tag, holder, change] of LOSSES)
    it(`returns the focus to the control of the page that had it before: ${tag}, ${holder}`, async () => {
      standStill();
      const place = document.createElement('section');
      const control = document.createElement('button');
      control.textContent = 'of the page';
      const element = document.createElement(tag) as Drawn;
      Object.assign(element, elements[tag]);
      place.append(control, element);
      document.body.append(place);
      try {
        await element.updateComplete;
        await frames();
        control.focus();
        const held = all(element, holder)[0]!;
        held.focus();
        expect(focused() === held, 'it has the focus').to.equal(true);
        Object.assign(element, change);
        await element.updateComplete;
        await frames();
        expect(held.isConnected && held.checkVisibility(), 'it is still there').to.equal(false);
        expect(focused() === control, 'the page’s control has it').to.equal(true);
      } finally {
        place.remove();
      }
    });
});
