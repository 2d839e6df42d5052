import type { AccountId } from '../../facts/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { Messenger } from '../../stores/index.ts';

/** Opens a messenger on a backend that needs no service, and creates an account in it. */
export async function signUp(messenger: Messenger, clock: FakeClock, username: string): Promise<AccountId> {
  void messenger.open();
  await clock.advance(50);
  const credentials = { server: '', username, password: 'secret' };
  const entering = messenger.sessions.createAccount({ ...credentials, fullName: username });
  await clock.advance(50);
  const view = await entering;
  if (view.state !== 'done') throw new Error(view.state);
  return view.account;
}
