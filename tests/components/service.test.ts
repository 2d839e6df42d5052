import { expect, fixture, html } from '@open-wc/testing';
import type { MessengerElement } from '../../components/messenger/messenger.ts';
import type { ProviderElement } from '../../components/provider/provider.ts';
import { setMessengerFactory } from '../../components/internal/service.ts';
import { memory as memoryBackend } from '../../client/memory.ts';
import { createFakeClock } from '../../mocks/index.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { createMessenger } from '../engine.ts';
import { consoleOf } from '../setup.ts';
import '../../components/messenger/define.ts';
import '../../components/provider/define.ts';
import '../../components/pending-badge/define.ts';

const SERVICE = 'ws://127.0.0.1:8080';
const made = new Map<string, Messenger>();
/** How often each was opened and closed. */
const counts = { opened: 0, closed: 0 };

function make(service: string): Messenger {
  const clock = createFakeClock();
  const honest = createMessenger({ backend: memoryBackend(clock), storage: memory(), clock });
  const messenger: Messenger = {
    ...honest,
    open() {
      counts.opened += 1;
      return honest.open();
    },
    close() {
      counts.closed += 1;
      honest.close();
    },
  };
  made.set(service, messenger);
  return messenger;
}

describe('the service attribute', () => {
  it('warns once and shows the placeholder where no factory is registered', async () => {
    const said = await consoleOf(async () => {
      const element = await fixture<MessengerElement>(
        html`<p2p-messenger service=${SERVICE}></p2p-messenger>`,
      );
      await fixture(html`<p2p-messenger service=${SERVICE}></p2p-messenger>`);
      expect(element.connectedMessenger).to.equal(null);
    });
    expect(said.filter((text) => text.includes('service needs p2p-elements/define'))).to.have.length(1);
  });

  it('finds the factory by whoever is on the page, keeps nobody who has left it, and finds it for them when they are back', async () => {
    await consoleOf(async () => {
      const box = await fixture<HTMLElement>(
        html`<div>
          <p2p-messenger service=${SERVICE}></p2p-messenger>
          <p2p-provider service=${SERVICE}><p2p-pending-badge></p2p-pending-badge></p2p-provider>
        </div>`,
      );
      const [element, provider] = [...box.children] as [MessengerElement, ProviderElement];
      const badge = provider.querySelector('p2p-pending-badge')!;
      const isAsked = { element: false, provider: false };
      element.remove();
      provider.remove();
      const asked = (which: keyof typeof isAsked, host: MessengerElement | ProviderElement): void => {
        const original = host.requestUpdate.bind(host);
        host.requestUpdate = (...parts: [name?: PropertyKey]) => {
          isAsked[which] = true;
          original(...parts);
        };
      };
      asked('element', element);
      asked('provider', provider);
      setMessengerFactory((service) => made.get(service) ?? make(service));
      expect(isAsked).to.deep.equal({ element: false, provider: false });
      box.append(element, provider);
      await Promise.all([element.updateComplete, provider.updateComplete, badge.updateComplete]);
      expect(element.connectedMessenger).to.equal(made.get(SERVICE));
      expect(badge.connectedMessenger).to.equal(made.get(SERVICE));
    });
  });

  it('gives elements with the same service one messenger, which the first that is connected opens', async () => {
    const element = document.createElement('p2p-messenger');
    element.service = SERVICE;
    counts.opened = 0;
    document.body.append(element);
    await element.updateComplete;
    expect(counts.opened).to.be.greaterThan(0);
    const provider = await fixture<ProviderElement>(
      html`<p2p-provider service=${SERVICE}><p2p-pending-badge></p2p-pending-badge></p2p-provider>`,
    );
    await provider.updateComplete;
    expect([...made.keys()]).to.deep.equal([SERVICE]);
    expect(provider.querySelector('p2p-pending-badge')!.connectedMessenger).to.equal(
      element.connectedMessenger,
    );
    element.remove();
  });

  it('closes nothing when an element moves or is removed', async () => {
    const element = await fixture<MessengerElement>(html`<p2p-messenger service=${SERVICE}></p2p-messenger>`);
    const before = element.connectedMessenger;
    const elsewhere = document.createElement('section');
    document.body.append(elsewhere);
    elsewhere.append(element);
    await element.updateComplete;
    expect(element.connectedMessenger).to.equal(before);
    elsewhere.remove();
    expect(counts.closed).to.equal(0);
    expect(made.get(SERVICE)!.link.peek().state).to.equal('up');
  });

  it('yields to a messenger that is passed in', async () => {
    const own = make('another');
    const element = await fixture<MessengerElement>(
      html`<p2p-messenger service=${SERVICE} .messenger=${own}></p2p-messenger>`,
    );
    expect(element.connectedMessenger).to.equal(own);
  });
});
