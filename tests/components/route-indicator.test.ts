import { expect, fixture, html } from '@open-wc/testing';
import { NOW } from '../../.storybook/fixtures.ts';
import type { Path } from '../../facts/index.ts';
import type { RouteIndicatorElement } from '../../components/route-indicator/route-indicator.ts';
import '../../components/route-indicator/define.ts';
import { one, standStill, textOf } from './helpers.ts';

const paths: readonly Path[] = [
  { kind: 'none' },
  { kind: 'connecting', since: NOW - 63_000, deadline: NOW + 12_000 },
  { kind: 'direct' },
  { kind: 'relayed', by: 'server' },
  { kind: 'loopback' },
  { kind: 'unknown-but-up' },
  { kind: 'failed', reason: 'P2P connection timed out after 30 seconds', nextTry: NOW + 9_000 },
  { kind: 'failed', reason: 'Peer did not accept connection', nextTry: null },
];
const indicator = (path: Path | null, reason?: string) =>
  fixture<RouteIndicatorElement>(
    html`<p2p-route-indicator .path=${path} .reason=${reason}></p2p-route-indicator>`,
  );

describe('p2p-route-indicator', () => {
  it('is accessible in every state, with the explanation shown too', async () => {
    standStill();
    for (const path of paths) {
      const element = await indicator(path);
      await expect(element).to.be.accessible();
      one(element, 'button').focus();
      await expect(element).to.be.accessible();
    }
  });

  it('names whoever relays as the backend does, whether a server or a TURN server', async () => {
    standStill();
    for (const by of ['server', 'turn'] as const)
      expect(textOf(await indicator({ kind: 'relayed', by, name: 'the room' }), '.label')).to.equal(
        'Through the room',
      );
  });

  it('47: says Direct or Through the server only where that is reported; a channel without a report is Connected', async () => {
    standStill();
    const words: string[] = [];
    for (const path of paths) words.push(textOf(await indicator(path), '.label'));
    expect(words).to.deep.equal([
      'No connection yet',
      'Connecting 12 s',
      'Direct',
      'Through the server',
      'On this device',
      'Connected',
      'No connection',
      'No connection',
    ]);
  });

  it('draws nothing where nothing is known', async () => {
    const element = await indicator(null);
    expect(element.shadowRoot!.querySelector('button')).to.equal(null);
  });

  it('counts down to the deadline, never below zero, and stops ticking when connected', async () => {
    const clock = standStill();
    const element = await indicator(paths[1]!);
    clock.advance(5_000);
    await element.updateComplete;
    expect(textOf(element, '.label')).to.equal('Connecting 7 s');
    clock.advance(60_000);
    await element.updateComplete;
    expect(textOf(element, '.label')).to.equal('Connecting 0 s');
    element.path = { kind: 'direct' };
    await element.updateComplete;
    expect(clock.listeners).to.equal(0);
  });

  it('counts down by elapsed time, even if the clock is set meanwhile', async () => {
    const clock = standStill();
    const element = await indicator({ kind: 'connecting', since: NOW, deadline: NOW + 75_000 });
    expect(textOf(element, '.label')).to.equal('Connecting 75 s');
    for (const shift of [-3_600_000, 7_200_000, -31_536_000_000]) {
      clock.shift(shift);
      clock.advance(1_000);
      await element.updateComplete;
    }
    expect(textOf(element, '.label')).to.equal('Connecting 72 s');
  });

  it('gives its reason by keyboard and by hover, and hides it on Escape', async () => {
    standStill();
    const element = await indicator(paths[6]!, 'Tried a direct connection for 30.0 s; no answer.');
    const tip = one(element, '[role="tooltip"]');
    const chip = one(element, 'button');
    expect(chip.getAttribute('aria-describedby')).to.equal(tip.id);
    expect(tip.matches(':popover-open')).to.equal(false);

    chip.focus();
    expect(tip.matches(':popover-open')).to.equal(true);
    expect(textOf(element, '[role="tooltip"]')).to.equal(
      'The last try failed. Next try in 9 s. Tried a direct connection for 30.0 s; no answer.',
    );
    chip.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
    expect(tip.matches(':popover-open')).to.equal(false);
    chip.blur();

    element.dispatchEvent(new PointerEvent('pointerenter'));
    expect(tip.matches(':popover-open')).to.equal(true);
    element.dispatchEvent(new PointerEvent('pointerleave'));
    expect(tip.matches(':popover-open')).to.equal(false);
  });

  it('ends with who could read messages on this route, where that is known', async () => {
    const element = await indicator(paths[3]!);
    element.privacy = 'The relay sees who writes to whom and when; bodies are sealed.';
    await element.updateComplete;
    expect(textOf(element, '[role="tooltip"]')).to.equal(
      'Messages travel through the server. The relay sees who writes to whom and when; bodies are sealed.',
    );
    element.privacy = null;
    await element.updateComplete;
    expect(textOf(element, '[role="tooltip"]')).to.equal('Messages travel through the server.');
  });

  it('stops ticking when it is removed', async () => {
    const clock = standStill();
    const element = await indicator(paths[1]!);
    expect(clock.listeners).to.equal(1);
    element.remove();
    expect(clock.listeners).to.equal(0);
  });
});
