/*
 * What compiles and what does not: `npm run check -- types` reads this file. Nothing runs it.
 */
import type { MessageId } from '../../facts/index.ts';
import { encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';

function impossible(payload: never): never {
  throw new Error(String(payload));
}

// Every type of payload has its case.
export function whole(payload: Payload): string {
  switch (payload.type) {
    case 'message':
    case 'edit':
    case 'delete':
    case 'reaction':
      return payload.id;
    case 'receipt':
    case 'sync':
      return payload.kind;
    case 'typing':
    case 'presence':
      return payload.type;
    default:
      return impossible(payload);
  }
}

export function forgetful(payload: Payload): string {
  switch (payload.type) {
    case 'message':
    case 'edit':
    case 'delete':
      return payload.id;
    case 'receipt':
    case 'sync':
      return payload.kind;
    case 'typing':
    case 'presence':
      return payload.type;
    default:
      // @ts-expect-error a reaction was forgotten
      return impossible(payload);
  }
}

const id = '019bc119-4494-7000-a623-000000000001' as MessageId;
encodePayload({ v: 1, type: 'delete', id });
// @ts-expect-error there is no such payload
encodePayload({ v: 1, type: 'shout', id });
// @ts-expect-error an edit says when
encodePayload({ v: 1, type: 'edit', id, text: 'hello' });
// @ts-expect-error a receipt of reading names ranges, not a message
encodePayload({ v: 1, type: 'receipt', kind: 'read', id, at: 1 });
