import type { StorageErrorCode } from '../ports/storage.ts';

/**
 * What went wrong on this device: never the peer's doing. Switch on `code`; the message is the raw text of whatever failed,
 * or the code where nothing more is known.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string = code, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
