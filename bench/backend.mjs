// A Backend whose other side is a bench: everybody is a contact, and statuses change by the evidence of a real
// network (an answer to a send, a receipt), never by setting them.
const done = { ok: true, result: undefined };
const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder() };

/**
 * @param account the one account of this browser
 * @param people the contacts: `{ peer, name, online }` each; `online` may be changed in place
 */
export function createBackend(account, people) {
  const listeners = new Set();
  /** Sends that wait for their answer, by the message's id. */
  const waiting = new Map();
  /** Messages that the service accepts as soon as they come. */
  const taken = new Set();
  const emit = (event) => {
    for (const listener of listeners) listener(event);
  };
  const list = async () => ({
    ok: true,
    result: people.map(({ peer, name, online }) => ({ peer, name, username: name, online })),
  });
  const unused = async () => ({
    ok: false,
    failure: { kind: 'refused', code: 'unknown', reason: 'not here' },
  });

  return {
    capabilities: {
      listsPeople: true,
      createsAccounts: false,
      carriesReceipts: true,
      maxBodyBytes: 4_000_000,
      channelsOutliveLink: false,
      maxInFlight: 1,
    },
    accountForm: { server: null },
    compareIds: (a, b) => (a === b ? 0 : a < b ? -1 : 1),
    link: { state: 'idle' },
    open() {
      this.link = { state: 'up', since: 0 };
      emit({ type: 'link', link: this.link });
      emit({ type: 'linked', epoch: 1 });
    },
    close() {
      this.link = { state: 'closed' };
      listeners.clear();
    },
    reconnect() {},
    probe() {},
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    createAccount: unused,
    signIn: unused,
    signOut: unused,
    ask: unused,
    decline: unused,
    sessions: async () => ({ ok: true, result: [{ account, username: 'me', server: 'bench' }] }),
    claim: async () => done,
    // Contacts are also people, and are read once.
    people: async () => ({ ok: true, result: [] }),
    contacts: list,
    dial: async () => done,
    pickUp: async () => done,
    hangUp: async () => done,
    send(_account, peer, body, { handedOver }) {
      handedOver?.();
      const { type, id } = JSON.parse(utf8.decoder.decode(body));
      if (type !== 'message' || taken.has(id)) return Promise.resolve(done);
      return new Promise((resolve) => waiting.set(id, () => resolve(done)));
    },

    /** The service accepts the message: now, or as soon as it is handed over. */
    take(id) {
      taken.add(id);
      waiting.get(id)?.();
      waiting.delete(id);
    },
    /** The peer's page sends a payload. */
    say(peer, payload) {
      emit({ type: 'body', account, peer, body: utf8.encoder.encode(JSON.stringify({ v: 1, ...payload })) });
    },
    /** The peer's page is gone, and so is their service. */
    leave(peer) {
      emit({ type: 'ended', account, peer });
    },
  };
}
