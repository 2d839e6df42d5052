import type { Page } from '../ports/page.ts';
import type { LinkView } from '../facts/view.ts';
import type { Messenger, OpenResult } from './api.ts';
import { faceOf } from './cells.ts';
import { checked } from './checked.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { facesOf } from './faces.ts';
import { alone } from './membership.ts';
import type { Sharing } from './membership.ts';
import type { MessengerOptions } from './options.ts';
import { ReadMarker } from './read-marker.ts';
import { Visibility } from './visibility.ts';

/** What a messenger is made of, besides the ports of its engine. */
export interface AssemblyOptions extends MessengerOptions {
  /** The life of this page. Absent or null: it is on screen until `setVisible` says otherwise. */
  readonly page?: Page | null;
  /** Shares the engine with the other tabs of this browser. Absent or null: the page is alone. */
  readonly sharing?: Sharing | null;
}

/** A messenger with the engine behind it, which only tests look at. */
export interface Assembly {
  readonly messenger: Messenger;
  readonly engine: Engine;
}

/** Wires engine, tabs and page, and makes the frozen object that a page gets. Nothing is opened. */
export function assemble({ page = null, sharing = null, ...ports }: AssemblyOptions): Assembly {
  // Below what tabs share: they, too, read no row that cannot be used.
  const options: MessengerOptions = {
    ...ports,
    storage: checked(ports.storage, () => engine.core.diagnostics.count('unusable-row')),
  };
  const engine: Engine = createEngine(sharing ? sharing.ports(options) : options);
  const membership = sharing ? sharing.join(engine, options) : alone(engine);
  const { core, pairs } = engine;
  const { dispatch } = membership;
  const { relay } = core;
  const marker = new ReadMarker(
    core,
    pairs,
    engine.conversations,
    (account, peer, marks) => dispatch('join', { account, peer, marks }),
    (run) => membership.locally(run),
  );
  const visibility = new Visibility({
    changed(isVisible) {
      membership.setVisible(isVisible);
      if (isVisible) void dispatch('wake', {});
      else marker.flush();
    },
    woken: () => void dispatch('wake', {}),
    gone: leave,
  });
  let joined: Promise<void> | null = null;
  let load = (): void => undefined;
  const loaded = new Promise<void>((resolve) => (load = resolve));
  let isClosed = false;
  let unwatch = page ? visibility.watch(page) : (): void => undefined;

  function join(): void {
    joined ??= membership.join().then(load);
  }

  function close(): void {
    isClosed = true;
    membership.leave();
    unwatch();
    unwatch = () => undefined;
  }

  function leave(): void {
    marker.flush();
    if (membership.isLast()) engine.hangUp();
    close();
  }

  const messenger: Messenger = {
    ...facesOf(engine, dispatch, marker),
    accountForm: core.backend.accountForm,
    capabilities: Object.freeze({ ...core.backend.capabilities }),
    link: engine.link,
    isVisible: faceOf(visibility.isVisible),
    isAnyVisible: faceOf(core.isAnyVisible),
    sessionRows: engine.sessionRows,
    storage: faceOf(core.writer.view),
    tabs: membership.tabs,
    relayName: relay?.name ?? null,
    relayPrivacy: relay?.privacy ?? null,
    ownFingerprint: (account) => relay?.keys?.ownFingerprint(account) ?? null,
    open() {
      if (!isClosed) join();
      return opened(messenger, () => isClosed);
    },
    loaded: () => loaded,
    close,
    leave,
    goUnsaved: () => void dispatch('goUnsaved', {}),
    stored() {
      marker.flush();
      return core.writer.settled();
    },
    setVisible: (isVisible) => visibility.setPageVisible(isVisible),
    addWindow: (window) => visibility.addWindow(window),
    wake: () => void dispatch('wake', {}),
    reconnect: () => void dispatch('reconnect', {}),
    typing: (account, peer) => void dispatch('typing', { account, peer }),
    route: (account, peer) => engine.route(account, peer),
    path: (account, peer) => pairs.channelPath(pairs.peek(account, peer)),
    trust: (account, peer) => relay?.keys?.trust(account, peer) ?? null,
    acceptKey: async (account, peer, compared) =>
      dispatch('acceptKey', { account, peer, ...(compared === undefined ? {} : { compared }) }),
    wipe: async (account) => dispatch('wipe', { account }),
  };
  return { messenger: Object.freeze(messenger), engine };
}

/** Resolves once it is clear how the link stands: up, or why it is not. */
function opened({ link, storage }: Messenger, isClosed: () => boolean): Promise<OpenResult> {
  const stand = (): OpenResult | null => {
    if (isClosed()) return { ok: false, code: 'closed' };
    if (storage.peek().isUnread) return { ok: false, code: 'storage' };
    return standOf(link.peek());
  };
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const look = (): void => {
      const result = stand();
      if (result === null) return;
      resolve(result);
      for (const stop of stops.splice(0)) stop();
    };
    stops.push(link.subscribe(look), storage.subscribe(look));
    look();
  });
}

function standOf({ state }: LinkView): OpenResult | null {
  switch (state) {
    case 'up':
      return { ok: true };
    case 'reconnecting':
      return { ok: false, code: 'unreachable' };
    case 'offline':
    case 'other-tab':
    case 'closed':
      return { ok: false, code: state };
    case 'idle':
    case 'connecting':
      return null;
  }
}
