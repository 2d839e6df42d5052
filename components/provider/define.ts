import { define } from '../internal/define.ts';
import { Provider } from './provider.ts';

define('p2p-provider', Provider);
