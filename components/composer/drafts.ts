import { pairKey } from '../../facts/ids.ts';
import type { Cid } from '../../facts/index.ts';

/** What was written and not sent, per conversation, for as long as the page lives. Never stored, never logged. */
const drafts = new Map<string, string>();

/** The draft of a conversation; empty where there is none. */
export function draftOf(account: Cid, peer: Cid): string {
  return drafts.get(pairKey(account, peer)) ?? '';
}

/** Keeps a draft; an empty one is forgotten. */
export function keepDraft(account: Cid, peer: Cid, text: string): void {
  if (text) drafts.set(pairKey(account, peer), text);
  else drafts.delete(pairKey(account, peer));
}
