import { define } from '../internal/define.ts';
import { StatusLegend } from './status-legend.ts';

define('p2p-status-legend', StatusLegend);
