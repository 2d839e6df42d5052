import '../message-status/define.ts';
import { define } from '../internal/define.ts';
import { OutboxElement } from './outbox.ts';

define('p2p-outbox', OutboxElement);
