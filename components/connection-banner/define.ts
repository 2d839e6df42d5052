import { define } from '../internal/define.ts';
import { ConnectionBannerElement } from './connection-banner.ts';

define('p2p-connection-banner', ConnectionBannerElement);
