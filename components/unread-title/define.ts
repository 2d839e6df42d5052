import { define } from '../internal/define.ts';
import { UnreadTitleElement } from './unread-title.ts';

define('p2p-unread-title', UnreadTitleElement);
