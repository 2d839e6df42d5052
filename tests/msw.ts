import { waitUntil } from '@open-wc/testing';
import { setupWorker } from 'msw/browser';
import type { SetupWorker } from 'msw/browser';

/**
 * Puts msw between the page of a test file and its sockets, for as long as the file's tests run.
 *
 * Test files run side by side, and msw reloads a page that finds its worker registered, by another page a moment ago,
 * and not in control yet. So it is started where it is in control. The worker unregisters itself when the last page that
 * it controls is closed, which may be this very moment: then it is registered anew.
 */
export function mswOfThisFile(): SetupWorker {
  const worker = setupWorker();
  before(async () => {
    const { serviceWorker } = navigator;
    await waitUntil(
      async () => {
        if (serviceWorker.controller) return true;
        const registration = await serviceWorker.register('/mockServiceWorker.js');
        registration.active?.postMessage('CLAIM');
        return false;
      },
      'the worker is in control',
      { interval: 100, timeout: 15_000 },
    );
    await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
  });
  after(() => worker.stop());
  return worker;
}
