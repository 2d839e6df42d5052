import { setFocusSource } from '../../components/internal/seen.ts';
import { setTimeSource } from '../../components/internal/ticker.ts';
import { citadel } from '../../client/index.ts';
import { createFakeClock, createSeededRandom, theReport } from '../../mocks/index.ts';
import type { Storage } from '../../ports/index.ts';
import { StorageError } from '../../storage/index.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { createMessenger } from '../../core.ts';
import { Recorder } from './recorder.ts';
import type { Stage } from './report.ts';
import { Screen } from './screen.ts';
import '../../components/messenger/define.ts';

/** Options of `setStage`. */
export interface StageOptions {
  readonly browsers: 1 | 3;
  /** Where the screens are put. */
  readonly into: HTMLElement;
  /** Makes a messenger lie, for the tests that show that the checks can fail. */
  readonly lie?: (messenger: Messenger) => Messenger;
}

/** Sets up the report: its world, and one `p2p-messenger` per browser. The returned function removes everything. */
export async function setStage({ browsers, into, lie }: StageOptions): Promise<Stage & { takeDown(): void }> {
  const clock = createFakeClock({ macrotasks: false });
  const random = createSeededRandom(15);
  const stops = [
    setFocusSource(() => true),
    setTimeSource({ now: () => clock.now(), elapsed: () => clock.elapsed(), every: () => () => undefined }),
  ];
  const scenario = theReport({ clock, browsers, made: false });
  let isFailing = false;
  const recorder = new Recorder(into);
  stops.push(recorder.start());
  const pass = async (milliseconds: number): Promise<void> => {
    // Small steps while something may change, larger ones during long waits.
    const step = milliseconds <= 5_000 ? 100 : milliseconds <= 60_000 ? 500 : 5_000;
    for (let passed = 0; passed < milliseconds; passed += step) {
      await clock.advance(Math.min(step, milliseconds - passed));
      await frame();
      recorder.look();
    }
  };
  const settle = async (): Promise<void> => {
    await clock.settle();
    await frame();
    recorder.look();
    await frame();
    recorder.look();
  };
  const messengers: Messenger[] = [];
  const screens: Screen[] = [];
  for (const [index, service] of scenario.services.entries()) {
    const honest = createMessenger({
      backend: citadel({
        url: service.url,
        clock,
        random,
        openSocket: (url) => service.openSocket(url),
      }),
      storage: unreliable(memory(), () => isFailing),
      relay: scenario.accounts[index]!.relay,
      clock,
      random,
    });
    const messenger = lie?.(honest) ?? honest;
    void messenger.open();
    const element = document.createElement('p2p-messenger');
    element.messenger = messenger;
    element.server = scenario.accounts[index]!.serverAddress;
    const box = document.createElement('section');
    box.className = 'report-screen';
    box.setAttribute('aria-label', browsers === 1 ? 'The browser' : `Browser ${index + 1}`);
    box.append(element);
    into.append(box);
    messengers.push(messenger);
    screens.push(new Screen(element, settle));
    stops.push(() => {
      messenger.close();
      box.remove();
    });
  }
  await pass(500);
  return {
    scenario,
    screens,
    messengers,
    recorder,
    pass,
    failStorage: (fails) => {
      isFailing = fails;
    },
    takeDown: () => {
      for (const stop of stops) stop();
    },
  };
}

/** A storage that can be told to fail writing messages of others, like a full disk. */
function unreliable(storage: Storage, isFailing: () => boolean): Storage {
  return {
    accounts: () => storage.accounts(),
    requests: (account) => storage.requests(account),
    conversations: (account) => storage.conversations(account),
    history: (account, peer, query) => storage.history(account, peer, query),
    stream: (account, peer, query) => storage.stream(account, peer, query),
    message: (account, peer, id) => storage.message(account, peer, id),
    unsettled: (account) => storage.unsettled(account),
    wipe: (account) => storage.wipe(account),
    close: () => storage.close(),
    write: (batch) => {
      const isTheirs = batch.some(({ put, value }) => put === 'message' && !value.own);
      if (isFailing() && isTheirs)
        return Promise.reject(new StorageError('quota', 'This device has no room left for messages.'));
      return storage.write(batch);
    },
  };
}

function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
