export {
  askIntoTheVoid,
  directTimesOutRelayTakesOver,
  laterReadDoesNotLiftSending,
  receiptBeforeAnswer,
  refusalAfterEcho,
  reloadWithAQueue,
  shuffledEvidence,
  takenAndDropped,
  type IntoTheVoidScenario,
  type LaterReadScenario,
  type PairScenario,
  type QueueScenario,
  type RefusalScenario,
  type RelayTakesOverScenario,
  type ShuffledScenario,
  type TakenAndDroppedScenario,
} from './messages.ts';
export { PASSWORD, SERVER_ADDRESS, type OwnAccount, type Scenario, type ScenarioInput } from './scenario.ts';
export {
  acceptInAnotherTab,
  hiddenAndHalfOpen,
  leaderDiesMidSend,
  type HalfOpenScenario,
  type LeaderDiesScenario,
  type OtherTabScenario,
} from './tabs.ts';
export { theReport, type ReportOptions, type ReportScenario } from './the-report.ts';
