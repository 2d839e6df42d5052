import { DONE, refused } from '../../client/answers.ts';
import type { AccountId, RequestId } from '../../facts/index.ts';
import type { Answer, BackendEvent, Credentials } from '../../ports/index.ts';
import type { Call, Connect, Said } from './room.ts';

/** What the server remembers of somebody. */
interface Member {
  readonly id: AccountId;
  readonly username: string;
  readonly password: string;
  readonly contacts: Set<AccountId>;
  readonly channels: Set<AccountId>;
  /** Whom they have asked. */
  readonly asks: Map<AccountId, { readonly requestId: RequestId; readonly answer: (answer: Answer) => void }>;
  /** The page that they are signed in on; one that has closed its wire is still theirs, until they sign out. */
  page: Page | null;
}

interface Page {
  isOpen: boolean;
  say(said: Said): void;
}

/** The server of a room. It lives in this page, and answers a moment later, as one elsewhere would. */
export function createRoom(): { connect: Connect } {
  const members = new Map<AccountId, Member>();

  function named(username: string): Member | undefined {
    return [...members.values()].find((member) => member.username === username);
  }

  function tell({ page }: Member, event: BackendEvent): void {
    if (page?.isOpen) page.say({ event });
  }

  function end(me: Member, peer: AccountId): void {
    if (me.channels.delete(peer)) tell(me, { type: 'ended', account: me.id, peer });
  }

  function hangUp(me: Member, peer: AccountId): void {
    end(me, peer);
    const them = members.get(peer);
    if (them) end(them, me.id);
  }

  function prove(me: Member, { id: peer, username }: Member): void {
    const { requestId, answer } = me.asks.get(peer)!;
    me.asks.delete(peer);
    me.contacts.add(peer);
    tell(me, { type: 'request-accepted', account: me.id, peer, username, requestId });
    answer(DONE);
  }

  function join(me: Member, page: Page): Answer {
    const wasActive = me.page !== null;
    me.page = page;
    return { ok: true, result: { account: me.id, wasActive } };
  }

  function list(isListed: (other: Member) => boolean): Answer {
    const listed = [...members.values()].filter(isListed);
    return {
      ok: true,
      result: listed.map(({ id: peer, username, page }) => {
        return { peer, name: null, username, online: page?.isOpen === true };
      }),
    };
  }

  /** Commands that anybody may give. */
  const open: Record<string, (page: Page, ...args: never[]) => Answer> = {
    createAccount(page, { username, password }: Credentials) {
      if (named(username)) return refused('name-taken');
      const id = `${username}@room-${members.size}` as AccountId;
      const me: Member = {
        id,
        username,
        password,
        contacts: new Set(),
        channels: new Set(),
        asks: new Map(),
        page: null,
      };
      members.set(id, me);
      return join(me, page);
    },
    signIn(page, { username, password }: Credentials) {
      const me = named(username);
      if (!me) return refused('no-such-account');
      return me.password === password ? join(me, page) : refused('bad-password');
    },
    sessions() {
      const held = [...members.values()].filter(({ page }) => page);
      return { ok: true, result: held.map(({ id, username }) => ({ account: id, username, server: '' })) };
    },
    claim(page, account: AccountId, isForced: boolean) {
      const me = members.get(account);
      if (!me?.page) return refused('session-not-found');
      if (me.page !== page && me.page.isOpen && !isForced) return refused('not-orphaned');
      me.page = page;
      return { ok: true, result: 1 };
    },
  };

  /** Commands in the name of an account that is signed in on the page. */
  const own: Record<string, (me: Member, ...args: never[]) => Answer | Promise<Answer>> = {
    signOut(me) {
      for (const peer of me.channels) hangUp(me, peer);
      tell(me, { type: 'ended', account: me.id, peer: null });
      me.page = null;
      return DONE;
    },
    people: (me) => list((other) => other !== me),
    contacts: (me) => list(({ contacts }) => contacts.has(me.id)),
    ask(me, peer: AccountId, requestId: RequestId) {
      const them = members.get(peer);
      if (!them || them === me) return refused('not-registered');
      const answered = new Promise<Answer>((answer) => me.asks.set(peer, { requestId, answer }));
      if (them.asks.has(me.id)) {
        prove(me, them);
        prove(them, me);
      } else tell(them, { type: 'request-received', account: peer, peer: me.id, username: me.username });
      return answered;
    },
    decline(me, peer: AccountId) {
      const asks = members.get(peer)?.asks;
      asks?.get(me.id)?.answer(refused('declined'));
      asks?.delete(me.id);
      return DONE;
    },
    dial(me, peer: AccountId) {
      const them = members.get(peer);
      if (!them || !me.contacts.has(peer)) return refused('target-pair-not-found');
      if (!them.page?.isOpen) return refused('timed-out');
      for (const [one, other] of [[me, peer] as const, [them, me.id] as const]) {
        one.channels.add(other);
        const way = { path: 'server_relay', by: 'the room', isUpgrading: false } as const;
        tell(one, { type: 'channel', account: one.id, peer: other, ...way });
      }
      return DONE;
    },
    hangUp(me, peer: AccountId) {
      hangUp(me, peer);
      return DONE;
    },
    send(me, peer: AccountId, body: Uint8Array) {
      if (!me.channels.has(peer)) return refused('no-channel');
      tell(members.get(peer)!, { type: 'body', account: peer, peer: me.id, body });
      return DONE;
    },
  };

  async function perform(page: Page, { command, args }: Call): Promise<Answer> {
    if (Object.hasOwn(open, command)) return open[command]!(page, ...(args as never[]));
    const me = members.get(args[0] as AccountId);
    return me?.page === page ? own[command]!(me, ...(args.slice(1) as never[])) : refused('no-session');
  }

  return {
    connect(onText, onClose) {
      const page: Page = {
        isOpen: true,
        say(said) {
          const text = JSON.stringify(said);
          queueMicrotask(() => {
            if (page.isOpen) onText(text);
          });
        },
      };
      return {
        send(text) {
          const call = JSON.parse(text) as Call;
          queueMicrotask(() => void perform(page, call).then((answer) => page.say({ id: call.id, answer })));
        },
        close() {
          if (!page.isOpen) return;
          page.isOpen = false;
          // What was handed over before has arrived by then.
          queueMicrotask(() => {
            for (const me of members.values())
              if (me.page === page) for (const peer of me.channels) hangUp(me, peer);
            onClose();
          });
        },
      };
    },
  };
}
