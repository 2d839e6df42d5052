import { define } from '../internal/define.ts';
import { MessageStatus } from './message-status.ts';

define('p2p-message-status', MessageStatus);
