import { define } from '../internal/define.ts';
import { PendingBadge } from './pending-badge.ts';

define('p2p-pending-badge', PendingBadge);
