/** Where messages, evidence and requests are kept: IndexedDB. What lasts only as long as the page is `storage/memory`. */
export { StorageError } from './error.ts';
export { indexedDb, type IndexedDbOptions } from './indexed-db.ts';
