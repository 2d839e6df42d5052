import { define } from '../internal/define.ts';
import { Notifications } from './notifications.ts';

define('p2p-notifications', Notifications);
