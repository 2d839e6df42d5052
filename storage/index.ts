/** Where messages, evidence and requests are kept: IndexedDB, or the page's memory. */
export { StorageError } from './error.ts';
export { indexedDb, type IndexedDbOptions } from './indexed-db.ts';
export { memory } from './memory.ts';
