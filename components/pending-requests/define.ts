import { define } from '../internal/define.ts';
import { PendingRequests } from './pending-requests.ts';

define('p2p-pending-requests', PendingRequests);
