import { define } from '../internal/define.ts';
import { ProviderElement } from './provider.ts';

define('p2p-provider', ProviderElement);
