import { define } from '../internal/define.ts';
import { MessageStatusElement } from './message-status.ts';

define('p2p-message-status', MessageStatusElement);
