import { define } from '../internal/define.ts';
import { ToastElement } from './toast.ts';

define('p2p-toast', ToastElement);
