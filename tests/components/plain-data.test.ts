import { expect, fixture, html } from '@open-wc/testing';
import { at, me, noor, queued, mine, people } from '../../.storybook/fixtures.ts';
import type { MessageInput } from '../../facts/index.ts';
import type { ComposerElement } from '../../components/composer/composer.ts';
import type { MessengerElement } from '../../components/messenger/messenger.ts';
import type { ThreadElement } from '../../components/thread/thread.ts';
import { connectRequests } from '../../stores/connect-requests.ts';
import type { Messenger as Store } from '../../stores/api.ts';
import '../../components/composer/define.ts';
import '../../components/messenger/define.ts';
import '../../components/outbox/define.ts';
import '../../components/peer-discovery/define.ts';
import '../../components/thread/define.ts';
import { consoleOf } from '../setup.ts';
import { registered } from './every-element.ts';
import { all, button, frames, heard, one, standStill, textOf } from './helpers.ts';

/* Elements in a page without stores. */

async function thread(
  messages: readonly MessageInput[],
  more: Partial<ThreadElement> = {},
): Promise<ThreadElement> {
  const element = await fixture<ThreadElement>(html`<p2p-thread .rows=${messages}></p2p-thread>`);
  Object.assign(element, more);
  await element.updateComplete;
  await frames();
  return element;
}

describe('A message that a page passes', () => {
  it('needs an id, a text and an author; nothing is claimed of what is missing', async () => {
    standStill();
    const messages: readonly MessageInput[] = [
      { id: 'a', text: 'hello', own: false },
      { id: 'b', text: 'hi', own: true },
    ];
    const element = await thread(messages);
    expect(all(element, '.text').map(({ textContent }) => textContent)).to.deep.equal(['hello', 'hi']);
    expect(all(element, 'time').length, 'times').to.equal(0);
    expect(all(element, '.day').length, 'days').to.equal(0);
    expect(one(element, 'p2p-message-status').shadowRoot!.querySelector('svg'), 'a sign').to.equal(null);
    // Nothing but who wrote, the text, and what can be asked for.
    expect(textOf(element, '.sizer')).to.equal('Someone: hello Details You: hi Details');
  });

  it('may have more fields, and an undefined field counts as missing', async () => {
    standStill();
    const element = await thread([
      {
        id: 'a',
        text: 'one',
        own: true,
        status: 'delivered',
        sentAt: at(9, 0),
        reason: undefined,
        isStored: undefined,
      },
      { id: 'b', text: 'two', own: false, sentAt: at(9, 1) },
    ]);
    expect(all(element, 'time').map(({ textContent }) => textContent!.trim())).to.deep.equal([
      '09:00',
      '09:01',
    ]);
    expect(all(element, '.day').map(({ textContent }) => textContent)).to.deep.equal(['Today']);
    expect(textOf(one(element, 'p2p-message-status'))).to.equal('');
    expect(textOf(element)).not.to.match(/not saved|couldn’t save/iu);
  });

  it('may come from a source of the page’s own', async () => {
    const row: MessageInput = { id: 'a', text: 'from a source', own: false };
    const element = await thread([]);
    element.rows = {
      ids: {
        value: ['a'],
        peek: () => ['a'],
        subscribe: (run: (ids: string[]) => void) => (run(['a']), () => undefined),
      },
      get: () => row,
      watch: () => () => undefined,
    } as never;
    await element.updateComplete;
    await frames();
    expect(all(element, '.text').map(({ textContent }) => textContent)).to.deep.equal(['from a source']);
  });
});

describe('Every other element with the least data that a page may pass', () => {
  const hello = { id: '0195b0f4-0000-7000-8000-000000000001', text: 'hello', own: true };
  const ofNoor = { peer: noor, name: 'Noor' };
  const link = { reason: 'link-down', nextTry: null };
  const waiting = { ...hello, status: 'waiting', waiting: link };
  const FALSE = /not saved|couldn’t|could not|undefined|null|NaN|no messages yet|no longer here|Saved on/iu;
  const drawn: readonly [tag: string, what: string, properties: object, words: string][] = [
    ['p2p-message-details', 'a message', { message: hello }, 'Written'],
    ['p2p-message-details', 'theirs', { message: { ...hello, own: false } }, 'Placed here'],
    ['p2p-message-details', 'nothing but a time', { message: { ...hello, facts: null } }, 'Written'],
    [
      'p2p-outbox',
      'one that failed',
      { rows: [{ ...ofNoor, message: { ...hello, status: 'failed' } }] },
      'Not sent',
    ],
    [
      'p2p-outbox',
      'one that waits',
      { rows: [{ ...ofNoor, message: waiting }] },
      'connection to the service',
    ],
    ['p2p-conversation-list', 'a name', { rows: [ofNoor] }, 'Noor'],
    ['p2p-conversation-list', 'a last message', { rows: [{ ...ofNoor, last: hello }] }, 'hello'],
    [
      'p2p-conversation-list',
      'one that waits',
      { rows: [{ ...ofNoor, last: waiting }] },
      'connection to the service',
    ],
    ['p2p-peer-discovery', 'a name', { rows: [ofNoor] }, 'Noor'],
    ['p2p-peer-discovery', 'a stranger', { rows: [{ ...ofNoor, relation: 'none' }] }, 'Ask to connect'],
    ['p2p-peer-discovery', 'a contact', { rows: [{ ...ofNoor, relation: 'contact' }] }, 'Contact'],
    [
      'p2p-peer-discovery',
      'one who was asked',
      { rows: [{ ...ofNoor, relation: 'asked' }] },
      'Request sent Withdraw',
    ],
    [
      'p2p-pending-requests',
      'one who asks',
      { rows: [{ ...ofNoor, relation: 'pending' }] },
      'Wants to connect Accept',
    ],
    ['p2p-session-switcher', 'an account', { sessions: [{ account: me }], selected: me }, 'Unnamed'],
    ['p2p-session-switcher', 'no account', { sessions: [{}, { account: me, username: 'eve' }] }, 'eve'],
    ['p2p-composer', 'an answer', { peer: noor, replyTo: { id: 'x' } }, 'Original message not available'],
    [
      'p2p-thread',
      'an answer',
      { rows: [{ ...hello, replyTo: { id: 'x' } }] },
      'Original message not available',
    ],
    [
      'p2p-thread',
      'null for all that it does not know',
      { rows: [{ ...hello, sentAt: null, facts: null, isStored: null, missingBefore: null }] },
      'You: hello Details',
    ],
    ['p2p-sign-in', 'a failure', { progress: { state: 'failed', code: 'timeout' } }, 'No answer'],
    [
      'p2p-sign-in',
      'an error for a reason',
      { progress: { state: 'failed', code: 'timeout', reason: new Error('x') } },
      'No answer',
    ],
    ['p2p-toast', 'a name that is none', { message: { peer: noor, name: 5 } }, 'Someone'],
  ];

  for (const [tag, what, properties, words] of drawn)
    it(`draws the given data and claims nothing else: ${tag}, ${what}`, async () => {
      await registered();
      standStill();
      const element = document.createElement(tag) as HTMLElement & { updateComplete: Promise<boolean> };
      Object.assign(element, properties);
      document.body.append(element);
      try {
        await element.updateComplete;
        await frames();
        expect(textOf(element)).to.include(words);
        expect(textOf(element).replace(words, '')).not.to.match(FALSE);
        expect(textOf(element)).not.to.match(/· ·|·$|–/u);
      } finally {
        element.remove();
      }
    });

  it('has types that require no more data', async () => {
    await registered();
    standStill();
    const people = document.createElement('p2p-peer-discovery');
    people.rows = [{ peer: '2', name: 'Noor' }];
    const requests = document.createElement('p2p-pending-requests');
    requests.rows = [{ peer: '2', name: 'Noor', relation: 'pending' }];
    const conversations = document.createElement('p2p-conversation-list');
    conversations.rows = [{ peer: '2', name: 'Noor', last: { id: 'a', text: 'hello', own: true } }];
    const outbox = document.createElement('p2p-outbox');
    outbox.rows = [
      { peer: '2', name: 'Noor', message: { id: 'a', text: 'hello', own: true, status: 'failed' } },
    ];
    const details = document.createElement('p2p-message-details');
    details.message = { id: 'a', text: 'hello', own: true };
    const accounts = document.createElement('p2p-session-switcher');
    accounts.sessions = [{ account: '1', fullName: 'Noor' }];
    for (const element of [people, requests, conversations, outbox, accounts, details]) {
      document.body.append(element);
      await element.updateComplete;
      await frames();
      expect(textOf(element)).to.include(element === details ? 'Written' : 'Noor');
      element.remove();
    }
  });

  for (const word of ['bogus', 'constructor', '__proto__', 'toString'])
    it(`draws nothing for an unknown code: ${word}`, async () => {
      await registered();
      standStill();
      const failed = { ...hello, status: 'failed', code: word, reason: word };
      const unknown: readonly [tag: string, properties: object][] = [
        ['p2p-composer', { peer: noor, wait: word }],
        ['p2p-connection-banner', { link: { state: word } }],
        [
          'p2p-conversation-list',
          { rows: [{ ...ofNoor, presence: word, last: { ...failed, status: word } }] },
        ],
        ['p2p-diagnostics', { link: { state: word, since: 1 }, storage: { state: word } }],
        ['p2p-message-details', { message: { ...failed, waiting: { reason: word, nextTry: null } } }],
        ['p2p-message-status', { status: word, words: true }],
        ['p2p-outbox', { rows: [{ ...ofNoor, message: failed }] }],
        [
          'p2p-peer-discovery',
          { rows: [{ ...ofNoor, relation: word, presence: word, path: { kind: word } }] },
        ],
        ['p2p-peer-discovery', { rows: [{ ...ofNoor, relation: 'contact', path: { kind: word } }] }],
        ['p2p-peer-discovery', { rows: [{ ...ofNoor, relation: 'contact', path: { kind: 'relayed' } }] }],
        ['p2p-pending-requests', { rows: [{ ...ofNoor, relation: 'pending', presence: word }] }],
        ['p2p-route-indicator', { path: { kind: word } }],
        ['p2p-route-indicator', { path: { kind: 'relayed' } }],
        ['p2p-route-indicator', { path: { kind: 'failed', code: word, nextTry: null } }],
        ['p2p-session-switcher', { sessions: [{ account: me, state: word }] }],
        ['p2p-sign-in', { progress: { state: 'failed', code: word, reason: '' } }],
        ['p2p-tab-status', { tabs: { role: word, tabs: 1 } }],
        ['p2p-thread', { rows: [failed, { ...hello, id: 'b', quiet: word, own: false }] }],
      ];
      for (const [tag, properties] of unknown) {
        const element = document.createElement(tag) as HTMLElement & { updateComplete: Promise<boolean> };
        try {
          // Some warn the developer, once.
          await consoleOf(async () => {
            Object.assign(element, properties);
            document.body.append(element);
            await element.updateComplete;
          });
          await frames();
          const labels = all(element, '[aria-label]').map(({ ariaLabel }) => ariaLabel);
          const drawn = [textOf(element), ...labels].join(' ');
          expect(drawn, tag).not.to.match(/undefined|function|native code|\[object/u);
        } finally {
          element.remove();
        }
      }
    });

  it('uses the account of the list for a row without one', async () => {
    await registered();
    for (const [tag, rows, type] of [
      ['p2p-conversation-list', [ofNoor], 'p2p-open-conversation-request'],
      ['p2p-peer-discovery', [{ ...ofNoor, relation: 'none' }], 'p2p-ask-request'],
      ['p2p-pending-requests', [{ ...ofNoor, relation: 'pending' }], 'p2p-accept-request'],
    ] as const) {
      const asked = heard(type);
      const element = document.createElement(tag);
      Object.assign(element, { account: me, rows });
      document.body.append(element);
      await frames();
      all(element, '[data-action]')[0]!.click();
      expect(asked).to.deep.equal([{ account: me, peer: noor }]);
      element.remove();
    }
  });
});

describe('A request of an element with little data', () => {
  const failed = { id: 'f', text: 'no', own: true, status: 'failed', reason: 'refused' } as const;

  it('carries the known ids: a thread', async () => {
    for (const [known, wanted] of [
      [{}, { id: 'f' }],
      [{ peer: noor }, { peer: noor, id: 'f' }],
      [
        { account: me, peer: noor },
        { account: me, peer: noor, id: 'f' },
      ],
    ] as const) {
      const element = await thread([failed], known);
      const retried = heard('p2p-retry-request');
      const opened = heard('p2p-open-details-request');
      button(element, 'Try again').click();
      button(element, 'Details').click();
      expect([retried, opened]).to.deep.equal([[wanted], [wanted]]);
      element.remove();
    }
  });

  it('carries the known ids: a composer, which keeps its text', async () => {
    const element = await fixture<ComposerElement>(html`<p2p-composer .peer=${noor}></p2p-composer>`);
    const sent = heard('p2p-send-request');
    element.text = 'to Noor';
    element.peer = me;
    await element.updateComplete;
    expect(element.text).to.equal('');
    element.peer = noor;
    await element.updateComplete;
    expect(element.text).to.equal('to Noor');
    button(element, 'Send').click();
    expect(sent).to.deep.equal([{ peer: noor, text: 'to Noor' }]);
  });

  it('carries the known ids: lists', async () => {
    const outbox = await fixture(
      html`<p2p-outbox .rows=${[queued(mine('no', at(9, 0), 'failed'))]}></p2p-outbox>`,
    );
    const retried = heard('p2p-retry-all-request');
    button(outbox as HTMLElement, 'Retry all').click();
    expect(retried).to.deep.equal([{}]);
    const list = await fixture<HTMLElement>(html`<p2p-peer-discovery .rows=${people}></p2p-peer-discovery>`);
    const loaded = heard('p2p-discover-request');
    one<HTMLButtonElement>(list, '[part="load"]').click();
    expect(loaded).to.deep.equal([{}]);
  });

  it('carries the known fields: Sign in without a messenger', async () => {
    const element = await fixture<MessengerElement>(html`<p2p-messenger></p2p-messenger>`);
    const form = one(element, 'p2p-sign-in');
    const asked = heard('p2p-sign-in-request');
    for (const [name, value] of Object.entries({ server: 'a:1', username: 'u', password: 'p' }))
      form.querySelector<HTMLInputElement>(`[name="${name}"]`)!.value = value;
    form.querySelector<HTMLButtonElement>('button[value="sign-in"]')!.click();
    expect(asked).to.deep.equal([{ server: 'a:1', username: 'u', password: 'p' }]);
  });

  it('is not carried out by a messenger that would have to guess', async () => {
    const called: string[] = [];
    const note = (verb: string) => (): unknown => called.push(verb);
    const stop = connectRequests(document.body, {
      messages: { retry: note('retry'), send: note('send') },
      outbox: { retryAll: note('retry all') },
      reconnect: note('reconnect'),
    } as unknown as Store);
    const ask = (type: string, detail: object): unknown =>
      document.body.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, cancelable: true }));
    ask('p2p-retry-request', { id: 'x' });
    ask('p2p-retry-request', { account: me, id: 'x' });
    ask('p2p-send-request', { peer: noor, text: 'x' });
    ask('p2p-retry-all-request', {});
    ask('p2p-retry-request', { account: me, peer: noor, id: 'x' });
    ask('p2p-retry-all-request', { account: me });
    ask('p2p-reconnect-request', {});
    await Promise.resolve();
    stop();
    expect(called).to.deep.equal(['retry', 'retry all', 'reconnect']);
  });
});
