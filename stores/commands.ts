import type { AccountId, MessageId } from '../facts/ids.ts';
import type { AccountSettings, SignInView } from '../facts/view.ts';
import type { Answer, Credentials } from '../ports/backend.ts';
import type { StoredMessage } from '../ports/storage.ts';
import type { Engine } from './engine.ts';
import type { ConversationMarks } from './reading.ts';
import { noteMarks } from './read-marker.ts';

/** What a command is about: the records whose newest state whoever asked is told of. */
interface Subjects {
  readonly nothing: object;
  readonly account: { readonly account: AccountId };
  readonly pair: { readonly account: AccountId; readonly peer: AccountId };
  readonly message: { readonly account: AccountId; readonly peer: AccountId; readonly id: MessageId };
}

/** One thing that a person, or an element for them, can ask for. */
export interface Command<Detail, Result> {
  /** What it is about. */
  readonly about: keyof Subjects;
  /**
   * What must be there before a tab that has just begun to lead does what another one has asked: otherwise it would
   * fail for want of it. `nothing`: it is done at once. `storage`: what is stored was read. `link`: the link is up and
   * the accounts are claimed.
   */
  readonly needs: 'nothing' | 'storage' | 'link';
  /** A tab that follows shows at once what it will change, until the tab that leads has told. */
  readonly isGuessed?: boolean;
  /** It is the same to do it twice: it is asked again of every new leader until it is answered. */
  readonly isRepeatable?: boolean;
  /** Whether its result is told to the tab that has asked. */
  readonly isAnswered?: boolean;
  /** It is carried out in the tab in which it was asked. */
  readonly isLocal?: boolean;
  /** It only reads what is stored: a tab that has nobody to ask does it itself. */
  readonly isRead?: boolean;
  /** Carries it out, in the tab that leads. */
  run(engine: Engine, detail: Detail): Result;
  /** The result where nobody will ever tell: the tab that leads died while it carried it out. */
  lost?(detail: Detail): NoInfer<Awaited<Result>>;
}

/** Makes a row of the table: its detail has to name what the command is about. */
const about =
  <About extends keyof Subjects>(subject: About, needs: Command<never, unknown>['needs'] = 'link') =>
  <Detail extends Subjects[About], Result>(
    run: (engine: Engine, detail: Detail) => Result,
    traits: Pick<
      Command<Detail, Result>,
      'isGuessed' | 'isRepeatable' | 'isAnswered' | 'isLocal' | 'isRead' | 'lost'
    > = {},
  ): Command<Detail, Result> => ({ about: subject, needs, run, ...traits });

type Account = Subjects['account'];
type Pair = Subjects['pair'];
type Message = Subjects['message'];

const guessed = { isGuessed: true };
const read = { isRead: true, isRepeatable: true };
const LOST: Answer = { ok: false, failure: { kind: 'unanswered', cause: 'connection-lost' } };

/** The one table of what can be asked for. A tab that leads carries a row out; another one asks it to. */
export const COMMANDS = {
  ask: about('pair')(({ requests }, { account, peer }: Pair) => requests.ask(account, peer), guessed),
  accept: about('pair')(({ requests }, { account, peer }: Pair) => requests.accept(account, peer), guessed),
  decline: about('pair')(({ requests }, { account, peer }: Pair) => requests.decline(account, peer), guessed),
  withdraw: about('pair')(
    ({ requests }, { account, peer }: Pair) => requests.withdraw(account, peer),
    guessed,
  ),
  confirm: about('pair')(({ requests }, { account, peer }: Pair) => requests.confirm(account, peer), guessed),

  /** A message is durable before anybody else is asked to send it. */
  send: about('pair', 'storage')(
    (
      { ownMessages },
      { account, peer, text, replyTo }: Pair & { readonly text: string; readonly replyTo: MessageId | null },
    ) => ownMessages.send(account, peer, text, replyTo),
    { isLocal: true },
  ),
  retry: about('message', 'storage')(
    ({ ownMessages }, { account, peer, id }: Message) => ownMessages.retry(account, peer, id),
    guessed,
  ),
  cancel: about('message', 'storage')(
    ({ ownMessages }, { account, peer, id }: Message) => ownMessages.cancel(account, peer, id),
    guessed,
  ),
  delete: about('message', 'storage')(
    ({ ownMessages }, { account, peer, id }: Message) => ownMessages.delete(account, peer, id),
    guessed,
  ),
  /** A message that was written in another tab, or stored by one that has died. */
  adopt: about('message', 'storage')(
    ({ messages }, { message }: Message & { readonly message: StoredMessage }) => messages.adopt(message),
    { isRepeatable: true },
  ),
  /** What was on the screen of a tab is joined: told twice, it is the same. */
  join: about('pair', 'storage')(
    (engine, { account, peer, marks }: Pair & { readonly marks: ConversationMarks }) =>
      noteMarks(engine, account, peer, marks),
    { isRepeatable: true },
  ),
  loadNewest: about('pair', 'storage')(
    ({ history }, { account, peer }: Pair) => history.loadNewest(account, peer),
    read,
  ),
  loadOlder: about('pair', 'storage')(
    ({ history }, { account, peer }: Pair) => history.loadOlder(account, peer),
    read,
  ),
  typing: about('pair')((engine, { account, peer }: Pair) => engine.typing(account, peer)),

  readLists: about('account')(({ peers }, { account }: Account) => peers.read(account)),
  hangUp: about('pair')(({ routes }, { account, peer }: Pair) => routes.hangUp(account, peer)),
  acceptKey: about('pair')(
    async ({ core }, { account, peer, compared }: Pair & { readonly compared?: string }) =>
      core.relay?.keys?.accept(account, peer, compared),
  ),

  changeSettings: about('account', 'storage')(
    ({ settings }, { account, change }: Account & { readonly change: Partial<AccountSettings> }) =>
      settings.change(account, change),
    guessed,
  ),
  pause: about('account', 'storage')(
    ({ settings }, { account, peer }: Pair) => settings.pause(account, peer),
    guessed,
  ),
  resume: about('account', 'storage')(
    ({ settings }, { account, peer }: Pair) => settings.resume(account, peer),
    guessed,
  ),

  enter: about('nothing')(
    (
      { signIn },
      { credentials, fullName }: { readonly credentials: Credentials; readonly fullName: string | null },
    ) => signIn.enter(credentials, fullName),
    {
      isAnswered: true,
      lost: ({ credentials: { username } }): SignInView => ({
        state: 'failed',
        username,
        code: 'connection-lost',
        reason: null,
      }),
    },
  ),
  signOut: about('account')(
    ({ removal }, { account, isWiped }: Account & { readonly isWiped: boolean }) =>
      removal.signOut(account, isWiped),
    { isAnswered: true, lost: () => LOST },
  ),
  exit: about('account')(({ removal }, { account }: Account) => removal.exit(account), guessed),
  useHere: about('account')(({ claims }, { account }: Account) => claims.useHere(account), guessed),
  wipe: about('account')(({ removal }, { account }: Account) => removal.wipe(account)),

  wake: about('nothing')((engine) => engine.wake()),
  reconnect: about('nothing')(({ core }) => core.backend.reconnect()),
  goUnsaved: about('nothing', 'nothing')(({ restore }) => restore.goUnsaved()),
};

/** The commands, by name. */
export type CommandName = keyof typeof COMMANDS;
/** What a command takes. */
export type DetailOf<Name extends CommandName> = Parameters<(typeof COMMANDS)[Name]['run']>[1];
/** What a command results in. */
export type ResultOf<Name extends CommandName> = ReturnType<(typeof COMMANDS)[Name]['run']>;

/** Carries a command out, in whichever tab does that. */
export type Dispatch = <Name extends CommandName>(
  name: Name,
  detail: DetailOf<Name>,
) => ResultOf<Name> | Promise<Awaited<ResultOf<Name>>>;

/** Carries a command out in this page. */
export function runCommand<Name extends CommandName>(
  engine: Engine,
  name: Name,
  detail: DetailOf<Name>,
): ResultOf<Name> {
  const { run } = COMMANDS[name] as unknown as Command<DetailOf<Name>, ResultOf<Name>>;
  return run(engine, detail);
}

/** Whether what arrives from another tab is the name of a command. */
export function isCommand(name: unknown): name is CommandName {
  return typeof name === 'string' && Object.hasOwn(COMMANDS, name);
}
