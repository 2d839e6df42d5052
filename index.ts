/** Every element's class. Nothing is registered by importing this; `p2p-elements/define` does that. */
export { Composer } from './components/composer/composer.ts';
export { ConnectionBanner } from './components/connection-banner/connection-banner.ts';
export { ConversationList } from './components/conversation-list/conversation-list.ts';
export { MessageDetails } from './components/message-details/message-details.ts';
export { MessageStatus } from './components/message-status/message-status.ts';
export { Messenger } from './components/messenger/messenger.ts';
export { Outbox } from './components/outbox/outbox.ts';
export { PeerDiscovery } from './components/peer-discovery/peer-discovery.ts';
export { PendingBadge } from './components/pending-badge/pending-badge.ts';
export { PendingRequests } from './components/pending-requests/pending-requests.ts';
export { Provider } from './components/provider/provider.ts';
export { RouteIndicator } from './components/route-indicator/route-indicator.ts';
export { SessionSwitcher } from './components/session-switcher/session-switcher.ts';
export { SignIn } from './components/sign-in/sign-in.ts';
export { StatusLegend } from './components/status-legend/status-legend.ts';
export { Thread } from './components/thread/thread.ts';
export { addLocale, changeWords, setLocale } from './locale/registry.ts';
export { setTimeSource } from './components/internal/ticker.ts';
export type { Formats, PluralForms } from './locale/formats.ts';
export type { Locale, SomeWords, Words } from './locale/registry.ts';
export type { TimeSource } from './components/internal/ticker.ts';
export type {
  AccountDetail,
  AddAccountDetail,
  MessageDetail,
  PeerDetail,
  RequestEventMap,
} from './components/internal/events.ts';
