import { expect } from '@open-wc/testing';
import { pageOf } from '../../components/internal/page.ts';
import { isBehindDialog, isReaderHere } from '../../components/internal/seen.ts';
import type { AccountId } from '../../facts/index.ts';
import { elements, registered } from './every-element.ts';
import { all, frames, standStill, until } from './helpers.ts';

type Drawn = HTMLElement & { updateComplete: Promise<boolean> };

describe('An element in another document', () => {
  let frame: HTMLIFrameElement;
  let other: Document;
  before(registered);
  beforeEach(async () => {
    frame = document.createElement('iframe');
    frame.style.width = '800px';
    frame.style.height = '600px';
    document.body.append(frame);
    other = frame.contentDocument!;
    other.documentElement.lang = document.documentElement.lang;
    await until(() => frame.contentWindow!.innerWidth > 0, 'the frame has a size');
  });
  afterEach(() => frame.remove());

  const NAMES = [
    'display',
    'color',
    'backgroundColor',
    'fontSize',
    'fontFamily',
    'borderRadius',
    'boxShadow',
  ] as const;
  const looks = (element: HTMLElement): string[] =>
    [element, ...all(element, '*')].map((part) => {
      const style = part.ownerDocument.defaultView!.getComputedStyle(part);
      return [part.localName, ...NAMES.map((name) => style[name])].join(' | ');
    });

  for (const [tag, properties] of Object.entries(elements))
    it(`looks the same, whether it was drawn before or not, and after it has come back: ${tag}`, async () => {
      standStill();
      document.body.style.margin = '0';
      other.body.style.margin = '0';
      const host = document.createElement('section');
      host.style.width = '800px';
      document.body.append(host);
      const otherHost = other.createElement('section');
      otherHost.style.width = '800px';
      other.body.append(otherHost);
      try {
        const settled = async (element: Drawn): Promise<void> => {
          await element.updateComplete;
          await frames();
        };
        const moved = document.createElement(tag) as Drawn;
        Object.assign(moved, properties);
        host.append(moved);
        await settled(moved);
        const before = looks(moved);
        const fresh = document.createElement(tag) as Drawn;
        Object.assign(fresh, properties);
        otherHost.append(fresh);
        await settled(fresh);
        expect(looks(fresh), 'never drawn before').to.deep.equal(before);
        fresh.remove();
        otherHost.append(moved);
        await settled(moved);
        expect(looks(moved), 'moved').to.deep.equal(before);
        host.append(moved);
        await settled(moved);
        expect(looks(moved), 'back again').to.deep.equal(before);
      } finally {
        document.body.removeAttribute('style');
        host.remove();
      }
    });

  it('opens its menu inside the window that it is in', async () => {
    const element = document.createElement('p2p-session-switcher') as Drawn;
    Object.assign(element, elements['p2p-session-switcher']);
    frame.style.width = '320px';
    other.body.style.margin = '0';
    const host = other.createElement('section');
    host.style.cssText = 'display: flex; justify-content: flex-end';
    host.append(element);
    other.body.append(host);
    await element.updateComplete;
    await frames();
    all(element, '[part="options"]')[0]!.click();
    const menu = all(element, '.menu')[0]!;
    await until(() => menu.matches(':popover-open') && menu.style.left !== '', 'the menu');
    await frames();
    expect(menu.getBoundingClientRect().right).to.be.at.most(320);
  });

  it('counts as visible while the page around that document is visible', async () => {
    const element = other.createElement('div');
    other.body.append(element);
    expect(pageOf(element)).to.equal(document);
    expect(isReaderHere(element)).to.equal(true);
    // Of a window of its own nothing in this document says whether it is shown.
    const own = document.implementation.createHTMLDocument();
    const away = own.createElement('div');
    own.body.append(away);
    expect(pageOf(away)).to.equal(own);
    expect(isReaderHere(away)).to.equal(false);
  });

  it('reports what is read there', async () => {
    const thread = document.createElement('p2p-thread');
    const asked: unknown[] = [];
    const onRead = (event: Event): void => void asked.push((event as CustomEvent<{ id: string }>).detail.id);
    other.addEventListener('p2p-read-request', onRead);
    thread.style.height = '400px';
    thread.account = '1' as AccountId;
    thread.peer = '2' as AccountId;
    thread.rows = [{ id: 'a', text: 'hello', own: false }];
    other.body.append(thread);
    await until(() => asked.length > 0, 'it is read');
    expect(asked).to.deep.equal(['a']);
    thread.remove();
  });

  it('counts as covered by a dialog of that document', () => {
    const element = document.createElement('p2p-toast');
    const dialog = other.createElement('dialog');
    other.body.append(element, dialog);
    expect(isBehindDialog(element)).to.equal(false);
    dialog.showModal();
    expect(isBehindDialog(element)).to.equal(true);
  });
});
