import { define } from '../internal/define.ts';
import { StatusLegendElement } from './status-legend.ts';

define('p2p-status-legend', StatusLegendElement);
