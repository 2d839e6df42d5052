import '../message-status/define.ts';
import { define } from '../internal/define.ts';
import { ConversationListElement } from './conversation-list.ts';

define('p2p-conversation-list', ConversationListElement);
