/**
 * The counters of a relay.
 *
 * | word | what happened |
 * |---|---|
 * | `malformed` | not an envelope: dropped |
 * | `unsupported` | an envelope of a version that this one does not know: dropped |
 * | `not-for-this-key` | sealed for a key that this device does not have: dropped |
 * | `forged` | not from the key of its claimed author, or modified: dropped |
 * | `repeated` | opened before: sent again, delivered again by the server, or replayed; acknowledged and dropped |
 * | `held` | from a changed key: kept, sealed, until the person accepts it |
 * | `held-overflow` | the same, but the limit is reached: dropped; its sender has no receipt and keeps it |
 * | `malformed-key` | a key that is invalid: ignored |
 * | `own-key-replaced` | another key was published in the name of an account of this device |
 * | `storage-failed` | this device could not store or read |
 * | `offered-again` | what was received could not be stored, and is offered again |
 */
export type NatsCount =
  | 'malformed'
  | 'unsupported'
  | 'not-for-this-key'
  | 'forged'
  | 'repeated'
  | 'held'
  | 'held-overflow'
  | 'malformed-key'
  | 'own-key-replaced'
  | 'storage-failed'
  | 'offered-again';
