import { define } from '../internal/define.ts';
import { PendingRequestsElement } from './pending-requests.ts';

define('p2p-pending-requests', PendingRequestsElement);
