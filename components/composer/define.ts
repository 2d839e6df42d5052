import { define } from '../internal/define.ts';
import { Composer } from './composer.ts';

define('p2p-composer', Composer);
