import { launch } from 'puppeteer-core';
import type { Browser } from 'puppeteer-core';

/**
 * What a browser makes of tabs that are not in front. `shown`: it believes that every tab is visible and has the focus,
 * so that many people fit into one browser. `real`: as on a desk; see `openBrowser`.
 */
export type Visibility = 'shown' | 'real';

export type BrowserName = 'chrome' | 'firefox';

/** What puppeteer adds by default, and no person's browser has: with these a hidden page runs as if it were shown. */
const NOT_REAL = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-back-forward-cache',
];

/** Starts a browser; each context of it is a profile of its own, in a window of its own. */
export function openBrowser(name: BrowserName, visibility: Visibility): Promise<Browser> {
  if (name === 'firefox')
    return launch({ browser: 'firefox', executablePath: pathIn('FIREFOX_PATH'), headless: true });
  return launch({
    executablePath: pathIn('CHROME_PATH'),
    headless: true,
    ignoreDefaultArgs: visibility === 'real' ? NOT_REAL : [],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function pathIn(variable: string): string {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} has to name a browser.`);
  return path;
}
