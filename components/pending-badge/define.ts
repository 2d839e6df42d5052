import { define } from '../internal/define.ts';
import { PendingBadgeElement } from './pending-badge.ts';

define('p2p-pending-badge', PendingBadgeElement);
