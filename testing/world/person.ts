import type { AccountId, Path, ThreadMessage } from '../../facts/index.ts';
import type { Person, WaitOptions, WorldBrowser, WorldPage } from './interfaces.ts';
import { untilSettled, type Wait } from './wait.ts';

/** The identity of a person. */
export interface PersonInput {
  readonly account: AccountId;
  readonly username: string;
  readonly browser: WorldBrowser;
  readonly page: WorldPage;
  readonly wait: Wait;
  readonly seed: number;
}

/** A person who is signed in at a page. */
export function createPerson({ account, username, browser, page, wait, seed }: PersonInput): Person {
  const untilStatus = (
    peer: Person,
    is: readonly ThreadMessage['status'][],
    sentence: string,
    options?: WaitOptions,
  ): Promise<void> => {
    const others = (): ThreadMessage[] =>
      person.messages(peer).filter(({ own, status }) => own && !is.includes(status));
    return wait(
      {
        until: `every message of ${username} to ${peer.username} is ${sentence}`,
        isTrue: () => others().length === 0,
        found: () =>
          others()
            .map(({ text, status }) => `"${text}" is ${status}`)
            .join(', '),
      },
      options,
    );
  };

  const person: Person = {
    account,
    username,
    browser,
    page,
    get messenger() {
      if (!page.isOpen)
        throw new Error(`The page of ${username} is not open: reload() opens it. Seed ${seed}.`);
      return page.messenger;
    },
    at: (other) => createPerson({ account, username, browser, page: other, wait, seed }),
    ask: (peer) => person.messenger.requests.ask(account, peer.account),
    accept: (peer) => person.messenger.requests.accept(account, peer.account),
    async connect(peer, options) {
      person.ask(peer);
      await peer.untilAsked(person, options);
      peer.accept(person);
      await person.untilChannel(peer, options);
    },
    write: (peer, text, options) =>
      untilSettled(
        wait,
        person.messenger.messages.send(account, peer.account, text),
        `the message "${text}" of ${username} is stored`,
        options,
      ),
    read(peer) {
      if (!page.isVisible)
        throw new Error(`${username} can read nothing: the page is not on screen. Seed ${seed}.`);
      const theirs = person.messages(peer).filter(({ own }) => !own);
      for (const { id } of theirs) person.messenger.messages.read(account, peer.account, id);
      return theirs.map(({ text }) => text);
    },
    messages(peer) {
      const source = person.messenger.messages.source(account, peer.account);
      return source.ids.peek().map((id) => source.get(id)!);
    },
    hide: () => page.hide(),
    show: () => page.show(),
    crash: () => page.crash(),
    close: () => page.close(),
    reload: () => page.reload(),
    untilAsked: (by, options) =>
      wait(
        {
          until: `${username} is asked by ${by.username}`,
          isTrue: () => relationOf(person, by) === 'pending',
          found: () => `the relation is "${relationOf(person, by)}"`,
        },
        options,
      ),
    untilChannel: (peer, options) =>
      wait(
        {
          until: `${username} and ${peer.username} have a channel`,
          isTrue: () => isUp(pathOf(person, peer)) && isUp(pathOf(peer, person)),
          found: () =>
            `the path of ${username} is ${sayPath(pathOf(person, peer))}, ` +
            `and that of ${peer.username} is ${sayPath(pathOf(peer, person))}`,
        },
        options,
      ),
    untilSynced: (peer, options) =>
      wait(
        {
          until: `${username} and ${peer.username} show the same messages`,
          isTrue: () => onlyAt(person, peer).length + onlyAt(peer, person).length === 0,
          found: () =>
            [[person, peer] as const, [peer, person] as const]
              .map(([one, other]) => [one.username, onlyAt(one, other)] as const)
              .filter(([, texts]) => texts.length > 0)
              .map(([name, texts]) => `only ${name} has ${texts.join(', ')}`)
              .join(', and '),
        },
        options,
      ),
    untilDelivered: (peer, options) => untilStatus(peer, ['delivered', 'read'], 'delivered', options),
    untilRead: (peer, options) => untilStatus(peer, ['read'], 'read', options),
  };
  return person;
}

const relationOf = (person: Person, peer: Person): string =>
  person.messenger.peers.row(person.account, peer.account).relation;

const pathOf = (person: Person, peer: Person): Path => person.messenger.path(person.account, peer.account);

const isUp = ({ kind }: Path): boolean => !['none', 'connecting', 'failed'].includes(kind);

const sayPath = (path: Path): string =>
  path.kind === 'failed' && path.reason !== null ? `"failed" (${path.reason})` : `"${path.kind}"`;

/** The texts of the conversation that one shows and the other does not. */
function onlyAt(one: Person, other: Person): string[] {
  const there = new Set(other.messages(one).map(({ id }) => id));
  return one
    .messages(other)
    .filter(({ id }) => !there.has(id))
    .map(({ text }) => `"${text}"`);
}
