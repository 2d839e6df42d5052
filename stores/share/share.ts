import { signal } from '@preact/signals-core';
import type { Signal } from '@preact/signals-core';
import { mergeFacts } from '../../facts/evidence.ts';
import type { Cid, MessageId } from '../../facts/ids.ts';
import { pairKey } from '../../facts/ids.ts';
import type { LinkView, SignInView } from '../../facts/view.ts';
import type { Answer, Credentials } from '../../ports/backend.ts';
import type { TimerHandle } from '../../ports/clock.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import type { TabGroup, TabPage } from '../../ports/tabs.ts';
import type { Conversation } from '../conversation.ts';
import type { Engine, Messenger, MessengerOptions, Tabs } from '../messenger.ts';
import { bounded } from '../writer.ts';
import { guardedBackend, guardedClock, guardedRelay, sharedStorage } from './ports.ts';
import type { Permit } from './ports.ts';
import { apply, clear, emptied, isUnwritten, Published } from './state.ts';
import type { Patch, Mirrored } from './state.ts';
import { Verbs } from './verbs.ts';
import type { Asked } from './verbs.ts';

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
  /** A follower wants to know everything. */
  | { readonly kind: 'want' }
  | { readonly kind: 'ask'; readonly asked: Asked }
  | { readonly kind: 'started'; readonly number: number }
  | { readonly kind: 'answer'; readonly number: number; readonly result: unknown }
  /** `isLast`: it is part of a snapshot, and whether the last one. `count`: how many words of change there were. */
  | { readonly kind: 'patch'; readonly patch: Patch; readonly count: number; readonly isLast?: boolean };

/** After this long a new leader does what it was asked, whatever its link says. */
const SETTLED_MS = 5_000;

/** How long a follower waits for a snapshot before it asks again. */
const ASK_AGAIN_MS = 2_000;

const LOST: Answer = { ok: false, failure: { kind: 'unanswered', cause: 'connection-lost' } };

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
    const { sessions, settings, requests, peers, messages, link: linkCell } = alone;
    const { writer } = core;
    const link = linkCell as Signal<LinkView>;
    const isVisible = signal(true);
    const storage = bounded(options.storage, options.clock);
    /** Followers that were told everything. */
    const followers = new Set<string>();
    /** Counts the times that this tab began to lead: what began in an earlier one is over. */
    let term = 0;
    /** This tab leads, and has read what is stored. */
    let isRestored = false;
    /** Who wanted to know everything before that. */
    const wanting = new Set<string>();
    /** This tab leads, has its link, and has claimed its accounts. */
    let isSettled = false;
    /** What was asked before that. */
    const waiting: (() => void)[] = [];
    let isOwnWrite = false;
    /** The mirror changes by a word of the leader, or of the person. */
    let isTold = false;
    /** It changes by a message that is being written, too. */
    const writing = new Set<string>();
    /** A snapshot is on its way. */
    let isAsking = true;
    const snapshot: Patch[] = [];
    /** Words of change: how many this tab has said as the leader, or heard as a follower. */
    let count = 0;
    let asking: TimerHandle = null;
    let unwatch: (() => void) | undefined;
    let opened: (() => void) | null = null;
    const opening = new Promise<void>((resolve) => (opened = resolve));

    core.isActing = false;
    const published = new Published(inside, options.relay ?? null, (patch) =>
      say({ kind: 'patch', patch, count: (count += 1) }),
    );
    const verbs = new Verbs(
      () => core.isActing,
      (asked) => say({ kind: 'ask', asked }),
      told,
    );
    shareVerbs();

    const put = writer.put.bind(writer);
    writer.put = (write) => {
      if (core.isActing) return put(write);
      // A mirror writes nothing but what its own person has just written.
      if (!isOwnWrite) return Promise.resolve(true);
      return storage.write([write]).then(
        () => true,
        () => false,
      );
    };
    const carry = transport.carry.bind(transport);
    transport.carry = (...parts) => (core.isActing ? carry(...parts) : new Promise(() => undefined));
    core.onTouched((account, peer) => {
      // An echo of what this tab did while it led: the mirror is made anew.
      if (!core.isActing && !isTold && !isAsking && !writing.has(pairKey(account, peer))) want();
    });
    group.isAnyVisible.subscribe((isShown) => {
      (core.isAnyVisible as Signal<boolean>).value = isShown;
    });
    let isWaiting = false;
    group.view.subscribe(({ role }) => {
      if (isWaiting !== (isWaiting = role === 'other-tab') && isWaiting) void waitAlone();
    });
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

    function want(): void {
      isAsking = true;
      say({ kind: 'want' });
      // Words may get lost where leaders change; a mirror must not stand still for it.
      options.clock.clearTimeout(asking);
      asking = options.clock.setTimeout(() => {
        if (isAsking && group.view.peek().role === 'follower') want();
      }, ASK_AGAIN_MS);
    }

    function told(run: () => void): void {
      const before = isTold;
      isTold = true;
      try {
        core.transact(run);
      } finally {
        isTold = before;
      }
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
        for (const conversation of messages.of(account)) keepWritten(conversation);
        const session = sessions.get(account)!;
        // The silent leader's socket may still be open: this very browser holds the account, and may claim it back.
        if (hasTakenOver && session.epoch === null) sessions.put({ ...session, epoch: 0 });
      }
      // What the writer of an earlier term could not write.
      void writer.again();
      inside.start();
      touchAll();
      core.alarm('settled', core.now() + SETTLED_MS, () => settled(true));
      begin();
      for (const tab of wanting) tellAll(tab);
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
      for (const run of waiting.splice(0)) run();
      verbs.handOver();
    }

    /** There is something to show. */
    function begin(): void {
      if (!opened) return;
      const remembered = memory?.read() as Cid | null | undefined;
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
      followers.clear();
      waiting.length = 0;
      wanting.clear();
      isRestored = false;
      published.isOn = false;
      isAsking = true;
    }

    function heard(from: string, word: unknown): void {
      const said = word as Word;
      switch (said.kind) {
        case 'want':
          // What is not read yet is no absence: a tab would show that there is no account.
          if (isRestored) tellAll(from);
          else wanting.add(from);
          return;
        case 'ask': {
          const run = (): void => work(from, said.asked);
          if (isSettled || said.asked.verb.startsWith('messages.')) run();
          else waiting.push(run);
          return;
        }
        case 'started':
          return verbs.started(said.number);
        case 'answer':
          return verbs.answered(said.number, said.result);
        case 'patch':
          return mirror(said);
      }
    }

    function tellAll(tab: string): void {
      published.flush();
      followers.add(tab);
      const patches = [...published.everything()];
      patches.forEach((patch, n) =>
        say({ kind: 'patch', patch, count, isLast: n === patches.length - 1 }, tab),
      );
    }

    /** A snapshot is shown when it is complete; what was said before it was asked for is in it. */
    function mirror({ patch, isLast, count: said }: Word & { kind: 'patch' }): void {
      if (isLast === undefined) {
        if (isAsking) return;
        // One that never came would be missing for ever.
        if (said !== count + 1) return want();
        count = said;
        return told(() => apply(inside, mirrored, patch, verbs));
      }
      if (patch.isFirst) snapshot.length = 0;
      snapshot.push(patch);
      if (!isLast) return;
      isAsking = false;
      count = said;
      told(() => {
        const parts = snapshot.splice(0);
        const known = new Set(
          parts.flatMap(({ pairs: named }) =>
            named.flatMap(({ pair, conversation }) => (conversation ? pairKey(pair.account, pair.peer) : [])),
          ),
        );
        const named = parts.flatMap((part) => part.sessions.map(({ stored }) => stored.account));
        const accounts = [...new Set([...named, ...published.accounts])];
        // Conversations that the leader does not have.
        const strays = accounts
          .flatMap((account) => [...messages.of(account)])
          .filter(
            ({ account, peer, rows, queue }) =>
              rows.length + queue.length > 0 && !known.has(pairKey(account, peer)),
          )
          .map((stray) => ({
            pair: pairs.get(stray.account, stray.peer),
            trust: null,
            conversation: emptied(stray),
          }));
        clear(inside, accounts);
        for (const part of [...parts, { sessions: [], people: [], wiped: [], pairs: strays }])
          apply(inside, mirrored, part, verbs, (message) => void verbs.ask('messages.adopt', [message]));
      });
      begin();
    }

    /** Does what a follower asks, once: it is told before it begins, and what it changes is told after. */
    function work(from: string, asked: Asked): void {
      const { number, verb, parts } = asked;
      say({ kind: 'started', number }, from);
      const result = new Promise((resolve) => resolve(verbs.run(asked)));
      const tell = (): void => {
        const [account, peer, id] = parts as [Cid, Cid?, MessageId?];
        if (typeof account === 'string') {
          if (typeof peer === 'string') core.touch(account, peer);
          else published.session(account);
          if (typeof peer === 'string' && typeof id === 'string') published.message(account, peer, id);
        }
        published.flush();
      };
      tell();
      const answer = (value: unknown): void => {
        tell();
        say({ kind: 'answer', number, result: ANSWERED.has(verb) ? plain(value) : undefined }, from);
      };
      void result.then(answer, (error: unknown) => {
        // Who asked must not wait for ever; the error itself belongs on the console.
        answer(undefined);
        throw error;
      });
    }

    function shareVerbs(): void {
      const isGuess = true;
      for (const name of ['ask', 'accept', 'decline', 'withdraw', 'confirm'])
        verbs.share(requests, 'requests', name, { isGuess });
      for (const name of ['retry', 'cancel', 'delete', 'read'])
        verbs.share(messages, 'messages', name, { isGuess });
      verbs.share(messages, 'messages', 'loadOlder');
      verbs.share(peers, 'peers', 'read');
      verbs.share(settings, 'settings', 'change', { isGuess });
      for (const name of ['exit', 'useHere']) verbs.share(sessions, 'sessions', name, { isGuess });
      verbs.share(sessions, 'sessions', 'signOut', { lost: () => LOST });
      verbs.share(sessions, 'sessions', 'enter', {
        lost: ([{ username }]: readonly unknown[] & readonly [Credentials]): SignInView => ({
          state: 'failed',
          username,
          code: 'connection-lost',
          reason: 'The service did not answer.',
        }),
      } as object);
      verbs.add('messages.adopt', (message) => adopt(message as StoredMessage), { isRepeatable: true });

      const send = messages.send.bind(messages);
      messages.send = async (account, peer, text, answers) => {
        if (core.isActing) return send(account, peer, text, answers);
        // It is durable before anybody is asked to send it: no tab that dies takes it along.
        const key = pairKey(account, peer);
        writing.add(key);
        isOwnWrite = true;
        const sending = send(account, peer, text, answers);
        isOwnWrite = false;
        const id = await sending;
        const message = messages.get(account, peer).get(id);
        if (message) void verbs.ask('messages.adopt', [message]);
        writing.delete(key);
        return id;
      };
    }

    /** A message that was written in another tab, or stored by one that has died. */
    async function adopt(message: StoredMessage): Promise<void> {
      const { account, peer, id } = message;
      // Of a wiped account nothing comes back.
      if (!sessions.isHeld(account) && published.wiped.has(account)) return;
      const conversation = messages.get(account, peer);
      const known = (await messages.look(conversation, id)) ?? message;
      const newest = conversation.get(id) ?? known;
      const facts = mergeFacts(newest.facts, message.facts);
      if (!conversation.get(id) || facts.length > newest.facts.length)
        messages.update(conversation, { ...newest, facts });
      keepWritten(conversation);
      // Who has it learns what became of it meanwhile.
      published.message(account, peer, id);
      core.touch(account, peer);
    }

    /** What no tab could write yet is written by this one. */
    function keepWritten(conversation: Conversation): void {
      for (const id of [...conversation.queue]) {
        const message = conversation.get(id)!;
        if (isUnwritten(message)) void messages.keep(conversation, id);
      }
    }

    /** A tab that died may have stored messages of which it could tell nobody. */
    async function left(tab: string): Promise<void> {
      followers.delete(tab);
      published.isOn = followers.size > 0;
      for (const account of sessions.accounts.peek())
        for (const message of await storage.open(account).catch(() => []))
          if (!messages.find(account, message.peer)?.get(message.id)) await adopt(message);
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
          left: (tab) => void left(tab),
        });
        return opening;
      },
      close() {
        unwatch?.();
        rest();
        group.leave();
      },
      leave() {
        // Every tab is on every account of its browser: the last one that goes hangs up.
        if (core.isActing && group.view.peek().tabs < 2) alone.leave();
        shared.close();
      },
      setVisible(isShown) {
        if (isVisible.peek() === isShown) return;
        isVisible.value = isShown;
        if (isShown) shared.wake();
      },
    };

    function follow(): void {
      rest();
      want();
      verbs.handOver();
    }

    for (const name of ['wake', 'reconnect', 'typing', 'acceptKey', 'signOut', 'wipe'] as const)
      verbs.share(shared, 'messenger', name);
    return shared;
  }
}

/** Verbs whose answer means something to who asked. */
const ANSWERED = new Set(['sessions.enter', 'sessions.signOut']);

/** An answer without what the backend's own result holds. */
function plain(value: unknown): unknown {
  return (value as Answer | undefined)?.ok ? { ok: true, result: undefined } : value;
}
