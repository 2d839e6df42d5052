import '../tab-status/define.ts';
import { define } from '../internal/define.ts';
import { DiagnosticsElement } from './diagnostics.ts';

define('p2p-diagnostics', DiagnosticsElement);
