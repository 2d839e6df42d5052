import { expect, fixture, html } from '@open-wc/testing';
import { STATUSES } from '../../facts/index.ts';
import { wordsIn } from '../../locale/registry.ts';
import type { MessageFact, RequestId } from '../../facts/index.ts';
import type { MessageStatusElement } from '../../components/message-status/message-status.ts';
import '../../components/message-status/define.ts';
import { consoleOf } from '../setup.ts';

const requestId = '6b0d7a51-52b1-4a34-8a2f-0c8a2c7d9e11' as RequestId;
const attempted: MessageFact[] = [
  { type: 'written', at: 1 },
  { type: 'attempted', attempt: 1, route: 'channel', requestId, at: 2 },
];

function nameOf(element: MessageStatusElement): string | null {
  return element.shadowRoot!.querySelector('[role="img"]')?.getAttribute('aria-label') ?? null;
}

describe('p2p-message-status', () => {
  for (const { status } of STATUSES) {
    for (const words of [false, true]) {
      it(`is accessible as ${status}${words ? ' with its word' : ''}`, async () => {
        const element = await fixture<MessageStatusElement>(
          html`<p2p-message-status .status=${status} .words=${words}></p2p-message-status>`,
        );
        await expect(element).to.be.accessible();
      });
    }
  }

  it('names every status by its word, and draws a picture of its own for each', async () => {
    const pictures = new Set<string>();
    for (const { status, icon } of STATUSES) {
      const element = await fixture<MessageStatusElement>(
        html`<p2p-message-status .status=${status}></p2p-message-status>`,
      );
      expect(nameOf(element)).to.equal(wordsIn('en').status[status]);
      const picture = element.shadowRoot!.querySelector('svg')!;
      expect(picture.dataset['icon']).to.equal(icon);
      pictures.add(picture.querySelectorAll('path, circle').length + picture.innerHTML);
    }
    expect(pictures.size).to.equal(7);
  });

  it('follows the evidence: an attempt without an answer is Sending, never a tick', async () => {
    const element = await fixture<MessageStatusElement>(
      html`<p2p-message-status .facts=${attempted}></p2p-message-status>`,
    );
    expect(nameOf(element)).to.equal('Sending');
    element.facts = [...attempted, { type: 'accepted', attempt: 1, at: 3, by: 'service' }];
    await element.updateComplete;
    expect(nameOf(element)).to.equal('Sent');
    element.facts = [...element.facts, { type: 'delivered', at: 4, receivedAt: 4 }];
    await element.updateComplete;
    expect(nameOf(element)).to.equal('Delivered');
  });

  it('shows what the evidence proves when the given status claims more', async () => {
    const element = await fixture<MessageStatusElement>(
      html`<p2p-message-status status="read" .facts=${attempted}></p2p-message-status>`,
    );
    expect(nameOf(element)).to.equal('Sending');
  });

  it('says in the details of one tick that the recipient has not confirmed', async () => {
    const element = await fixture<MessageStatusElement>(
      html`<p2p-message-status status="sent" peer-name="Bob"></p2p-message-status>`,
    );
    expect(element.shadowRoot!.querySelector<HTMLElement>('[part="status"]')!.title).to.equal(
      'Sent: accepted by the service. No confirmation from Bob yet',
    );
  });

  it('draws nothing where nothing is known', async () => {
    const element = await fixture<MessageStatusElement>(html`<p2p-message-status></p2p-message-status>`);
    expect(element.shadowRoot!.querySelector('svg')).to.equal(null);
  });

  it('warns once about a value of the wrong type, and keeps working', async () => {
    const said = await consoleOf(async () => {
      for (let i = 0; i < 2; i += 1) {
        const element = await fixture<MessageStatusElement>(html`<p2p-message-status></p2p-message-status>`);
        element.facts = 'sent' as never;
        await element.updateComplete;
        expect(nameOf(element)).to.equal(null);
      }
    });
    expect(said).to.deep.equal([
      'warn: [p2p] <p2p-message-status>: expected facts to be an array, got "sent" (facts)',
    ]);
  });
});
