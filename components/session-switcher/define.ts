import { define } from '../internal/define.ts';
import { SessionSwitcherElement } from './session-switcher.ts';

define('p2p-session-switcher', SessionSwitcherElement);
