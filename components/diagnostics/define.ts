import '../tab-status/define.ts';
import { define } from '../internal/define.ts';
import { Diagnostics } from './diagnostics.ts';

define('p2p-diagnostics', Diagnostics);
