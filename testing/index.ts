/** For tests: a world of people on simulated services, and the contracts for every backend and storage. */
export { BACKEND_CONTRACT, type BackendRule, type BackendUnderTest } from './backend-contract.ts';
export { STORAGE_CONTRACT, type StorageRule, type StorageUnderTest } from './storage-contract.ts';
export { createWorld, type World, type WorldOptions, type WorldPersonOptions } from './world.ts';
export type {
  Person,
  SignUpOptions,
  WaitOptions,
  WorldBrowser,
  WorldBrowserOptions,
  WorldPage,
  WorldPageOptions,
} from './world/interfaces.ts';
