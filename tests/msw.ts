import { setupWorker } from 'msw/browser';
import type { SetupWorker } from 'msw/browser';

/**
 * Puts msw between the page of a test file and its sockets, for as long as the file's tests run.
 *
 * Test files run side by side, and msw reloads a page that finds its worker registered, by another page a moment ago,
 * and not in control yet. So it is started where it is in control.
 */
export function mswOfThisFile(): SetupWorker {
  const worker = setupWorker();
  before(async () => {
    const { serviceWorker } = navigator;
    const controlled = new Promise((resolve) =>
      serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    );
    await serviceWorker.register('/mockServiceWorker.js');
    if (!serviceWorker.controller) await controlled;
    await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
  });
  after(() => worker.stop());
  return worker;
}
