import type { AccountId, MessageId, MessageSource } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { derived } from '../internal/connected.ts';
import type { Fill, Fills } from '../internal/connected.ts';

/** Values of a thread that only its messenger sets. */
export interface Shown {
  /** Whether the messenger's page is on screen; undefined without a messenger: the document alone decides. */
  readonly isPageShown?: boolean | null | undefined;
  /** Whether others are told what was read. */
  readonly tellsReads?: boolean | null | undefined;
  /** The number of unread messages. */
  readonly unread?: number | null | undefined;
}

/** Values of a thread that a page may set, too. */
interface Given {
  readonly rows: MessageSource;
  readonly peerName: string | null;
  readonly firstUnread: MessageId | null;
  readonly isTyping: boolean;
}

/** What a thread takes from its messenger. */
export function threadFills(messenger: Messenger, account: AccountId, peer: AccountId): Fills<Given & Shown> {
  const { messages, peers, settings, isVisible } = messenger;
  return {
    isPageShown: isVisible,
    rows: opened(messenger, account, peer, () => messages.source(account, peer)),
    peerName: derived(peers.person(account, peer), ({ name }) => name),
    firstUnread: firstUnreadOf(messenger, account, peer),
    tellsReads: derived(settings.cell(account), ({ readReceipts }) => readReceipts),
    unread: derived(messages.rowCell(account, peer), ({ unread }) => unread),
    isTyping: derived(messages.rowCell(account, peer), ({ isTyping }) => isTyping),
  };
}

/** What `read` gives, once the messages with which the thread opens are in memory; undefined until then. */
function opened<Value>(
  { link, messages }: Messenger,
  account: AccountId,
  peer: AccountId,
  read: () => Value,
): Fill<Value | undefined> {
  return {
    subscribe: (run) => {
      let isAsked = false;
      let isStopped = false;
      // What another conversation has filled in must not stay behind.
      run(undefined);
      const open = (): void => {
        if (!isStopped) run(read());
      };
      const stop = link.subscribe(({ state }) => {
        // The link stays idle until everything that is stored was read.
        const isUnread = state === 'idle' && messages.source(account, peer).ids.peek().length === 0;
        if (isAsked || isUnread) return;
        isAsked = true;
        if (messages.hasOlder(account, peer)) void messages.loadNewest(account, peer).then(open);
        else open();
      });
      return () => {
        isStopped = true;
        stop();
      };
    },
  };
}

/** The first unread message when the conversation was opened. */
function firstUnreadOf(
  messenger: Messenger,
  account: AccountId,
  peer: AccountId,
): Fill<MessageId | null | undefined> {
  const { messages } = messenger;
  const whenOpened = opened(messenger, account, peer, () => messages.source(account, peer).ids);
  return {
    subscribe: (run) => {
      let stopIds: (() => void) | undefined;
      const stop = whenOpened.subscribe((ids) => {
        if (!ids) return run(undefined);
        // The first message may be still to come.
        let isOpen = false;
        stopIds = ids.subscribe((loaded) => {
          if (isOpen) return;
          isOpen = loaded.length > 0;
          run(messages.firstUnread(account, peer));
        });
      });
      return () => {
        stop();
        stopIds?.();
      };
    },
  };
}
