import { expect, fixture, html } from '@open-wc/testing';
import { me, noor } from '../../.storybook/fixtures.ts';
import { createLive } from '../../.storybook/live.ts';
import { memory } from '../../storage/memory.ts';
import type { Storage } from '../../ports/storage.ts';
import { registered } from './every-element.ts';
import { all, frames, textOf } from './helpers.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean> };

/** Every list, the property that it is filled by, and what it says when that is empty. */
const LISTS = {
  'p2p-thread': ['rows', /No messages yet/],
  'p2p-conversation-list': ['rows', /No conversations yet/],
  'p2p-pending-requests': ['rows', /No requests/],
  'p2p-outbox': ['rows', /No messages waiting/],
  'p2p-peer-discovery': ['rows', /No other users/],
} as const;

async function drawn(tag: string, properties: object): Promise<Drawn> {
  const place = await fixture<HTMLElement>(html`<section></section>`);
  const element = document.createElement(tag) as Drawn;
  Object.assign(element, properties);
  place.append(element);
  await element.updateComplete;
  await frames();
  return element;
}

describe('A list whose content is unknown', () => {
  before(registered);

  for (const [tag, [name, empty]] of Object.entries(LISTS)) {
    it(`does not claim to be empty without data and without a messenger: ${tag}`, async () => {
      for (const properties of [{}, { account: me, peer: noor }, { [name]: null }]) {
        const element = await drawn(tag, properties);
        expect(textOf(element)).not.to.match(empty);
        if (tag !== 'p2p-peer-discovery') expect(all(element, '[part="skeleton"]').length).to.equal(1);
      }
    });

    if (tag !== 'p2p-peer-discovery')
      it(`says that it is empty when the page passes an empty list: ${tag}`, async () => {
        const element = await drawn(tag, { [name]: [] });
        expect(textOf(element)).to.match(empty);
        expect(all(element, '[part="skeleton"]').length).to.equal(0);
      });

    it(`does not claim to be empty before storage was read: ${tag}`, async () => {
      const live = createLive();
      try {
        const never = (): Promise<never> => new Promise(() => undefined);
        const storage: Storage = { ...memory(), accounts: never, write: never, persist: never };
        const browser = await live.browser('our browser', { storage });
        const element = await drawn(tag, { messenger: browser.messenger, account: me, peer: noor });
        expect(browser.messenger.link.peek().state).to.equal('idle');
        expect(textOf(element)).not.to.match(empty);
        await live.clock.advance(10_100);
        browser.messenger.goUnsaved();
        await live.clock.advance(1_000);
        await frames();
        if (tag !== 'p2p-peer-discovery') expect(textOf(element)).to.match(empty);
      } finally {
        live.close();
      }
    });
  }
});
