import type { AccountId, MessageId, MessageSource } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { constant, derived } from '../internal/connected.ts';
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
export function threadFills(
  { messages, peers, settings, isVisible }: Messenger,
  account: AccountId,
  peer: AccountId,
): Fills<Given & Shown> {
  return {
    isPageShown: isVisible,
    rows: constant(messages.source(account, peer)),
    peerName: derived(peers.person(account, peer), ({ name }) => name),
    firstUnread: firstUnreadOf(messages, account, peer),
    tellsReads: derived(settings.cell(account), ({ readReceipts }) => readReceipts),
    unread: derived(messages.rowCell(account, peer), ({ unread }) => unread),
    isTyping: derived(messages.rowCell(account, peer), ({ isTyping }) => isTyping),
  };
}

/** The first unread message when the conversation was opened. */
function firstUnreadOf(
  messages: Messenger['messages'],
  account: AccountId,
  peer: AccountId,
): Fill<MessageId | null> {
  return {
    subscribe: (run) => {
      // Storage may not have been read yet: the value is computed once the first rows exist.
      let isOpen = false;
      return messages.source(account, peer).ids.subscribe((ids) => {
        if (isOpen) return;
        isOpen = ids.length > 0;
        run(messages.firstUnread(account, peer));
      });
    },
  };
}
