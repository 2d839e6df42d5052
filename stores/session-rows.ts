import type { Cell, SessionRow } from '../facts/view.ts';
import { computed } from './cells.ts';
import type { Conversations } from './conversations.ts';
import type { Requests } from './requests.ts';
import type { Sessions } from './sessions.ts';

/** The accounts of this browser, with what waits in each. */
export function sessionRows(
  sessions: Sessions,
  conversations: Conversations,
  requests: Requests,
): Cell<readonly SessionRow[]> {
  return computed(() =>
    sessions.accounts.value.flatMap((account): SessionRow[] => {
      const session = sessions.cell(account).value;
      if (!session) return [];
      const { username, fullName, server } = session.stored;
      const unread = conversations.unread(account).value;
      const pending = requests.pendingCount(account).value;
      return [
        { account, username, fullName, server, state: session.state, note: session.note, unread, pending },
      ];
    }),
  );
}
