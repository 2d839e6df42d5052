import { expect, fixture, html } from '@open-wc/testing';
import type { SignInView, StorageView } from '../../facts/index.ts';
import type { SignInElement } from '../../components/sign-in/sign-in.ts';
import '../../components/sign-in/define.ts';
import { button, heard, one, textOf } from './helpers.ts';

const signIn = (progress?: SignInView) =>
  fixture<SignInElement>(html`<p2p-sign-in server="127.0.0.1:12349" .progress=${progress}></p2p-sign-in>`);
const failed = (code: string, reason = 'raw'): SignInView => ({
  state: 'failed',
  username: 'bob',
  code,
  reason,
});
const input = (element: SignInElement, name: string) =>
  one<HTMLInputElement>(element, `input[name="${name}"]`);
function fill(element: SignInElement, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    input(element, name).value = value;
    input(element, name).dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
}
const codes = [
  ...['bad-password', 'no-such-account', 'name-taken', 'name-length', 'server-unreachable', 'sign-in-busy'],
  ...['session-dropped', 'session-kept', 'invalid', 'link-down', 'timed-out', 'connection-lost'],
];

describe('p2p-sign-in', () => {
  it('is accessible in every state', async () => {
    await expect(await signIn()).to.be.accessible();
    await expect(await signIn({ state: 'busy', username: 'bob' })).to.be.accessible();
    for (const code of codes) await expect(await signIn(failed(code))).to.be.accessible();
  });

  it('labels the server field as the backend asks, or leaves it out', async () => {
    const element = await signIn();
    element.accountForm = {
      server: { label: 'Home server', hint: 'Where your account is', placeholder: 'https://…' },
    };
    await element.updateComplete;
    const field = input(element, 'server');
    expect(textOf(field.labels![0]!)).to.equal('Home server');
    expect(field.placeholder).to.equal('https://…');
    expect(element.querySelector(`#${field.getAttribute('aria-describedby')}`)).to.have.text(
      'Where your account is',
    );
    expect(field.value).to.equal('127.0.0.1:12349');
    await expect(element).to.be.accessible();
    element.progress = failed('invalid');
    await element.updateComplete;
    expect(textOf(element, '[role="alert"]')).to.equal('That server address isn’t valid.');

    element.accountForm = { server: { label: 'Home server' } };
    await element.updateComplete;
    expect(input(element, 'server').hasAttribute('aria-describedby')).to.equal(false);
    await expect(element).to.be.accessible();

    element.accountForm = { server: null };
    await element.updateComplete;
    expect(element.querySelector('[name="server"]')).to.equal(null);
    await expect(element).to.be.accessible();
    fill(element, { username: 'bob', password: 'secret' });
    const asked = heard('p2p-sign-in-request');
    button(element, 'Sign in').click();
    expect(asked).to.deep.equal([{ server: '', username: 'bob', password: 'secret' }]);
  });

  it('treats an invalid form description as absent', async () => {
    const element = await signIn();
    element.accountForm = { server: 7 } as never;
    await element.updateComplete;
    expect(input(element, 'server')).to.exist;
  });

  it('is one native form in the light DOM, with the names and autocomplete attributes that others hold on to', async () => {
    const element = await signIn();
    expect(element.shadowRoot).to.equal(null);
    expect(element.querySelectorAll('form')).to.have.lengthOf(1);
    const fields = [...element.querySelectorAll('label')].map((label) => [
      [...label.childNodes]
        .map((node) => (node.nodeType === Node.TEXT_NODE ? node.textContent!.trim() : ''))
        .join(''),
      label.control?.getAttribute('autocomplete'),
    ]);
    expect(fields).to.deep.equal([
      ['Server address', 'on'],
      ['Full name', 'name'],
      ['Username', 'username'],
      ['Password', 'current-password'],
    ]);
    button(element, 'Sign in');
    button(element, 'Create account');
  });

  it('says that this device cannot be read, instead of blaming the service, and offers to go on', async () => {
    const asked = heard('p2p-go-unsaved-request');
    const element = await signIn(failed('link-down'));
    const service = textOf(element, '.failure');
    expect(service).not.to.equal('');
    const unread: StorageView = { state: 'timeout', reason: null, persisted: null, isUnread: true };
    element.storage = unread;
    await element.updateComplete;
    expect(textOf(element, '.failure')).to.equal('');
    expect(textOf(element, '[role="status"]')).to.equal(
      'What is saved on this device can’t be read yet. Still trying.',
    );
    await expect(element).to.be.accessible();
    button(element, 'Go on without saving').click();
    expect(asked).to.deep.equal([{}]);
    // The button goes; who pressed it is where they go on.
    expect(document.activeElement).to.equal(input(element, 'username'));
    element.storage = { ...unread, isUnread: false };
    await element.updateComplete;
    expect(textOf(element, '.failure')).to.equal(service);
    expect(element.querySelector('[name="unsaved"]')).to.equal(null);
  });

  it('asks to sign in with what was filled in; no full name is needed', async () => {
    const asked = heard('p2p-sign-in-request');
    const element = await signIn();
    fill(element, { username: ' bob ', password: ' secret ' });
    button(element, 'Sign in').click();
    expect(asked).to.deep.equal([{ server: '127.0.0.1:12349', username: 'bob', password: ' secret ' }]);
  });

  it('asks to create an account with the full name, and says so when that is missing', async () => {
    const asked = heard('p2p-create-account-request');
    const element = await signIn();
    fill(element, { username: 'bob', password: 'secret' });
    button(element, 'Create account').click();
    expect(asked).to.have.lengthOf(0);
    expect(input(element, 'fullName').validationMessage).to.equal('Enter your name.');
    fill(element, { fullName: 'Bob Builder' });
    button(element, 'Create account').click();
    expect(asked).to.deep.equal([
      { server: '127.0.0.1:12349', fullName: 'Bob Builder', username: 'bob', password: 'secret' },
    ]);
  });

  it('still signs in after Create account was pressed without a full name', async () => {
    const asked = heard('p2p-sign-in-request');
    const element = await signIn();
    fill(element, { username: 'bob', password: 'secret' });
    button(element, 'Create account').click();
    button(element, 'Sign in').click();
    expect(asked).to.have.lengthOf(1);
  });

  it('asks for nothing while a field is empty', async () => {
    const asked = heard('p2p-sign-in-request');
    const element = await signIn();
    fill(element, { username: 'bob' });
    button(element, 'Sign in').click();
    expect(asked).to.have.lengthOf(0);
  });

  it('has a sentence of its own for each cause of failure', async () => {
    const sentences = new Set<string>();
    for (const code of [
      'bad-password',
      'no-such-account',
      'name-taken',
      'name-length',
      'server-unreachable',
      'invalid',
    ])
      sentences.add(textOf(await signIn(failed(code)), '[role="alert"]'));
    expect(sentences.size).to.equal(6);
    expect([...sentences]).to.include('Incorrect password.');
    expect(textOf(await signIn(failed('unknown', 'quota reached')), '[role="alert"]')).to.equal(
      'Couldn’t sign in.',
    );
  });

  it('never blames the password or the server when no answer came', async () => {
    expect(textOf(await signIn(failed('timed-out')), '[role="alert"]')).to.equal(
      'No answer. You may already be signed in.',
    );
  });

  it('disables both buttons while a sign-in is under way, and says so', async () => {
    const element = await signIn({ state: 'busy', username: 'bob' });
    expect(button(element, 'Sign in').disabled).to.equal(true);
    expect(button(element, 'Create account').disabled).to.equal(true);
    expect(textOf(element, '[role="status"]')).to.equal('Signing in…');
  });

  it('empties the password when the sign-in is done and when the form leaves the page', async () => {
    const element = await signIn();
    fill(element, { password: 'secret' });
    element.progress = { state: 'done', account: '1' as never };
    await element.updateComplete;
    expect(input(element, 'password').value).to.equal('');
    fill(element, { password: 'secret' });
    element.remove();
    await Promise.resolve();
    expect(input(element, 'password').value).to.equal('');
  });

  it('keeps what was typed when it is drawn again, and puts the password into no attribute', async () => {
    const element = await signIn();
    fill(element, { server: '10.0.0.1:1', password: 'secret' });
    element.progress = failed('bad-password');
    await element.updateComplete;
    expect(input(element, 'server').value).to.equal('10.0.0.1:1');
    expect(element.outerHTML).not.to.contain('secret');
  });
});
