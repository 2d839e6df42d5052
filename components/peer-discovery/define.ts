import { define } from '../internal/define.ts';
import { PeerDiscoveryElement } from './peer-discovery.ts';

define('p2p-peer-discovery', PeerDiscoveryElement);
