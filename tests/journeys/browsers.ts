import { launch } from 'puppeteer-core';
import type { Browser } from 'puppeteer-core';

/**
 * What a browser makes of tabs that are not in front. `shown`: it believes that every tab is visible and has the focus,
 * so that many people fit into one browser. `real`: as on a desk; see `openBrowser`.
 */
export type Visibility = 'shown' | 'real';

export type BrowserName = 'chrome' | 'firefox';

/** From so long on a hidden page's timers are throttled to once a minute; by default it is five minutes. */
const THROTTLED_AFTER_SECONDS = 10;

/** By default puppeteer takes from Chromium what real tabs live with. */
const KEPT_REAL = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-back-forward-cache',
];

/** Starts a browser; each context of it is a profile of its own, in a window of its own. */
export function openBrowser(name: BrowserName, visibility: Visibility): Promise<Browser> {
  if (name === 'firefox')
    return launch({ browser: 'firefox', executablePath: pathIn('FIREFOX_PATH'), headless: true });
  const isReal = visibility === 'real';
  return launch({
    executablePath: pathIn('CHROME_PATH'),
    headless: true,
    ignoreDefaultArgs: isReal ? KEPT_REAL : [],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(isReal
        ? [`--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/${THROTTLED_AFTER_SECONDS}`]
        : []),
    ],
  });
}

function pathIn(variable: string): string {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} has to name a browser.`);
  return path;
}
