import type { AccountId } from '../facts/ids.ts';
import type { Answer, PersonEntry, SessionEntry } from '../ports/backend.ts';
import { isCid, NOBODY } from '../protocol/index.ts';
import type { FrameOf, PeerInformation, ResponseFrame } from '../protocol/index.ts';
import { UNREADABLE } from './correlator.ts';

/** Counts an invalid person in a frame. */
type CountNobody = (where: string) => void;

/** The result of an answer, read from its frame. */
export async function mapped<Result>(
  asked: Promise<Answer<ResponseFrame>>,
  read: (frame: ResponseFrame) => Result,
): Promise<Answer<Result>> {
  const answer = await asked;
  return answer.ok ? { ok: true, result: read(answer.result) } : answer;
}

/** The sessions that an answer lists. */
export function sessionsIn(asked: Promise<Answer<ResponseFrame>>): Promise<Answer<readonly SessionEntry[]>> {
  return whole(asked, (frame) =>
    (frame as FrameOf<'GetSessionsResponse'>).body.sessions.map(({ cid, username, server_address }) =>
      cid === null ? null : { account: cid, username, server: server_address },
    ),
  );
}

/** The people that an answer lists. */
export function peopleIn(
  asked: Promise<Answer<ResponseFrame>>,
  count: CountNobody,
): Promise<Answer<readonly PersonEntry[]>> {
  const people = mapped(asked, (frame) =>
    entries((frame as FrameOf<'ListAllPeersResponse'>).body.peer_information).filter((row) => row !== null),
  );
  return somebody(people, count);
}

/** The contacts that an answer lists. */
export function contactsIn(
  asked: Promise<Answer<ResponseFrame>>,
  count: CountNobody,
): Promise<Answer<readonly PersonEntry[]>> {
  const contacts = whole(asked, (frame) =>
    entries((frame as FrameOf<'ListRegisteredPeersResponse'>).body.peers),
  );
  return somebody(contacts, count);
}

/** The rows of a list; null for a row without a valid account. */
function entries(people: Record<string, PeerInformation>): readonly (PersonEntry | null)[] {
  return Object.entries(people).map(([key, { cid, name, username, online_status: online }]) => {
    const peer = cid ?? (isCid(key) ? key : null);
    return peer && { peer, name, username, online };
  });
}

/** A list whose omissions count, so that every row needs a valid account. */
async function whole<Row>(
  asked: Promise<Answer<ResponseFrame>>,
  read: (frame: ResponseFrame) => readonly (Row | null)[],
): Promise<Answer<readonly Row[]>> {
  const answer = await mapped(asked, read);
  if (!answer.ok) return answer;
  const rows = answer.result.filter((row) => row !== null);
  if (rows.length === answer.result.length) return { ok: true, result: rows };
  return { ok: false, failure: UNREADABLE };
}

/** The rows about people; the service's own id is nobody's. */
async function somebody(
  asked: Promise<Answer<readonly PersonEntry[]>>,
  count: CountNobody,
): Promise<Answer<readonly PersonEntry[]>> {
  const answer = await asked;
  if (!answer.ok) return answer;
  const rows = answer.result.filter(({ peer }) => peer !== NOBODY);
  for (let n = rows.length; n < answer.result.length; n += 1) count('a list');
  return { ok: true, result: rows };
}

/** The answer to a sign-in, which has to contain the account. */
export async function entered<Result extends { account: AccountId }>(
  asked: Promise<Answer<Result>>,
  count: CountNobody,
): Promise<Answer<Result>> {
  const answer = await asked;
  if (!answer.ok || answer.result.account !== NOBODY) return answer;
  count('a sign-in');
  return { ok: false, failure: UNREADABLE };
}
