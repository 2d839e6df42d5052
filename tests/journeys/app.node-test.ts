import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { SimulatedService } from '../../mocks/index.ts';
import { openLab, PASSWORD, until } from './app.ts';
import type { App, Lab, World } from './app.ts';

/** A message with a status that changes. */
type Told = (status: string | null) => { text: string; status: string | null };

describe('The app page', () => {
  let lab: Lab;
  let world: World;
  let one: SimulatedService;
  let two: SimulatedService;
  let noor: App;
  let elif: App;

  before(async () => {
    lab = await openLab();
  });

  after(() => lab.close());

  beforeEach(async () => {
    world = lab.world();
    [one, two] = await Promise.all([world.service('one'), world.service('two')]);
    [noor, elif] = await Promise.all([world.person(one), world.person(two)]);
  });

  afterEach(async () => {
    const complaints = [...noor.complaints, ...elif.complaints];
    await world.close();
    assert.deepEqual(complaints, [], `seed ${world.seed}`);
  });

  /** Noor asks Elif, Elif accepts, and both open the conversation. */
  async function meet(): Promise<void> {
    await Promise.all([noor.createAccount('noor', 'Noor Haddad'), elif.createAccount('elif', 'Elif Vural')]);
    await noor.press('Find people');
    await noor.press('Ask to connect');
    await elif.sees('1 pending request');
    await elif.press('Find people');
    await elif.press('Accept');
    await noor.press('Message');
    await elif.press('Message');
    assert.equal(await elif.has('1 pending request', 'image'), false);
    // Whoever is gone in the middle of a dial is dialled again after half a minute: not what is tried here.
    for (const app of [noor, elif]) await app.reads('Connected');
  }

  it('takes two strangers from two services to a conversation that is read', async () => {
    await meet();
    await noor.write('Elif', 'Did the request reach you?');
    await elif.shows({ text: 'Did the request reach you?', status: null });
    await noor.shows({ text: 'Did the request reach you?', status: 'Read' });
    await elif.write('Noor', 'It did.');
    await elif.shows(
      { text: 'Did the request reach you?', status: null },
      { text: 'It did.', status: 'Read' },
    );
    await noor.shows(
      { text: 'Did the request reach you?', status: 'Read' },
      { text: 'It did.', status: null },
    );
  });

  it('sends several lines as written, and markup as text', async () => {
    await meet();
    const text = 'one\n\n  two <img src=x onerror=alert(1)>\nthree';
    await noor.write('Elif', text);
    await elif.shows({ text, status: null });
    await noor.shows({ text, status: 'Read' });
  });

  it('brings everything back after a reload, and goes on from there', async () => {
    await meet();
    await noor.write('Elif', 'first');
    await noor.shows({ text: 'first', status: 'Read' });
    await noor.page.reload();
    await noor.choose('Elif Vural');
    await noor.shows({ text: 'first', status: 'Read' });
    await elif.write('Noor', 'second');
    await noor.shows({ text: 'first', status: 'Read' }, { text: 'second', status: null });
    await noor.write('Elif', 'third');
    const all = ['first', 'second', 'third'];
    await elif.shows(...all.map((text) => ({ text, status: text === 'second' ? 'Read' : null })));
  });

  it('has a sentence of its own for each cause of a failed sign-in', async () => {
    world.simulation.createAccount({ username: 'mona', service: one, password: PASSWORD });
    await noor.fill('Username', 'mona');
    await noor.fill('Password', 'wrong');
    await noor.press('Sign in');
    await noor.reads('Incorrect password.');
    await noor.fill('Username', 'nobody-at-all');
    await noor.press('Sign in');
    await noor.reads('There is no account with that username on this server.');
    await noor.fill('Full name', 'Noor Haddad');
    await noor.fill('Server address', 'localhost');
    await noor.press('Create account');
    await noor.reads('The server address is an IP address and a port');
    await noor.fill('Server address', '127.0.0.1:1');
    await noor.press('Create account');
    await noor.reads('The server did not answer at that address.');
    await noor.fill('Server address', '127.0.0.1:12349');
    await noor.fill('Username', 'mona');
    await noor.fill('Password', PASSWORD);
    await noor.press('Sign in');
    await noor.sees('Find people', 'button');
  });

  it('says that the link is lost, and reclaims its account when the service answers again', async () => {
    await meet();
    one.kill();
    await noor.reads('Not connected to the service');
    await noor.write('Elif', 'written without a link');
    await noor.shows({ text: 'written without a link', status: 'Waiting' });
    one.start({ signIns: 'work' });
    // A service that restarted has forgotten who was signed in: it asks for the password, and nothing is lost.
    await noor.reads('Signed out by the service');
    await noor.press('Add account');
    await noor.fill('Username', 'noor');
    await noor.fill('Password', PASSWORD);
    await noor.press('Sign in');
    await elif.shows({ text: 'written without a link', status: null });
    await noor.shows({ text: 'written without a link', status: 'Read' });
  });

  it('claims its account on a new socket when only the socket was lost', async () => {
    await meet();
    for (const socket of one.sockets) socket.cut(1006);
    await noor.write('Elif', 'over the new socket');
    await elif.shows({ text: 'over the new socket', status: null });
    await noor.shows({ text: 'over the new socket', status: 'Read' });
    assert.equal(one.sockets.length, 1);
  });

  it('opens no socket in a second tab, shows the same there, and takes over when the first is closed', async () => {
    await noor.createAccount('noor', 'Noor Haddad');
    const second = await world.tab(noor);
    await second.sees('Noor Haddad, Signed in', 'button');
    await second.sees('Find people', 'button');
    assert.equal(one.sockets.length, 1);
    const [former] = one.sockets;
    await noor.page.close();
    await until(
      'a socket of the second tab',
      async () => one.sockets.length === 1 && one.sockets[0] !== former,
    );
    await second.sees('Noor Haddad, Signed in', 'button');
    await second.press('Find people');
    assert.deepEqual(second.complaints, []);
  });

  it('lets a message wait for somebody who has closed the page, and delivers it when they are back', async () => {
    await meet();
    const page = await world.leave(elif);
    await noor.write('Elif', 'see you at the harbour');
    await noor.shows({ text: 'see you at the harbour', status: 'Waiting' });
    elif = await page.back();
    await noor.shows({ text: 'see you at the harbour', status: 'Delivered' });
    await elif.choose('Noor Haddad');
    await elif.shows({ text: 'see you at the harbour', status: null });
    await noor.shows({ text: 'see you at the harbour', status: 'Read' });
  });

  it('draws one tick for a message that the service accepted and dropped, until it arrives, once', async () => {
    await meet();
    await noor.write('Elif', 'first');
    await noor.shows({ text: 'first', status: 'Read' });
    const page = await world.crash(elif);
    await noor.write('Elif', 'second');
    await noor.write('Elif', 'third');
    const [first, second, third] = ['first', 'second', 'third'].map((text) => (status: string | null) => ({
      text,
      status,
    })) as [Told, Told, Told];
    await noor.shows(first('Read'), second('Sent'), third('Sent'));
    elif = await page.back();
    await noor.shows(first('Read'), second('Delivered'), third('Delivered'));
    await elif.choose('Noor Haddad');
    await elif.shows(first(null), second(null), third(null));
    await noor.shows(first('Read'), second('Read'), third('Read'));
  });

  it('lets two accounts of one browser talk without the network', async () => {
    await noor.createAccount('noor', 'Noor Haddad');
    await noor.press('Add account');
    await noor.createAccount('mona', 'Mona Okafor');
    await noor.press('Find people');
    await noor.press('Ask to connect');
    await noor.press('Noor Haddad, Signed in, 1 pending request');
    await noor.press('Accept');
    await noor.press('Message');
    await noor.reads('On this device');
    await noor.write('Mona', 'from here to here');
    await noor.shows({ text: 'from here to here', status: 'Delivered' });
    const sent = world.simulation.frames.entries.filter(({ frame }) => frame?.variant === 'Message');
    assert.deepEqual(sent, []);
  });

  it('fits into 360 pixels, where one part is shown at a time', async () => {
    for (const { page } of [noor, elif]) await page.setViewport({ width: 360, height: 640 });
    await meet();
    await noor.write('Elif', `a-very-long-word-${'x'.repeat(200)}`);
    await elif.page.waitForFunction(() => document.documentElement.scrollWidth <= 360);
    const widths = await Promise.all(
      [noor, elif].map(({ page }) => page.evaluate(() => document.documentElement.scrollWidth)),
    );
    assert.deepEqual(widths, [360, 360]);
    await noor.press('Back');
    await noor.sees('Find people', 'button');
  });
});
