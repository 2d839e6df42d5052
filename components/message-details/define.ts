import { define } from '../internal/define.ts';
import { MessageDetailsElement } from './message-details.ts';

define('p2p-message-details', MessageDetailsElement);
