/** Stores messages, evidence and requests in IndexedDB. `storage/memory` lasts only as long as the page. */
export { StorageError } from './error.ts';
export { indexedDb, type IndexedDbOptions } from './indexed-db.ts';
