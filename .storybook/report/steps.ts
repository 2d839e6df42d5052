import type { Step } from './report.ts';
import { accounts, registration } from './steps-accounts.ts';
import { channelBackground, channelRetry, channelStatus, relayMessaging } from './steps-channel.ts';
import { loopbackBackground, loopbackMessaging, loopbackRetry, loopbackStatus } from './steps-loopback.ts';

/** Three accounts in one browser: the messages never leave it. */
export const oneBrowser: readonly Step[] = [
  ...accounts,
  ...registration,
  ...loopbackMessaging,
  ...loopbackStatus,
  ...loopbackBackground,
  ...loopbackRetry,
];

/** Three browsers behind one router: the 30 s failure, the relay, the late success. */
export const threeBrowsers: readonly Step[] = [
  ...accounts,
  ...registration,
  ...relayMessaging,
  ...channelStatus,
  ...channelBackground,
  ...channelRetry,
];
