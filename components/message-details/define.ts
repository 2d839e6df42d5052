import { define } from '../internal/define.ts';
import { MessageDetails } from './message-details.ts';

define('p2p-message-details', MessageDetails);
