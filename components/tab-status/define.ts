import { define } from '../internal/define.ts';
import { TabStatusElement } from './tab-status.ts';

define('p2p-tab-status', TabStatusElement);
