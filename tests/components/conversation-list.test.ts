import { expect, fixture, html } from '@open-wc/testing';
import { at, conversations, everyConversation, me, mine, noor, theirs } from '../../.storybook/fixtures.ts';
import type { AccountId, ConversationRow } from '../../facts/index.ts';
import type { ConversationListElement } from '../../components/conversation-list/conversation-list.ts';
import type { MessageStatusElement } from '../../components/message-status/message-status.ts';
import '../../components/conversation-list/define.ts';
import { all, heard, one, standStill, textOf, until } from './helpers.ts';

async function list(
  rows: readonly ConversationRow[],
  selected: AccountId | null = null,
): Promise<ConversationListElement> {
  const element = await fixture<ConversationListElement>(
    html`<p2p-conversation-list .rows=${rows} .selected=${selected}></p2p-conversation-list>`,
  );
  await until(() => all(element, '.conversation').length >= Math.min(rows.length, 4), 'rows are drawn');
  return element;
}

const row = (more: Partial<ConversationRow>): ConversationRow => ({ ...conversations[3]!, ...more });

beforeEach(() => {
  standStill();
});

describe('p2p-conversation-list', () => {
  it('is accessible in every state', async () => {
    await expect(await list(everyConversation, noor)).to.be.accessible();
    await expect(await list([])).to.be.accessible();
  });

  it('shows the name, the last message with its status, the time and what is unread', async () => {
    const element = await list(conversations, noor);
    const lines = all(element, '.conversation').map((line) => line.textContent?.replace(/\s+/gu, ' ').trim());
    expect(lines[0]).to.match(/Noor Haddad.*Not sent: see you at the harbour/u);
    expect(lines[1]).to.match(/Elif Vural.*Waiting for Elif to come online/u);
    expect(lines[2]).to.match(/Mona Okafor.*Mon.*Can you check the relay logs\? 3/u);
    const statuses = all<MessageStatusElement>(element, 'p2p-message-status').map(({ shown }) => shown);
    expect(statuses).to.deep.equal(['failed', 'waiting', 'delivered']);
    expect(one(element, '[part="unread"]').getAttribute('aria-label')).to.equal('3 unread');
  });

  it('marks the open conversation and no other', async () => {
    const element = await list(conversations, noor);
    expect(all(element, '[aria-current="true"]').map(({ dataset }) => dataset['peer'])).to.deep.equal([noor]);
  });

  it('asks once to open the conversation that was chosen, with exact ids', async () => {
    const asked = heard('p2p-open-conversation-request');
    const element = await list([row({ peer: '18017897041159203224' as AccountId })]);
    one(element, '.conversation').click();
    expect(asked).to.deep.equal([{ account: me, peer: '18017897041159203224' }]);
  });

  it('finds composed letters by decomposed ones, and the other way round', async () => {
    const composed = 'Zo\u00eb';
    const decomposed = 'Zoe\u0308';
    for (const [name, typed] of [
      [composed, decomposed],
      [decomposed, composed],
      [composed, 'ZO\u00cb'],
    ] as const) {
      const element = await list([row({ name }), ...conversations.slice(0, 2)]);
      const field = one<HTMLInputElement>(element, 'input');
      field.value = typed;
      field.dispatchEvent(new InputEvent('input'));
      await element.updateComplete;
      expect(all(element, '.name').map(({ textContent }) => textContent.trim())).to.deep.equal([name]);
    }
  });

  it('draws a bounded beginning of a long message, cut between characters', async () => {
    const text = '👩‍👩‍👧‍👦'.repeat(300_000);
    const element = await list([row({ last: theirs(text, at(9, 0)) }), ...conversations.slice(0, 2)]);
    const shown = all(element, '[part="last"]')[0]!.textContent.trim();
    expect(shown.length).to.be.within(100, 210);
    expect(shown.replaceAll('👩‍👩‍👧‍👦', '')).to.equal('…');
  });

  it('draws a placeholder for an entry that cannot be drawn, reports it once, and draws the others', async () => {
    const bad = new Proxy(
      { ...conversations[0]! },
      {
        get: (target, key) => {
          if (key === 'peer') return target.peer;
          throw new Error('no');
        },
      },
    );
    const errors: unknown[] = [];
    const original = window.reportError;
    window.reportError = (error) => errors.push(error);
    try {
      const element = await fixture<ConversationListElement>(
        html`<p2p-conversation-list .rows=${[bad, ...conversations.slice(1)]}></p2p-conversation-list>`,
      );
      await until(() => all(element, '.conversation').length > 0, 'rows are drawn');
      expect(textOf(element, '[part="broken"]')).to.equal('This entry could not be shown');
      expect(all(element, '.conversation')).to.have.lengthOf(conversations.length - 1);
      const field = one<HTMLInputElement>(element, 'input');
      field.value = 'elif';
      field.dispatchEvent(new InputEvent('input'));
      await element.updateComplete;
      expect(all(element, '.conversation')).to.have.lengthOf(1);
    } finally {
      window.reportError = original;
    }
    expect(errors).to.have.lengthOf(1);
  });

  it('82: says Not sent in words, not only by a picture', async () => {
    const element = await list([row({ last: mine('hello', at(9, 0), 'failed') })]);
    expect(textOf(element, '[part="last"]')).to.equal('Not sent: hello');
  });

  it('15: draws a placeholder for somebody without a name', async () => {
    const element = await list([row({ peer: '18017897041159203224' as AccountId, name: null })]);
    expect(textOf(element, '[part="name"]')).to.equal('Unnamed …3224');
  });

  it('folds a message of many lines into one, and draws no markup', async () => {
    const element = await list([row({ last: theirs('<b>a</b>\n\n  c', at(9, 0)) })]);
    expect(textOf(element, '[part="last"]')).to.equal('<b>a</b> c');
    expect(all(element, '[part="last"] b')).to.have.lengthOf(0);
  });

  it('draws one row again when one row changes', async () => {
    const element = await list(conversations, noor);
    const changed = new Set<string>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const from = target instanceof Element ? target : target.parentElement;
        changed.add(from?.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? 'elsewhere');
      }
    });
    observer.observe(element.shadowRoot!, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    element.rows = conversations.map((conversation) =>
      conversation.peer === noor ? { ...conversation, unread: 1 } : conversation,
    );
    await element.updateComplete;
    await until(() => changed.size > 0, 'something was drawn');
    expect([...changed]).to.deep.equal([noor]);
    observer.disconnect();
  });

  it('finds by name and by words, and says when nothing matches', async () => {
    const element = await list(conversations);
    const search = one<HTMLInputElement>(element, 'input');
    search.value = 'RELAY';
    search.dispatchEvent(new Event('input'));
    await until(() => all(element, '.conversation').length === 1, 'one row is left');
    expect(textOf(element, '[part="name"]')).to.equal('Mona Okafor');
    search.value = 'zebra';
    search.dispatchEvent(new Event('input'));
    await element.updateComplete;
    expect(textOf(element)).to.contain('Nothing here matches “zebra”.');
  });
});
