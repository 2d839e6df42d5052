/** For tests of what is plugged in: the contracts that every backend and every storage keeps. */
export { BACKEND_CONTRACT, type BackendRule, type BackendUnderTest } from './backend-contract.ts';
export { STORAGE_CONTRACT, type StorageRule, type StorageUnderTest } from './storage-contract.ts';
