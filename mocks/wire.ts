import * as v from 'valibot';
import type { AccountId } from '../facts/ids.ts';
import { createCodec } from '../protocol/codec.ts';
import type * as own from '../protocol/frames.ts';
import type {
  AboutStore,
  Answered,
  WithRequestId,
  FramesOf,
  OfStore,
  PeerConnection,
  U64,
} from '../protocol/frames.ts';
import { mapOf } from '../protocol/scalars.ts';
import type { MoreSchemas } from '../protocol/schemas.ts';

/*
 * The frames of a service: those of protocol/, and those that our client neither sends nor reads, which are unknown
 * frames to it.
 */
export * from '../protocol/index.ts';

export interface AccountInformation {
  username: string;
  full_name: string;
  /** By the peer's CID. */
  peers: Record<string, PeerConnection>;
}

interface FailedStore extends AboutStore {
  message: string;
}

/** What the newest services tell about the conversations they keep themselves. */
interface ConversationBody extends Answered {
  peer_cid: AccountId;
  seq: U64;
  kind: string;
  message?: unknown;
  message_id?: string | null;
  metadata?: unknown;
  account_username?: string | null;
  peer_username?: string | null;
  preview?: string | null;
}

/** The body of every request, by variant. */
export interface RequestBodies extends own.RequestBodies {
  GetAccountInformation: WithRequestId & { cid: AccountId | null };
  LocalDBGetKV: OfStore & { key: string };
  LocalDBSetKV: OfStore & { key: string; value: Uint8Array };
  LocalDBDeleteKV: OfStore & { key: string };
  LocalDBGetAllKV: OfStore;
  LocalDBClearAllKV: OfStore;
  /** Run in parallel. Only reads belong in here: a session opened in a batch is bound to no connection. */
  Batched: WithRequestId & { commands: (RequestFrame | own.UnknownFrame)[] };
}

/** The body of every answer and notification, by variant. */
export interface ResponseBodies extends own.ResponseBodies {
  GetAccountInformationResponse: Answered & { accounts: Record<string, AccountInformation> };
  LocalDBGetKVSuccess: AboutStore & { key: string; value: Uint8Array };
  LocalDBGetKVFailure: FailedStore;
  LocalDBSetKVSuccess: AboutStore & { key: string };
  LocalDBSetKVFailure: FailedStore;
  LocalDBDeleteKVSuccess: AboutStore & { key: string };
  LocalDBDeleteKVFailure: FailedStore;
  LocalDBGetAllKVSuccess: AboutStore & { map: Record<string, Uint8Array> };
  LocalDBGetAllKVFailure: FailedStore;
  LocalDBClearAllKVSuccess: AboutStore;
  LocalDBClearAllKVFailure: FailedStore;
  /** In the order of the commands; a command that yielded nothing is left out, which shifts the rest. */
  BatchedResponse: Answered & { results: (ResponseFrame | own.UnknownFrame)[] };
  ConversationEvent: ConversationBody;
  ConversationUpdated: ConversationBody;
}

/** One request, whole. */
export type RequestFrame = FramesOf<'Request', RequestBodies>;
/** One answer or notification, whole. */
export type ResponseFrame = FramesOf<'Response', ResponseBodies>;
/** Anything that `decode` can yield. */
export type Frame = RequestFrame | ResponseFrame | own.UnknownFrame;

const more: MoreSchemas = (shapes, inner) => {
  const { text, u64, bytes, cid, option, newer, words, rows, connections } = shapes;
  const { asked, ofStore, answered, aboutPair, aboutStore } = shapes;
  const failed = aboutStore({ message: words });
  const conversation = aboutPair({
    seq: u64,
    kind: text,
    message_id: newer(text),
    account_username: newer(text),
    peer_username: newer(text),
    preview: newer(text),
  });
  return {
    Request: {
      GetAccountInformation: asked({ cid: option(cid) }),
      LocalDBGetKV: ofStore({ key: text }),
      LocalDBSetKV: ofStore({ key: text, value: bytes }),
      LocalDBDeleteKV: ofStore({ key: text }),
      LocalDBGetAllKV: ofStore({}),
      LocalDBClearAllKV: ofStore({}),
      Batched: asked({ commands: v.array(inner('Request')) }),
    },
    Response: {
      GetAccountInformationResponse: answered({
        accounts: rows(v.looseObject({ username: words, full_name: words, peers: connections })),
      }),
      LocalDBGetKVSuccess: aboutStore({ key: text, value: bytes }),
      LocalDBGetKVFailure: failed,
      LocalDBSetKVSuccess: aboutStore({ key: text }),
      LocalDBSetKVFailure: failed,
      LocalDBDeleteKVSuccess: aboutStore({ key: text }),
      LocalDBDeleteKVFailure: failed,
      LocalDBGetAllKVSuccess: aboutStore({ map: mapOf(bytes) }),
      LocalDBGetAllKVFailure: failed,
      LocalDBClearAllKVSuccess: aboutStore({}),
      LocalDBClearAllKVFailure: failed,
      BatchedResponse: answered({ results: v.array(inner('Response')) }),
      ConversationEvent: conversation,
      ConversationUpdated: conversation,
    },
  };
};

/** The codec of a service, as protocol/ has it for the client. */
export const { decode, encode } = createCodec<Frame>(more);
