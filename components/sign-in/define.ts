import { define } from '../internal/define.ts';
import { SignIn } from './sign-in.ts';

define('p2p-sign-in', SignIn);
