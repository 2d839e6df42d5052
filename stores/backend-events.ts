import { tell } from '../facts/listeners.ts';
import type { BackendEvent } from '../ports/backend.ts';
import type { LinkView } from '../facts/view.ts';
import type { Core } from './core.ts';
import type { Claims } from './duties/claim.ts';
import type { Delivery } from './duties/deliver.ts';
import type { Pairs } from './pairs.ts';
import type { Peers } from './peers.ts';
import type { Receive } from './receive.ts';
import type { Requests } from './requests.ts';
import type { Routes } from './routes.ts';
import type { Sessions } from './sessions.ts';

/** What the events of a backend change. */
interface Stores {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly claims: Claims;
  readonly pairs: Pairs;
  readonly requests: Requests;
  readonly peers: Peers;
  readonly routes: Routes;
  readonly receive: Receive;
  readonly delivery: Delivery;
  setLink(link: LinkView): void;
}

/**
 * Gathers what a backend reports about people: what comes in one turn is one transaction, and what follows from it is
 * derived once. What it reports about the link is taken at once.
 */
export class Events {
  readonly #core: Core;
  readonly #apply: (event: BackendEvent) => void;
  #gathered: BackendEvent[] = [];

  constructor(core: Core, apply: (event: BackendEvent) => void) {
    this.#core = core;
    this.#apply = apply;
  }

  add(event: BackendEvent): void {
    this.#gathered.push(event);
    if (event.type === 'link' || event.type === 'linked') this.flush();
    else if (this.#gathered.length === 1) queueMicrotask(() => this.flush());
  }

  /** Takes everything that was gathered, in its order. */
  flush(): void {
    const events = this.#gathered;
    if (events.length === 0) return;
    this.#gathered = [];
    this.#core.transact(() => {
      for (const event of events) tell(this.#apply, event);
    });
  }
}

/** Takes what the backend reports, and hands it to the store that it concerns. */
export function applyEvent(stores: Stores, event: BackendEvent): void {
  const { core, sessions, claims } = stores;
  switch (event.type) {
    case 'link':
      stores.setLink(event.link);
      if (event.link.state !== 'up') sessions.unlinked();
      return;
    case 'linked':
      void claims.linked(event.epoch);
      return;
    case 'counted':
      return core.diagnostics.count(event.what);
    default:
      // The service broadcasts what is not for us: not ours, not looked at (delivery.md 6).
      if (!sessions.has(event.account)) return core.diagnostics.count('not-ours');
      return applyAccountEvent(stores, event);
  }
}

function applyAccountEvent(stores: Stores, event: Extract<BackendEvent, { account: unknown }>): void {
  const { sessions, pairs, requests, peers, routes, receive, delivery } = stores;
  const { account, peer } = event;
  if (event.type === 'ended') {
    if (peer === null) {
      sessions.ended(account);
      return routes.forgetAll(account);
    }
    routes.down(account, peer);
    return peers.left(account, peer);
  }
  if (peer === null) return;
  switch (event.type) {
    case 'request-received':
      return requests.received(account, peer, event.username);
    case 'request-accepted':
      if (event.username) pairs.get(account, peer).username = event.username;
      return requests.prove(account, peer, 'ask-answered');
    case 'request-refused':
      return requests.refused(account, peer, event.requestId, { kind: 'refused', ...event });
    case 'offer':
      if (!event.isAnswered) routes.offered(account, peer);
      return;
    case 'channel':
      return routes.up(account, peer, event.path, event.isUpgrading, event.by);
    case 'path':
      return routes.pathChanged(account, peer, event.path, event.isUpgrading, event.by);
    case 'send-answered':
      return delivery.answered(event.requestId, event.refused);
    case 'body':
      requests.prove(account, peer, 'message');
      routes.up(account, peer);
      void receive(account, peer, event.body, 'channel');
  }
}
