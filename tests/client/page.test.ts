import { expect } from '@open-wc/testing';
import type { PageMoment } from '../../ports/page.ts';
import { browserPage } from '../../tabs/page.ts';
import { consoleOf } from '../setup.ts';

describe('the life of a page', () => {
  let stop: () => void;
  let heard: PageMoment[];

  beforeEach(() => {
    heard = [];
  });

  afterEach(() => {
    stop();
  });

  function hide(persisted = false): void {
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted }));
  }

  it('is heard once for every event', () => {
    stop = browserPage().watch((moment) => heard.push(moment));
    hide();
    hide(true);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    expect(heard).to.deep.equal(['gone', 'cached', 'back']);
  });

  it('a listener that the browser stops as the page goes is called once more', async () => {
    // An error ends a listener as Firefox does when it closes a tab, except that it is reported.
    const { onerror } = window;
    window.onerror = () => true;
    stop = browserPage().watch((moment) => {
      heard.push(moment);
      if (heard.length === 1) throw new Error('stopped');
    });
    const said = await consoleOf(() => hide());
    window.onerror = onerror;
    expect(said.join()).to.contain('stopped');
    expect(heard).to.deep.equal(['gone', 'gone']);
    hide();
    expect(heard).to.deep.equal(['gone', 'gone', 'gone']);
  });

  it('is not heard of by whoever has left in the meantime', () => {
    stop = browserPage().watch((moment) => {
      heard.push(moment);
      stop();
    });
    hide();
    hide();
    expect(heard).to.deep.equal(['gone']);
  });
});
