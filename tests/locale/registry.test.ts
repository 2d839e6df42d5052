import { expect } from '@open-wc/testing';
import { addLocale, changeWords, en, setLocale, wordsIn } from '../../locale/index.ts';
import { formatsOf } from '../../locale/formats.ts';
import { onLocaleChanged, shownLanguage } from '../../locale/registry.ts';
import type { Locale } from '../../locale/index.ts';

const calling =
  (send: string): Locale =>
  (formats) => ({ ...en(formats), send });

describe('The registry of languages', () => {
  afterEach(() => {
    setLocale(null);
    for (const tag of ['en', 'en-GB', 'de', 'de-AT']) changeWords(tag, {});
  });

  it('uses the requested language, or a more general one, else the one that was set, else English', () => {
    addLocale('de', calling('Senden'));
    addLocale('zh-Hant', calling('傳送'));
    addLocale('pt-br', calling('Enviar'));
    expect(shownLanguage('de')).to.equal('de');
    expect(shownLanguage('de-AT')).to.equal('de-AT');
    expect(shownLanguage('zh-Hant-TW')).to.equal('zh-Hant-TW');
    expect(shownLanguage('zh'), 'only a more special one was added').to.equal('en');
    expect(shownLanguage('pt-BR'), 'however the tag was written').to.equal('pt-BR');
    expect(shownLanguage('fr')).to.equal('en');
    expect(shownLanguage(null)).to.equal('en');
    setLocale('de-CH');
    expect(shownLanguage('fr')).to.equal('de-CH');
    expect(shownLanguage(null)).to.equal('de-CH');
    expect(shownLanguage('en-GB'), 'what fits comes first').to.equal('en-GB');
    setLocale('nl');
    expect(shownLanguage('fr'), 'a language that nobody added').to.equal('en');
    expect(wordsIn('de-AT').send).to.equal('Senden');
    expect(wordsIn('zh-Hant-TW').send).to.equal('傳送');
    expect(wordsIn('en-GB').send).to.equal('Send');
  });

  it('replaces single texts, also in a table, for a language and for a more specific one', () => {
    addLocale('de', calling('Senden'));
    changeWords('de', { send: 'Abschicken', presence: { online: 'Da' } });
    changeWords('de-AT', ({ number }) => ({ unread: (count) => `${number(count)} neue` }));
    expect(wordsIn('de').send).to.equal('Abschicken');
    expect(wordsIn('de').presence).to.deep.include({ online: 'Da', offline: 'Offline' });
    expect(wordsIn('de').unread(1_000)).to.equal('1.000 unread');
    expect(wordsIn('de-AT').send).to.equal('Abschicken');
    expect(wordsIn('de-AT').unread(3)).to.equal('3 neue');
    expect(wordsIn('en').send, 'another language').to.equal('Send');
    changeWords('de', { cancel: 'Nein' });
    expect(wordsIn('de'), 'what an earlier call replaced is as it was').to.include({
      send: 'Senden',
      cancel: 'Nein',
    });
  });

  it('accepts texts before their language is set', () => {
    changeWords('sv', { send: 'Skicka' });
    addLocale('sv', en);
    expect(wordsIn('sv').send).to.equal('Skicka');
  });

  it('refuses an invalid tag', () => {
    for (const tag of ['', 'x', 'en_US', 'no such tag']) {
      expect(() => addLocale(tag, en), tag).to.throw(RangeError);
      expect(() => setLocale(tag), tag).to.throw(RangeError);
      expect(() => changeWords(tag, {}), tag).to.throw(RangeError);
    }
  });

  it('reports every change until the listener is removed', () => {
    let told = 0;
    const stop = onLocaleChanged(() => (told += 1));
    addLocale('da', en);
    setLocale('da');
    changeWords('da', {});
    expect(told).to.equal(3);
    stop();
    setLocale(null);
    expect(told).to.equal(3);
  });

  it('writes numbers and plurals as the language does', () => {
    const polish = formatsOf('pl');
    const forms = { one: 'wiadomość', few: 'wiadomości', many: 'wiadomości!', other: 'wiadomości?' };
    expect([1, 2, 5, 22, 1.5].map((n) => polish.plural(n, forms))).to.deep.equal([
      'wiadomość',
      'wiadomości',
      'wiadomości!',
      'wiadomości',
      'wiadomości?',
    ]);
    expect(polish.plural(2, { other: 'x' })).to.equal('x');
    expect(formatsOf('de').number(12_345)).to.equal('12.345');
    expect(formatsOf('ar-EG').number(12)).to.equal('١٢');
    expect(formatsOf('en').number(NaN)).to.equal('–');
    expect(wordsIn('en').missing(1)).to.equal('1 earlier message hasn’t arrived');
    expect(wordsIn('en').missing(2)).to.equal('2 earlier messages haven’t arrived');
  });
});
