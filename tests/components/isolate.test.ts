import { expect, fixture, html } from '@open-wc/testing';
import { isolated } from '../../components/internal/isolate.ts';
import { firstName, nameOf, ownNameOf } from '../../components/internal/names.ts';
import { shownWords } from '../../components/internal/language.ts';
import { changeWords, wordsIn } from '../../locale/registry.ts';
import '../../components/composer/define.ts';
import '../../components/toast/define.ts';
import type { AccountId } from '../../facts/index.ts';
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
type Sentence = (...parts: unknown[]) => unknown;

/** Every sentence of the table, with its name and how many parts are put into it. */
function* sentences(shown: object, plain: object, path = ''): Generator<[string, Sentence, number], void> {
  for (const [name, word] of Object.entries(plain)) {
    const bound = (shown as Record<string, unknown>)[name];
    if (typeof word === 'function') yield [`${path}${name}`, bound as Sentence, word.length];
    else if (typeof word === 'object') yield* sentences(bound as object, word as object, `${path}${name}.`);
  }
}

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

describe('names and texts of others in our sentences', () => {
  it('are isolated in every sentence, and change no direction around them', () => {
    const checked = new Set<string>();
    for (const [name, sentence, length] of sentences(shownWords('en'), wordsIn('en')))
      for (const hostile of HOSTILE)
        for (const parts of combinations(length, [hostile, 'Noor', 3, null])) {
          let said: unknown;
          try {
            said = sentence(...parts);
          } catch {
            // No such combination.
            continue;
          }
          if (typeof said !== 'string' || !parts.includes(hostile)) continue;
          checked.add(name);
          const what = `${name}(${JSON.stringify(parts)}): ${JSON.stringify(said)}`;
          expect(/[\u202a-\u202e\u2066\u2067\n\u2028]/u.test(said), what).to.equal(false);
          expect(/[\u0590-\u08ff\u200f]/u.test(outside(said)), what).to.equal(false);
        }
    expect(checked.size > 50, 'sentences with a name').to.equal(true);
  }).timeout(60_000);

  it('are isolated in the locale of a right-to-left page, whatever they contain', () => {
    changeWords('en', { composerLabel: (name) => `הודעה ל${name}` });
    expect(shownWords('en').composerLabel('Eve (2)')).to.equal('הודעה ל\u2068Eve (2)\u2069');
    changeWords('en', {});
    expect(shownWords('en').composerLabel('Eve (2)'), 'nothing to isolate').to.equal('Message Eve (2)');
    expect(shownWords('en').composerLabel('דנה')).to.equal('Message \u2068דנה\u2069');
  });

  it('are isolated once, however many sentences they go through', () => {
    expect(isolated(isolated('דנה'))).to.equal('\u2068דנה\u2069');
    expect(isolated('\u2068א\u2069 und \u2068ב\u2069')).to.equal(
      '\u2068\u2068א\u2069 und \u2068ב\u2069\u2069',
    );
    expect(isolated('\u2068א')).to.equal('\u2068א\u2069');
    expect(isolated('plain')).to.equal('plain');
    expect(shownWords('en').willWait(shownWords('en').waitingFor.held('דנה'))).to.contain('\u2068דנה\u2069');
  });

  it('are isolated in labels and announcements', async () => {
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
  const peer = '12345' as AccountId;
  const t = shownWords('en');

  it('without a visible character is replaced by the username, or by the end of the id', () => {
    for (const name of INVISIBLE) {
      expect(nameOf({ peer, name, username: 'eve' }, t), JSON.stringify(name)).to.equal('eve');
      expect(nameOf({ peer, name, username: name }, t), JSON.stringify(name)).to.equal('Unnamed …2345');
      expect(ownNameOf({ account: peer, fullName: name, username: 'eve' }, t)).to.equal('eve');
    }
  });

  it('is shortened to its first visible word', () => {
    expect(firstName('\u200b Eve Adams')).to.equal('Eve');
    expect(firstName('Eve')).to.equal('Eve');
  });
});
