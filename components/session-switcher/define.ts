import { define } from '../internal/define.ts';
import { SessionSwitcher } from './session-switcher.ts';

define('p2p-session-switcher', SessionSwitcher);
