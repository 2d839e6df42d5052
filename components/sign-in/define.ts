import { define } from '../internal/define.ts';
import { SignInElement } from './sign-in.ts';

define('p2p-sign-in', SignInElement);
