import type { AccountId } from '../facts/ids.ts';
import type { RequestBodies } from './wire.ts';
import type { LocalAccount, RequestContext, ServerAccount, ServiceState } from './model.ts';
import { beginSession } from './sessions.ts';
import { cidOf } from './sha3.ts';

const NOBODY = '0' as AccountId;
/** How long the server keeps a name busy whose account went while a channel was up, in milliseconds. */
const LINGERING = 5000;
/** How long the service takes to clear a session whose connection to the server is dead, in milliseconds. */
const CLEARING = 200;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Allows one Register or Connect at a time per server; refuses the others. */
function claimLine(state: ServiceState, address: string, refuse: (message: string) => void): boolean {
  if (state.busy.has(address)) {
    refuse(`Localhost is already trying to connect to ${address}`);
    return false;
  }
  state.busy.add(address);
  return true;
}

export function handleRegister(
  state: ServiceState,
  context: RequestContext,
  body: RequestBodies['Register'],
): void {
  const { world } = state;
  const address = body.server_addr;
  const refuse = (message: string): void => context.answer('RegisterFailure', { cid: NOBODY, message });
  if (!claimLine(state, address, refuse)) return;
  state.later(world.latencies.register, () => {
    const problem = registrationProblem(state, body);
    if (problem !== undefined) {
      state.busy.delete(address);
      refuse(problem);
      return;
    }
    const reserved = world.reserved.get(body.username);
    const account: ServerAccount = {
      cid: reserved?.cid ?? cidOf(body.username),
      username: body.username,
      fullName: body.full_name,
      password: body.proposed_password,
      relations: new Set(),
      errors: reserved?.errors ?? {},
      isDropped: false,
    };
    world.server.accounts.set(account.cid, account);
    const local = state.adopt(account);
    if (!body.connect_after_register) {
      state.busy.delete(address);
      context.answer('RegisterSuccess', { cid: account.cid });
      return;
    }
    const wait = world.server.lingering.delete(body.username) ? LINGERING : 0;
    state.later(wait, () => {
      state.busy.delete(address);
      beginSession(state, local.cid, context.connection);
      context.answer('ConnectSuccess', { cid: local.cid });
    });
  });
}

function registrationProblem(state: ServiceState, body: RequestBodies['Register']): string | undefined {
  if (body.server_addr !== state.world.serverAddress)
    return 'Socket error: Connection refused (os error 111)';
  const length = [...body.username].length;
  if (length < 3 || length > 37) return 'Username must be between 3 and 37 characters';
  if (state.world.server.byName(body.username)) return `Username ${body.username} already exists!`;
  return undefined;
}

export function handleConnect(
  state: ServiceState,
  context: RequestContext,
  body: RequestBodies['Connect'],
): void {
  const { world } = state;
  const { username } = body;
  const refuse = (message: string): void => context.answer('ConnectFailure', { cid: NOBODY, message });
  const local = [...state.accounts.values()].find((account) => account.username === username);
  if (!local) {
    refuse('Client does not exist');
    return;
  }
  if (state.signingIn.has(username)) {
    refuse(`Connection already in progress for user ${username}`);
    return;
  }
  const held = state.held.get(local.cid);
  if (held?.session.isAlive === true) {
    // The session moves to whoever asks: the password is not checked, and the previous owner is not notified.
    held.owner = context.connection;
    context.answer('SessionAlreadyActive', {
      cid: local.cid,
      username,
      message: 'Session already active. Use the navbar to switch sessions or proceed to workspace.',
    });
    return;
  }
  state.signingIn.add(username);
  state.held.delete(local.cid);
  state.later(held ? CLEARING : 0, () => {
    if (!claimLine(state, local.serverAddress, refuse)) {
      state.signingIn.delete(username);
      return;
    }
    state.later(world.latencies.connect, () => {
      state.busy.delete(local.serverAddress);
      state.signingIn.delete(username);
      signIn(state, context, local, body.password, refuse);
    });
  });
}

function signIn(
  state: ServiceState,
  context: RequestContext,
  local: LocalAccount,
  password: Uint8Array,
  refuse: (message: string) => void,
): void {
  const account = state.world.server.accounts.get(local.cid);
  if (!account) refuse('Client does not exist');
  else if (account.isDropped) refuse('Session dropped');
  else if (!sameBytes(account.password, password)) refuse('Invalid password');
  else {
    beginSession(state, local.cid, context.connection);
    context.answer('ConnectSuccess', { cid: local.cid });
  }
}
