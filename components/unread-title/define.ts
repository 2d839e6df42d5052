import { define } from '../internal/define.ts';
import { UnreadTitle } from './unread-title.ts';

define('p2p-unread-title', UnreadTitle);
