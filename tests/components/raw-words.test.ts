import { expect, fixture, html } from '@open-wc/testing';
import { NOW, person } from '../../.storybook/fixtures.ts';
import { deepAll } from '../../.storybook/report/screen.ts';
import { noticeOf } from '../../components/messenger/path-notice.ts';
import { whyOf } from '../../components/internal/message-words.ts';
import '../../components/peer-discovery/define.ts';
import '../../components/route-indicator/define.ts';
import '../../components/sign-in/define.ts';
import type { AccountId, ThreadMessage, WhyCode } from '../../facts/index.ts';
import { standStill, textOf } from './helpers.ts';
import { shownWords } from '../../components/internal/language.ts';

const t = shownWords('en');

const RAW = 'citadel_sdk::SendError { at: send_message_to_peer(18017897041159203224) }';
const BLANK = ['', '  ', '\u200b'];

/** All text that is drawn without opening anything. */
function firstLevel(element: HTMLElement): string {
  return deepAll(element.shadowRoot ?? element, '*')
    .filter((one) => one.children.length === 0 && !one.closest('details'))
    .map((one) => `${one.textContent} ${one.title}`)
    .join(' ');
}

/** What is said of each code where nothing but a general sentence would stand without it. */
const SENTENCES: readonly (readonly [WhyCode, string])[] = [
  ['too-large', 'The message is too large'],
  ['not-registered', 'There is no such account on this server'],
  ['declined', 'Eve declined'],
  ['no-channel', 'There was no connection to Eve'],
  ['no-session', 'This account isn’t signed in at the service'],
  ['timeout', 'The service didn’t answer'],
  ['list-timeout', 'The server took too long'],
];

describe('the code of a refusal', () => {
  beforeEach(() => {
    standStill();
  });

  for (const [code, sentence] of SENTENCES)
    it(`has a sentence wherever it is shown: ${code}`, async () => {
      const failed = { status: 'failed', code, reason: RAW, attempts: 2, isStored: true, facts: [] };
      expect(whyOf(failed as unknown as ThreadMessage, 'Eve Adams', t)).to.equal(
        `Not sent after 2 tries. ${sentence}`,
      );
      const rows = [person('1' as AccountId, 'Eve Adams', { relation: 'none', reason: RAW, code })];
      const people = { state: 'failed', code, reason: RAW } as const;
      const discovery = await fixture<HTMLElement>(
        html`<p2p-peer-discovery .people=${people} .rows=${rows}></p2p-peer-discovery>`,
      );
      const unnamed = sentence.replace('Eve', 'The other person');
      expect(firstLevel(discovery)).to.contain(`Couldn’t send the request: ${sentence}`);
      expect(textOf(discovery, '[part="failure"]')).to.contain(
        `Couldn’t load the people on this server: ${unnamed}.`,
      );
      const indicator = await fixture<HTMLElement>(
        html`<p2p-route-indicator
          .path=${{ kind: 'failed', code, reason: RAW, nextTry: null }}
        ></p2p-route-indicator>`,
      );
      expect(textOf(indicator, '[part="reason"]')).to.equal(`${unnamed}. It won’t retry automatically.`);
    });

  it('that is unknown has the general sentence, even if it is the name of an Object.prototype member', async () => {
    for (const code of ['unknown', 'constructor', '__proto__', null]) {
      const failed = { status: 'failed', code, reason: RAW, attempts: 1, isStored: true, facts: [] };
      expect(whyOf(failed as unknown as ThreadMessage, 'Eve', t)).to.equal('Not sent');
    }
  });
});

describe('the raw text of a refusal', () => {
  beforeEach(() => {
    standStill();
  });

  it('is not shown outside the details, and a blank one leaves no gap in a sentence', async () => {
    for (const reason of [RAW, ...BLANK]) {
      const failed = { state: 'failed', code: 'unknown', username: 'eve', reason } as const;
      const elements = [
        await fixture<HTMLElement>(html`<p2p-sign-in .progress=${failed}></p2p-sign-in>`),
        await fixture<HTMLElement>(
          html`<p2p-peer-discovery
            .people=${{ state: 'failed', reason }}
            .rows=${[person('1' as AccountId, 'Eve', { relation: 'none', reason })]}
          ></p2p-peer-discovery>`,
        ),
        await fixture<HTMLElement>(
          html`<p2p-route-indicator
            .path=${{ kind: 'failed', reason, nextTry: null }}
          ></p2p-route-indicator>`,
        ),
      ];
      const path = { kind: 'failed', reason, nextTry: null } as const;
      const message = { status: 'failed', reason, attempts: 3, isStored: true, waiting: null, facts: [] };
      const said = [
        ...elements.map(firstLevel),
        noticeOf(path, { route: 'none', reason: 'no-path' }, null, NOW, t)!.text,
        noticeOf(path, { route: 'relay', reason: 'no-channel' }, 'the server', NOW, t)!.text,
        whyOf(message as unknown as ThreadMessage, 'Eve', t),
      ];
      for (const words of said) {
        expect(words).not.to.contain('citadel_sdk');
        expect(words).not.to.match(/: *[.)]|\( *\)/u);
      }
      const raw = elements.map((element) => deepAll(element.shadowRoot ?? element, 'details bdi').length);
      expect(raw.slice(0, 2), 'and are there to be opened').to.deep.equal(
        reason === RAW ? [1, 1] : reason.trim() ? raw.slice(0, 2) : [0, 0],
      );
    }
  });
});
