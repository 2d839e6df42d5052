import '../message-status/define.ts';
import { define } from '../internal/define.ts';
import { Outbox } from './outbox.ts';

define('p2p-outbox', Outbox);
