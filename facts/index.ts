/** The heart: ids, facts, and everything that follows from them. Pure; imports nothing. */
export {
  attemptsOf,
  failureOf,
  isCancellable,
  isCancelled,
  nextAttempt,
  openAttempt,
  type MessageFact,
  type RouteName,
  type SilenceCause,
} from './evidence.ts';
export { isAccountId, type AccountId, type MessageId, type Pair, type RequestId } from './ids.ts';
export { presenceOf, type Presence, type PresenceFacts } from './presence.ts';
export type { FailureCode, RefusalCode, RelayCode, Why, WhyCode } from './refusals.ts';
export {
  countPending,
  requestView,
  type ProofSource,
  type RequestFact,
  type RequestState,
  type RequestView,
} from './requests.ts';
export {
  decideRoute,
  pathOf,
  type Channel,
  type ChannelPath,
  type DialFailure,
  type Path,
  type PathFacts,
  type Relayer,
  type RouteDecision,
  type RouteFacts,
  type RoutePolicy,
  type RouteReason,
  type WaitReason,
} from './routes.ts';
export {
  STATUSES,
  describeStatus,
  needsDecision,
  statusOf,
  type Status,
  type StatusEntry,
} from './status.ts';
export { messageIdOf, requestIdOf } from './uuid.ts';
export type * from './capabilities.ts';
export type * from './view.ts';
