import { define } from '../internal/define.ts';
import { PeerDiscovery } from './peer-discovery.ts';

define('p2p-peer-discovery', PeerDiscovery);
