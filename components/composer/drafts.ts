import { pairKey } from '../../facts/ids.ts';
import type { AccountId } from '../../facts/index.ts';

/** Unsent texts by conversation, for the life of the page. Never stored, never logged. */
const drafts = new Map<string, string>();

/** The key for an unknown account. */
const UNSAID = '' as AccountId;

/** The draft of a conversation; empty where there is none. */
export function draftOf(account: AccountId | null | undefined, peer: AccountId): string {
  return drafts.get(pairKey(account ?? UNSAID, peer)) ?? '';
}

/** Keeps a draft; an empty one is forgotten. */
export function keepDraft(account: AccountId | null | undefined, peer: AccountId, text: string): void {
  if (text) drafts.set(pairKey(account ?? UNSAID, peer), text);
  else drafts.delete(pairKey(account ?? UNSAID, peer));
}
