import type { AccountId } from '../facts/ids.ts';
import type { ManagementCommand } from './wire.ts';
import type { RequestContext, ServiceState } from './model.ts';

/** The owner of a released session: no connection. */
const NIL = '00000000-0000-0000-0000-000000000000';

export function handleManagement(
  state: ServiceState,
  context: RequestContext,
  command: ManagementCommand,
): void {
  const succeed = (cid: AccountId, message: string): void =>
    context.answer('ConnectionManagementSuccess', { cid, message });
  const fail = (cid: AccountId, error: string): void =>
    context.answer('ConnectionManagementFailure', { cid, error });

  if ('SetConnectionOrphan' in command) {
    // Stored by the service and ignored: sessions always survive their socket.
    const mode = command.SetConnectionOrphan.allow_orphan_sessions ? 'enabled' : 'disabled';
    succeed('0' as AccountId, `Orphan mode ${mode} for connection`);
    return;
  }
  if ('DisconnectOrphan' in command) {
    const cid = command.DisconnectOrphan.session_cid;
    if (cid === null) succeed('0' as AccountId, `Disconnected ${dropOrphans(state)} orphan sessions`);
    // Only the entry is removed, orphaned or not; the server is not told.
    else if (state.held.delete(cid)) succeed(cid, `Disconnected orphan session ${cid}`);
    else fail(cid, `Session ${cid} not found`);
    return;
  }
  if ('ReleaseSession' in command) {
    const cid = command.ReleaseSession.session_cid;
    const held = state.held.get(cid);
    if (!held) {
      fail(cid, `Session ${cid} not found`);
      return;
    }
    held.owner = NIL;
    succeed(cid, `Session ${cid} released and marked as orphaned`);
    return;
  }
  const { session_cid: cid, only_if_orphaned: onlyIfOrphaned } = command.ClaimSession;
  const held = state.held.get(cid);
  if (!held) fail(cid, `Session ${cid} not found`);
  else if (onlyIfOrphaned && state.connections.has(held.owner)) fail(cid, `Session ${cid} is not orphaned`);
  else if (!held.session.isAlive) {
    state.held.delete(cid);
    fail(cid, `Session ${cid} is not claimable: SDK session is disconnected`);
  } else {
    const moved = takeOver(state, held.owner, context.connection);
    succeed(cid, `Successfully claimed session ${cid} (updated ${moved} related sessions)`);
  }
}

/** A claim moves every session of the same earlier owner, not only the one that was named. */
function takeOver(state: ServiceState, from: string, to: string): number {
  let moved = 0;
  for (const held of state.held.values()) {
    if (held.owner !== from) continue;
    held.owner = to;
    moved++;
  }
  return moved;
}

function dropOrphans(state: ServiceState): number {
  let dropped = 0;
  for (const [cid, held] of state.held) {
    if (state.connections.has(held.owner)) continue;
    state.held.delete(cid);
    dropped++;
  }
  return dropped;
}
