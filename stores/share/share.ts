import type { Signal } from '@preact/signals-core';
import type { Cid } from '../../facts/ids.ts';
import { tell } from '../../facts/listeners.ts';
import type { LinkView, StorageView } from '../../facts/view.ts';
import type { TabGroup, TabPage } from '../../ports/tabs.ts';
import type { Engine, Messenger, MessengerOptions, Tabs } from '../messenger.ts';
import { signal } from '../cells.ts';
import { bounded } from '../bounded.ts';
import { Mirror } from './mirror.ts';
import type { Mirrored, PatchWord } from './patch.ts';
import { guardedBackend, guardedClock, guardedRelay, sharedStorage } from './ports.ts';
import type { Permit } from './ports.ts';
import { Published } from './published.ts';
import { Verbs } from './verbs.ts';
import type { Asked } from './verbs.ts';
import { shareStores, work } from './work.ts';
import type { WorkWord } from './work.ts';
import { shareWritten } from './written.ts';

/** Where a tab remembers, over a reload, which account it showed. */
export interface TabMemory {
  read(): string | null;
  write(account: string): void;
}

/** What a share of a messenger may use of its page. */
export interface ShareOptions {
  /** Remembers which account this tab showed. Absent: a reload shows the first one. */
  readonly memory?: TabMemory | null;
  /** The page's life: the last page of a browser that goes for good hangs up. */
  readonly page?: TabPage | null;
}

/** What tabs say to each other about stores. */
type Word =
  /** The leader could not read what is stored so far. */
  | { readonly kind: 'storage'; readonly view: StorageView }
  /** A follower wants to know everything. */
  | { readonly kind: 'want' }
  | { readonly kind: 'ask'; readonly asked: Asked }
  | WorkWord
  | PatchWord;

/** After this long a new leader does what it was asked, whatever its link says. */
const SETTLED_MS = 5_000;
/** Of so many things that were asked a leader remembers how they went. */
const REMEMBERED = 1_000;

/**
 * Shares one messenger between the tabs of a browser: the tab that leads acts, and the others are its mirror. What a
 * person asks in a mirror is drawn there at once, asked of the leader once, and replaced by what that one says.
 */
export function share(group: TabGroup, { memory = null, page = null }: ShareOptions = {}): Tabs {
  let engine: Engine | null = null;
  const mirrored: Mirrored = { isFailing: false, isUp: false, fingerprints: new Map(), trusts: new Map() };
  const dropped = new Set<() => void>();
  const permit: Permit = {
    get isActing() {
      return engine?.core.isActing ?? false;
    },
    act(run, drop) {
      if (!permit.isActing) return drop?.();
      if (drop) dropped.add(drop);
      group.guard(() => {
        if (drop) dropped.delete(drop);
        run();
      });
    },
  };

  return {
    ports: (options) => ({
      ...options,
      backend: guardedBackend(options.backend, permit),
      clock: guardedClock(options.clock, permit),
      storage: sharedStorage(options.storage, permit, () => engine!),
      relay: options.relay ? guardedRelay(options.relay, permit, mirrored) : null,
    }),
    join(joined, options) {
      engine = joined;
      return member(joined, options);
    },
  };

  function member(inside: Engine, options: MessengerOptions): Messenger {
    const { core, messenger: alone, pairs, transport } = inside;
    const { sessions, messages, link: linkCell } = alone;
    const { writer } = core;
    const link = linkCell as Signal<LinkView>;
    const isVisible = signal(true);
    /** Counts the times that this tab began to lead: what began in an earlier one is over. */
    let term = 0;
    /** This tab leads, and has read what is stored. */
    let isRestored = false;
    /** Who wanted to know everything before that. */
    const wanting = new Set<string>();
    /** This tab leads, has its link, and has claimed its accounts. */
    let isSettled = false;
    /** What was asked before that. */
    const waiting: { readonly verb: string; readonly run: () => void }[] = [];
    /** What was last said of each thing asked: a tab that slept may have missed it, and asks again. */
    const begun = new Map<string, WorkWord>();
    let unwatch: (() => void) | undefined;
    let opened: (() => void) | null = null;
    const opening = new Promise<void>((resolve) => (opened = resolve));

    core.isActing = false;
    const published = new Published(inside, options.relay ?? null, say);
    const verbs = new Verbs(
      () => core.isActing,
      (asked) => say({ kind: 'ask', asked }),
      (run) => mirror.told(run),
    );
    const mirror = new Mirror({
      engine: inside,
      mirrored,
      clock: options.clock,
      guesses: verbs,
      accounts: published.accounts,
      isFollowing: () => group.view.peek().role === 'follower',
      ask: () => say({ kind: 'want' }),
      adopt: (message) => void verbs.ask('messages.adopt', [message]),
      shown: begin,
    });
    const written = shareWritten({
      engine: inside,
      published,
      verbs,
      storage: bounded(options.storage, options.clock).storage,
    });
    shareStores(verbs, alone);
    // What is looked at in a tab that follows counts there at once; the leader is handed it later.
    for (const name of ['read', 'pass'] as const) {
      const run = messages[name].bind(messages) as (...parts: unknown[]) => void;
      messages[name] = (...parts: unknown[]) =>
        core.isActing ? run(...parts) : mirror.told(() => run(...parts));
    }

    const carry = transport.carry.bind(transport);
    transport.carry = (...parts) => (core.isActing ? carry(...parts) : new Promise(() => undefined));
    core.onTouched((account, peer) => {
      // An echo of what this tab did while it led: the mirror is made anew.
      if (!core.isActing && !mirror.isTold && !mirror.isAsking && !written.isWriting(account, peer))
        mirror.want();
    });
    group.isAnyVisible.subscribe((isShown) => {
      (core.isAnyVisible as Signal<boolean>).value = isShown;
    });
    let isWaiting = false;
    group.view.subscribe(({ role }) => {
      if (isWaiting !== (isWaiting = role === 'other-tab') && isWaiting) void waitAlone();
    });
    writer.view.subscribe(() => sayUnread());
    link.subscribe(() => settled());
    alone.sessionRows.subscribe(() => settled());
    const failing = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(writer), 'isFailing')!;
    Object.defineProperty(writer, 'isFailing', {
      get: () => (core.isActing ? failing.get!.call(writer) : mirrored.isFailing) as boolean,
    });
    sessions.current.subscribe((account) => {
      if (account) memory?.write(account);
    });

    function say(word: Word, to?: string): void {
      group.say(word, to);
    }

    /** What is stored cannot be read: until it is, there is nothing else to tell. */
    function sayUnread(to?: string): void {
      const view = writer.view.peek();
      if (core.isActing && !isRestored && view.isUnread) say({ kind: 'storage', view }, to);
    }

    /** This tab leads: it brings what it mirrors together with what is stored, and begins to act. */
    async function lead(hasTakenOver: boolean): Promise<void> {
      term += 1;
      const mine = term;
      isSettled = false;
      core.isActing = true;
      // The link of which the former leader told is not this tab's.
      link.value = { state: 'idle' };
      sessions.unlinked();
      await inside.restored();
      if (mine !== term || !core.isActing) return;
      isRestored = true;
      for (const account of sessions.accounts.peek()) {
        for (const conversation of messages.of(account)) {
          // It was the disk of the former leader that failed.
          conversation.isStalled = false;
          conversation.adoptUnstored([]);
          written.keep(conversation);
        }
        const { state, ...session } = sessions.get(account)!;
        // The silent leader's socket may still be open: this very browser holds the account, and may claim it back.
        // One that is open in another browser was held by none of its sockets.
        const epoch = hasTakenOver && state !== 'open-elsewhere' ? (session.epoch ?? 0) : session.epoch;
        // Whoever had a password to try again with is gone: what the service knows is asked anew.
        const isOut = state === 'signed-out-by-service';
        sessions.put({ ...session, epoch, state, ...(isOut ? { state: 'link-down', note: null } : {}) });
      }
      // What the writer of an earlier term could not write.
      void writer.again();
      doAsked();
      inside.start();
      touchAll();
      core.alarm('settled', core.elapsed() + SETTLED_MS, () => settled(true));
      begin();
      for (const tab of wanting) published.tell(tab);
      wanting.clear();
    }

    function touchAll(): void {
      core.transact(() => {
        for (const account of sessions.accounts.peek())
          for (const { peer } of pairs.of(account)) core.touch(account, peer);
      });
    }

    /** Another tab holds the link and cannot be followed: what is stored is shown, and nothing is done. */
    async function waitAlone(): Promise<void> {
      const since = core.now();
      // What a leader told that could be followed is not known any more.
      sessions.unlinked();
      for (const account of sessions.accounts.peek()) {
        alone.routes.forgetAll(account);
        alone.peers.unknown(account);
      }
      await inside.restored();
      if (group.view.peek().role !== 'other-tab') return;
      link.value = { state: 'other-tab', since };
      begin();
    }

    /**
     * What is asked of a new leader waits for its link and its claims: otherwise it would fail for want of them, and a
     * person in another tab would be told so for no reason of theirs.
     */
    function settled(isLate = false): void {
      if (!core.isActing || isSettled) return;
      const { state } = link.peek();
      if (!isLate && (state === 'idle' || state === 'connecting' || state === 'closed')) return;
      const isClaiming = sessions.accounts.peek().some((account) => {
        const session = sessions.get(account)!;
        return session.state === 'claiming' || session.state === 'link-down';
      });
      if (!isLate && state === 'up' && isClaiming) return;
      isSettled = true;
      doAsked();
    }

    /** What needs no link is in force before anything is done in the name of an account. */
    function isReady(verb: string): boolean {
      return (
        isSettled || verb === 'messenger.goUnsaved' || (isRestored && /^(messages|settings)\./.test(verb))
      );
    }

    function doAsked(): void {
      for (const asked of waiting.splice(0)) {
        if (isReady(asked.verb)) asked.run();
        else waiting.push(asked);
      }
      verbs.handOver(isReady);
    }

    /** There is something to show. */
    function begin(): void {
      if (!opened) return;
      let remembered: Cid | null | undefined;
      // Whatever remembers, it keeps nobody from being shown something.
      tell(() => (remembered = memory?.read() as Cid | null | undefined));
      const [first] = sessions.accounts.peek();
      if (remembered && sessions.isHeld(remembered)) sessions.switchTo(remembered);
      else if (first && sessions.current.peek() === null) sessions.switchTo(first);
      opened();
      opened = null;
    }

    function rest(): void {
      if (core.isActing) inside.stop();
      for (const drop of [...dropped]) drop();
      dropped.clear();
      published.leave();
      waiting.length = 0;
      wanting.clear();
      isRestored = false;
      mirror.isAsking = true;
    }

    function heard(from: string, word: unknown): void {
      const said = word as Word;
      switch (said.kind) {
        case 'want':
          // What is not read yet is no absence: a tab would show that there is no account.
          if (isRestored) return published.tell(from);
          wanting.add(from);
          return sayUnread(from);
        case 'storage':
          writer.view.value = said.view;
          return;
        case 'ask': {
          const { asked } = said;
          const key = `${from} ${asked.number}`;
          const run = (): void => {
            const last = begun.get(key);
            if (last) {
              // What was told of it meanwhile has not replaced what that tab has drawn.
              say(last, from);
              return published.tell(from);
            }
            if (begun.size >= REMEMBERED) begun.delete(begun.keys().next().value!);
            work(inside, published, verbs, asked, (word) => {
              begun.set(key, word);
              say(word, from);
            });
          };
          waiting.push({ verb: asked.verb, run });
          if (isReady(asked.verb)) doAsked();
          return;
        }
        case 'started':
          return verbs.started(said.number);
        case 'answer':
          return verbs.answered(said.number, said.result);
        case 'patch':
          return mirror.heard(said);
      }
    }

    const shared: Messenger = {
      ...alone,
      tabs: group.view,
      isVisible,
      open() {
        unwatch ??= page?.watch((moment) => {
          if (moment === 'gone') shared.leave();
        });
        group.join({
          lead: (hasTakenOver) => void lead(hasTakenOver),
          follow,
          rest,
          heard,
          left: (tab) => {
            published.leave(tab);
            void written.left();
          },
        });
        return opening;
      },
      close() {
        unwatch?.();
        rest();
        group.leave();
      },
      leave() {
        messages.flushRead();
        // Every tab is on every account of its browser: the last one that goes hangs up.
        if (core.isActing && group.view.peek().tabs < 2) alone.leave();
        shared.close();
      },
      setVisible(isShown) {
        if (isVisible.peek() === isShown) return;
        isVisible.value = isShown;
        if (isShown) shared.wake();
        else messages.flushRead();
      },
    };

    function follow(): void {
      rest();
      mirror.want();
      verbs.handOver();
    }

    for (const name of ['wake', 'reconnect', 'typing', 'acceptKey', 'signOut', 'wipe', 'goUnsaved'] as const)
      verbs.share(shared, 'messenger', name);
    return shared;
  }
}
