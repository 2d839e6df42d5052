import { expect, fixture, html } from '@open-wc/testing';
import { isolated } from '../../components/internal/isolate.ts';
import { arrivalWords, diagnosticsWords, tabWords } from '../../components/internal/more-words.ts';
import { firstName, nameOf, ownNameOf } from '../../components/internal/names.ts';
import { english, setStrings, strings } from '../../components/internal/strings.ts';
import { badgeWords, pathWords, statusWords, wordsOf } from '../../components/internal/words.ts';
import '../../components/composer/define.ts';
import '../../components/toast/define.ts';
import type { Cid } from '../../facts/index.ts';
import { deepAll } from '../../.storybook/report/screen.ts';

const HOSTILE = [
  'Eve\u202e',
  '\u202eevE',
  'דנה',
  'دانا (2)',
  '\u2069\u2067Eve',
  '\u2066\u2066Eve',
  'Eve\u200f!',
  'a\nב\u2028c',
];
const TABLES = { english, statusWords, pathWords, badgeWords, tabWords, diagnosticsWords, arrivalWords };
/** What sentences choose by. */
const KEYS = [
  ...[
    'contact',
    'pending',
    'accepted',
    'asked',
    'link-down',
    'held',
    'their-turn',
    'key-changed',
    'channel',
    'relay',
  ],
  ...[
    'accepted',
    'refused',
    'timeout',
    'reload',
    'service',
    'loopback',
    'failed',
    'sent',
    'waiting',
    'unknown',
  ],
];

/** The words of a text that stand in no isolate, where marks are balanced; throws where they are not. */
function outside(text: string): string {
  let depth = 0;
  let words = '';
  for (const mark of text) {
    if (mark === '\u2069') depth -= 1;
    if (depth < 0) throw new Error(`An isolate is closed that was not opened: ${JSON.stringify(text)}`);
    if (depth === 0 && mark !== '\u2069' && mark !== '\u2068') words += mark;
    if (mark === '\u2068') depth += 1;
  }
  if (depth > 0) throw new Error(`An isolate is left open: ${JSON.stringify(text)}`);
  return words;
}

function* combinations(count: number, values: readonly unknown[]): Generator<unknown[], void> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const rest of combinations(count - 1, values)) for (const value of values) yield [value, ...rest];
}

describe('words of others in sentences of ours', () => {
  for (const [table, words] of Object.entries(TABLES))
    it(`are isolated in every sentence of ${table}, and turn nothing around them`, () => {
      let sentences = 0;
      for (const [name, sentence] of Object.entries(wordsOf<object>(words))) {
        // Its argument is an id of ours, of which it takes the end.
        if (typeof sentence !== 'function' || name === 'unnamed') continue;
        const { length } = (words as Record<string, (...parts: unknown[]) => unknown>)[name]!;
        for (const hostile of HOSTILE)
          for (const parts of combinations(length, [hostile, 3, null, ...(length > 1 ? KEYS : [])])) {
            let said: unknown;
            try {
              said = (sentence as (...given: unknown[]) => unknown)(...parts);
            } catch {
              // No such combination.
              continue;
            }
            if (typeof said !== 'string' || !parts.includes(hostile)) continue;
            sentences += 1;
            const what = `${name}(${JSON.stringify(parts)}): ${JSON.stringify(said)}`;
            expect(/[\u202a-\u202e\u2066\u2067\n\u2028]/u.test(said), what).to.equal(false);
            expect(/[\u0590-\u08ff\u200f]/u.test(outside(said)), what).to.equal(false);
          }
      }
      if (!['tabWords', 'diagnosticsWords', 'badgeWords'].includes(table))
        expect(sentences > 0).to.equal(true);
    }).timeout(60_000);

  it('are isolated in the words of a page that reads from right to left, whatever they are', () => {
    setStrings({ composerLabel: (name) => `הודעה ל${name}` });
    expect(strings().composerLabel('Eve (2)')).to.equal('הודעה ל\u2068Eve (2)\u2069');
    setStrings({});
    expect(strings().composerLabel('Eve (2)'), 'nothing to isolate').to.equal('Message Eve (2)');
    expect(strings().composerLabel('דנה')).to.equal('Message \u2068דנה\u2069');
  });

  it('are isolated once, however many sentences they go through', () => {
    expect(isolated(isolated('דנה'))).to.equal('\u2068דנה\u2069');
    expect(isolated('\u2068א\u2069 und \u2068ב\u2069')).to.equal(
      '\u2068\u2068א\u2069 und \u2068ב\u2069\u2069',
    );
    expect(isolated('\u2068א')).to.equal('\u2068א\u2069');
    expect(isolated('plain')).to.equal('plain');
    expect(strings().willWait('held', 'דנה')).to.contain('\u2068דנה\u2069');
  });

  it('stand so in labels and announcements', async () => {
    const composer = await fixture(
      html`<p2p-composer account="1" peer="2" .peerName=${'\u202eדנה כהן'}></p2p-composer>`,
    );
    expect(deepAll(composer.shadowRoot!, 'textarea')[0]!.getAttribute('aria-label')).to.equal(
      'Message \u2068דנה\u2069',
    );
    const toast = await fixture(
      html`<p2p-toast .message=${{ account: '1', peer: '2', name: 'דנה\u202e', to: null }}></p2p-toast>`,
    );
    expect(deepAll(toast.shadowRoot!, '[role="status"]')[0]!.textContent).to.equal(
      'New message from \u2068דנה\u2069',
    );
  });
});

describe('a name', () => {
  const INVISIBLE = [
    '',
    ' ',
    '\u200b',
    '\u3164',
    '\u2800',
    '\u00ad',
    '\u200b\u3164 \u2800\u00ad',
    '\ufe0f',
    '\u202e',
    '\u0301',
  ];
  const peer = '12345' as Cid;

  it('without a visible character is none: the user name stands for it, else the end of the id', () => {
    for (const name of INVISIBLE) {
      expect(nameOf({ peer, name, username: 'eve' }), JSON.stringify(name)).to.equal('eve');
      expect(nameOf({ peer, name, username: name }), JSON.stringify(name)).to.equal('Unnamed …2345');
      expect(ownNameOf({ account: peer, fullName: name, username: 'eve' })).to.equal('eve');
    }
  });

  it('is called by its first word that can be seen', () => {
    expect(firstName('\u200b Eve Adams')).to.equal('Eve');
    expect(firstName('Eve')).to.equal('Eve');
  });
});
