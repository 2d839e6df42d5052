// What lies in storage before a bench opens its messenger: one account, its contacts, conversations and messages.

export const ACCOUNT = '1';
export const PEER = '2';
export const THEIR_STREAM = 'theirs';
export const OUR_STREAM = 'ours';

/** The evidence by which a message of a reload has its status. */
function evidence(status, at, requestId) {
  const facts = [{ type: 'written', at }];
  if (status === 'sending') return facts;
  facts.push({ type: 'attempted', attempt: 1, route: 'channel', requestId, at });
  facts.push({ type: 'accepted', attempt: 1, at, by: 'service' });
  if (status === 'received' || status === 'read') facts.push({ type: 'delivered', at, receivedAt: at });
  if (status === 'read') facts.push({ type: 'read', at, receivedAt: at });
  return facts;
}

/** A message as it is stored. Own ones that were never sent have no stream yet. */
export function messageRecord({ peer, id, own, text, sentAt, place, status }) {
  return {
    account: ACCOUNT,
    peer,
    id,
    own,
    text,
    sentAt,
    place,
    stream: own ? (status === 'sending' ? null : OUR_STREAM) : THEIR_STREAM,
    index: null,
    replyTo: null,
    isEdited: false,
    isDeleted: false,
    facts: own ? evidence(status ?? 'read', place, id) : [],
    isOpen: own && (status === 'sending' || status === 'sent'),
  };
}

/** The ranges of indices from 1 to `count`. */
export const rangeTo = (count) => (count > 0 ? [[1, count]] : []);

/** A conversation in which everything of theirs is stored; `seen` is read, `passed` needs no reading any more. */
export function conversationWrite(peer, nextIndex, here, seen, passed) {
  const theirs = [{ stream: THEIR_STREAM, here, seen, passed }];
  const value = { account: ACCOUNT, peer, stream: OUR_STREAM, nextIndex, voids: [], theirs };
  return { put: 'conversation', value: { ...value, isKnownClient: true } };
}

export function accountWrite() {
  return {
    put: 'account',
    value: { account: ACCOUNT, username: 'me', fullName: 'Me', server: 'bench', isLeft: false },
  };
}

export function requestWrite({ peer, name }) {
  const facts = [{ type: 'proven', at: 0, by: 'list' }];
  return { put: 'request', value: { account: ACCOUNT, peer, name, username: name, facts } };
}
