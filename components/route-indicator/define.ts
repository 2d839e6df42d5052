import { define } from '../internal/define.ts';
import { RouteIndicatorElement } from './route-indicator.ts';

define('p2p-route-indicator', RouteIndicatorElement);
