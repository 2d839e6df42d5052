import type { RequestFrame } from './wire.ts';
import type { RequestContext, ServiceState } from './model.ts';

type StoreFrame = Extract<RequestFrame, { variant: `LocalDB${string}` }>;

/** The service's key-value store: one for each account, and one for each of its peers. */
export function handleStore(state: ServiceState, context: RequestContext, frame: StoreFrame): void {
  const { cid, peer_cid } = frame.body;
  const where = `${cid}/${peer_cid ?? ''}`;
  const entries = state.store.get(where) ?? new Map<string, Uint8Array>();
  state.store.set(where, entries);
  switch (frame.variant) {
    case 'LocalDBGetKV': {
      const { key } = frame.body;
      const value = entries.get(key);
      if (value) context.answer('LocalDBGetKVSuccess', { cid, peer_cid, key, value });
      else context.answer('LocalDBGetKVFailure', { cid, peer_cid, message: 'Key not found' });
      return;
    }
    case 'LocalDBSetKV':
      entries.set(frame.body.key, frame.body.value);
      context.answer('LocalDBSetKVSuccess', { cid, peer_cid, key: frame.body.key });
      return;
    case 'LocalDBDeleteKV':
      entries.delete(frame.body.key);
      context.answer('LocalDBDeleteKVSuccess', { cid, peer_cid, key: frame.body.key });
      return;
    case 'LocalDBGetAllKV':
      context.answer('LocalDBGetAllKVSuccess', { cid, peer_cid, map: Object.fromEntries(entries) });
      return;
    case 'LocalDBClearAllKV':
      entries.clear();
      context.answer('LocalDBClearAllKVSuccess', { cid, peer_cid });
  }
}
