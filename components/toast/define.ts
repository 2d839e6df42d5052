import { define } from '../internal/define.ts';
import { Toast } from './toast.ts';

define('p2p-toast', Toast);
