import { define } from '../internal/define.ts';
import { RouteIndicator } from './route-indicator.ts';

define('p2p-route-indicator', RouteIndicator);
