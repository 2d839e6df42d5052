import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import type { StoredMessage } from '../ports/storage.ts';
import type { Conversation } from '../stores/conversation.ts';
import type { Engine } from '../stores/engine.ts';
import { isFresh } from '../stores/messages.ts';
import type { ConversationPatch, Mirrored, Patch } from './patch.ts';

/** Records that keep this tab's guess, because the leader has not processed the command yet. */
export interface Guesses {
  isAccount(account: AccountId): boolean;
  isPair(account: AccountId, peer: AccountId): boolean;
  isMessage(id: MessageId): boolean;
}

/** Clears what a snapshot may leave out. */
export function clear({ pairs, requests, peers }: Engine, accounts: readonly AccountId[]): void {
  for (const account of accounts) {
    pairs.forget(account);
    peers.forget(account);
    requests.forget(account);
  }
}

/** Makes a follower's stores what the leader's are. */
export function apply(
  engine: Engine,
  mirrored: Mirrored,
  patch: Patch,
  guesses: Guesses,
  adopt: (message: StoredMessage) => void = () => undefined,
): void {
  const { core, pairs, sessions, requests, peers, conversations, messages } = engine;
  if (patch.link) engine.setLink(patch.link);
  if (patch.storage) core.writer.mirror(patch.storage.view, patch.storage.isFailing);
  if (patch.relay) {
    mirrored.isUp = patch.relay.isUp;
    for (const [account, fingerprint] of patch.relay.fingerprints)
      mirrored.fingerprints.set(account, fingerprint);
  }
  if (patch.counters) core.diagnostics.mirror(patch.counters);
  const named = new Set(patch.sessions.map(({ stored }) => stored.account));
  for (const account of patch.isFirst ? sessions.accounts.peek() : []) {
    const { stored, ...session } = sessions.get(account)!;
    if (!named.has(account))
      sessions.put({ ...session, stored: { ...stored, isLeft: true }, state: 'signed-out', note: null });
  }
  for (const session of patch.sessions) if (!guesses.isAccount(session.stored.account)) sessions.put(session);
  for (const [account, load] of patch.people) peers.mirrorLoad(account, load);
  for (const account of patch.wiped) engine.forget(account);
  for (const { pair, trust, conversation } of patch.pairs) {
    const { account, peer } = pair;
    if (trust) mirrored.trusts.set(pairKey(account, peer), trust);
    const isGuessed = guesses.isPair(account, peer);
    if (!isGuessed) {
      const { name, username, requestFacts: facts } = pairs.mirror(pair);
      requests.restore({ account, peer, name, username, facts });
    }
    if (conversation)
      mirror(conversations.find(account, peer) ?? conversations.begin(conversation.meta), conversation);
    core.touch(account, peer);
  }

  function mirror(conversation: Conversation, told: ConversationPatch): void {
    // Own rows first join or leave the outbox.
    const put = (message: StoredMessage): void => {
      if (guesses.isMessage(message.id)) return;
      if (message.own) messages.update(conversation, message);
      else conversation.put(message);
    };
    // Do this before the evidence, so that evidence that is not stored yet is never shown.
    conversation.adoptUnstored(told.unstored);
    if (told.isWhole) {
      const here = new Set([...(told.older ?? []), ...told.changed].map(({ id }) => id));
      const { rows, queue, accepted } = conversation;
      const known = new Set([...rows.map(({ id }) => id), ...queue, ...accepted]);
      for (const id of known) {
        if (here.has(id)) continue;
        const message = conversation.get(id)!;
        // Keep what this tab wrote while no leader could hear of it.
        if (isFresh(message)) adopt(message);
        else if (!guesses.isMessage(id)) {
          put({ ...message, isDeleted: true });
          conversation.drop(id);
        }
      }
    }
    if (told.older) {
      // Each is newer than what is known here.
      for (const message of told.older) if (conversation.get(message.id) || message.isOpen) put(message);
      conversation.prepend(told.older, told.hasOlder);
    }
    for (const message of told.changed) {
      const isNew = !told.isWhole && !message.own && !message.isDeleted && !conversation.get(message.id);
      put(message);
      if (isNew && message.quiet !== 'unsupported') conversation.noteArrival(message.id);
    }
    for (const id of [...conversation.notStored]) conversation.setStored(id, true);
    for (const id of told.notStored) conversation.setStored(id, false);
    conversation.setOlder(told.hasOlder);
    conversation.setStalled(told.isStalled);
    conversation.adopt(told.meta);
  }
}

/** The patch of a conversation that the snapshot does not name: nothing is left of it, except what only this tab knows. */
export function emptied({ meta }: Conversation): ConversationPatch {
  const none = { older: null, changed: [], notStored: [], unstored: [] };
  return { ...none, meta, hasOlder: false, isStalled: false, isWhole: true };
}
