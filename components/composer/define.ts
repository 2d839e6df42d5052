import { define } from '../internal/define.ts';
import { ComposerElement } from './composer.ts';

define('p2p-composer', ComposerElement);
