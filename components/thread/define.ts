import '../message-status/define.ts';
import { define } from '../internal/define.ts';
import { ThreadElement } from './thread.ts';

define('p2p-thread', ThreadElement);
