import '../message-status/define.ts';
import { define } from '../internal/define.ts';
import { Thread } from './thread.ts';

define('p2p-thread', Thread);
