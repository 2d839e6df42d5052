import '../composer/define.ts';
import '../connection-banner/define.ts';
import '../conversation-list/define.ts';
import '../message-details/define.ts';
import '../outbox/define.ts';
import '../peer-discovery/define.ts';
import '../pending-badge/define.ts';
import '../pending-requests/define.ts';
import '../route-indicator/define.ts';
import '../session-switcher/define.ts';
import '../sign-in/define.ts';
import '../status-legend/define.ts';
import '../thread/define.ts';
import { define } from '../internal/define.ts';
import { MessengerElement } from './messenger.ts';

define('p2p-messenger', MessengerElement);
