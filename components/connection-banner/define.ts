import { define } from '../internal/define.ts';
import { ConnectionBanner } from './connection-banner.ts';

define('p2p-connection-banner', ConnectionBanner);
