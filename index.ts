/** A messenger in one line, and every element's class. Nothing is registered by importing this; `p2p-elements/define` does that. */
export { createMessenger, type ServiceOptions } from './service.ts';
export type { Messenger, OpenResult } from './stores/api.ts';
export { ComposerElement } from './components/composer/composer.ts';
export { ConnectionBannerElement } from './components/connection-banner/connection-banner.ts';
export { ConversationListElement } from './components/conversation-list/conversation-list.ts';
export { MessageDetailsElement } from './components/message-details/message-details.ts';
export { MessageStatusElement } from './components/message-status/message-status.ts';
export { MessengerElement } from './components/messenger/messenger.ts';
export { OutboxElement } from './components/outbox/outbox.ts';
export { PeerDiscoveryElement } from './components/peer-discovery/peer-discovery.ts';
export { PendingBadgeElement } from './components/pending-badge/pending-badge.ts';
export { PendingRequestsElement } from './components/pending-requests/pending-requests.ts';
export { ProviderElement } from './components/provider/provider.ts';
export { RouteIndicatorElement } from './components/route-indicator/route-indicator.ts';
export { SessionSwitcherElement } from './components/session-switcher/session-switcher.ts';
export { SignInElement } from './components/sign-in/sign-in.ts';
export { StatusLegendElement } from './components/status-legend/status-legend.ts';
export { ThreadElement } from './components/thread/thread.ts';
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
