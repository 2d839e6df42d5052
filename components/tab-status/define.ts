import { define } from '../internal/define.ts';
import { TabStatus } from './tab-status.ts';

define('p2p-tab-status', TabStatus);
