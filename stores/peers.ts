import type { Signal } from '@preact/signals-core';
import type { AccountId } from '../facts/ids.ts';
import { pairKey, pairOf } from '../facts/ids.ts';
import { HEARD_MS, LISTED_MS } from '../facts/presence.ts';
import { ACCEPTING_MS } from '../facts/requests.ts';
import type { Cell, PeopleView, PersonRow, RowSource } from '../facts/view.ts';
import type { Answer, PersonEntry } from '../ports/backend.ts';
import { faceOf, KeyedCells, signal } from './cells.ts';
import type { PairAlarms } from './alarms.ts';
import type { Core } from './core.ts';
import { whyOf } from './failure.ts';
import { Heard } from './heard.ts';
import { TYPING_MS } from './conversations.ts';
import type { Pairs, PairState } from './pairs.ts';
import type { Requests } from './requests.ts';
import type { Sessions } from './sessions.ts';
import { SortedIds } from './sorted-ids.ts';

interface People {
  readonly load: Signal<PeopleView>;
  /** Everybody who is known, by name. */
  readonly known: SortedIds<AccountId, string>;
  reading: Promise<void> | null;
  readAgain: boolean;
  /** When the lists were last read because something suggested it. */
  readonly looks: number[];
}

/** The most reads of the lists that events of others may cause, in how many milliseconds. */
const LOOKS = 6;
const LOOKS_MS = 60_000;
/** The shortest time between two redraws of a peer's line of text. */
const NOTE_MS = 1_000;

/** People: lists, names and presence. Relation, presence and path stay three separate facts. */
export class Peers {
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #requests: Requests;
  readonly #sessions: Sessions;
  readonly #people = new Map<AccountId, People>();
  readonly #alarms: PairAlarms;
  readonly #heard: Heard;
  readonly #rows: KeyedCells<string, PersonRow>;

  constructor(core: Core, sessions: Sessions, pairs: Pairs, requests: Requests) {
    this.#core = core;
    this.#sessions = sessions;
    this.#pairs = pairs;
    this.#requests = requests;
    this.#alarms = core.pairAlarms();
    this.#heard = new Heard(core, pairs, (pair) => this.#changed(pair));
    this.#rows = new KeyedCells((key) => {
      const { account, peer } = pairOf(key);
      return this.row(account, peer);
    });
    core.journal.on('outdated', ({ account }) => this.readSoon(account));
    core.journal.on('pair', ({ account, peer }) => {
      const pair = this.#pairs.get(account, peer);
      this.#keep(pair);
      this.#expire(pair);
      this.#rows.changed(pairKey(account, peer));
    });
  }

  /** How the account's lists were loaded; a failed read keeps the rows and says so. */
  load(account: AccountId): Cell<PeopleView> {
    return faceOf(this.#of(account).load);
  }

  /** Takes what the tab that leads knows of how the lists were loaded. */
  mirrorLoad(account: AccountId, load: PeopleView): void {
    this.#of(account).load.value = load;
  }

  /** Everybody who is known to the account. */
  source(account: AccountId): RowSource<AccountId, PersonRow> {
    return this.#source(account, this.#of(account).known.cell);
  }

  /** Whose requests wait for an answer: theirs to us, and ours to theirs that they have not met yet. */
  asking(account: AccountId): RowSource<AccountId, PersonRow> {
    return this.#source(account, this.#requests.asking(account).cell);
  }

  #source(account: AccountId, ids: Cell<readonly AccountId[]>): RowSource<AccountId, PersonRow> {
    return Object.freeze({
      ids,
      get: (peer: AccountId) => (this.#pairs.find(account, peer) ? this.row(account, peer) : undefined),
      watch: (peer: AccountId, changed: () => void) => this.#rows.watch(pairKey(account, peer), changed),
    });
  }

  /** One person, as a cell. */
  person(account: AccountId, peer: AccountId): Cell<PersonRow> {
    return this.#rows.cell(pairKey(account, peer)).face;
  }

  /** One person, now. */
  row(account: AccountId, peer: AccountId): PersonRow {
    const pair = this.#pairs.peek(account, peer);
    const request = this.#pairs.request(pair);
    const presence = this.#pairs.presence(pair);
    return {
      account,
      peer,
      name: pair.name ?? pair.username,
      username: pair.username,
      relation: request.state,
      since: request.since,
      reason: request.reason,
      code: request.code,
      presence,
      // They said it when they were last online; it says nothing about now.
      note: presence === 'online' ? pair.note : null,
      path: this.#pairs.path(pair),
      isPaused: this.#pairs.isPaused(pair),
    };
  }

  /** Their page has sent something. */
  heard(account: AccountId, peer: AccountId, note: string | null | undefined): void {
    const pair = this.#pairs.get(account, peer);
    const wasOnline = this.#pairs.presence(pair) === 'online';
    this.#heard.note(pair);
    const isSame = note === undefined || note === pair.note;
    if (note !== undefined) pair.note = note;
    if (!wasOnline) return this.#changed(pair);
    // The alarm that ends it reads the newer time.
    if (!isSame) this.#core.paced(`note ${pairKey(account, peer)}`, NOTE_MS, () => this.#changed(pair));
  }

  /** They sent a typing signal (at a moment of `Core.elapsed`); null: a message came, or they left. */
  typing(account: AccountId, peer: AccountId, at: number | null): void {
    const pair = this.#pairs.get(account, peer);
    const { typingAt: before } = pair;
    if (before === at) return;
    pair.typingAt = at;
    // The alarm that ends it reads the newer time.
    if (at !== null && before !== null && at - before < TYPING_MS) return;
    this.#core.touch(account, peer);
  }

  /** The channel ended: nothing is known of them until the list is read, which is done now. */
  left(account: AccountId, peer: AccountId): void {
    // Dialling somebody who has signed out costs 30 s, and the offer is lost.
    this.#unknown(this.#pairs.get(account, peer));
    this.readSoon(account);
  }

  /** Something suggests that the lists have changed: they are read now, or, where that happens often, soon. */
  readSoon(account: AccountId): void {
    const people = this.#of(account);
    const now = this.#core.elapsed();
    const { looks } = people;
    while (looks.length > 0 && looks[0]! <= now - LOOKS_MS) looks.shift();
    if (looks.length < LOOKS) {
      looks.push(now);
      return void this.read(account);
    }
    this.#core.diagnostics.count('coalesced');
    this.#core.alarm(`look again ${account}`, looks[0]! + LOOKS_MS, () => this.readSoon(account));
  }

  /** Our own link went down: nothing is known of anybody without a channel, and what was listed is old. */
  unknown(account: AccountId): void {
    this.#core.transact(() => {
      for (const pair of this.#pairs.of(account)) {
        if (pair.channel && this.#pairs.outlivesLink(pair)) this.#unlisted(pair);
        else this.#unknown(pair);
      }
    });
  }

  #unlisted(pair: PairState): void {
    pair.listed = null;
    this.#changed(pair);
  }

  #unknown(pair: PairState): void {
    pair.heardAt = pair.listed = pair.typingAt = null;
    this.#changed(pair);
  }

  /** Reads both lists; a read that is asked for during a read follows it, once. */
  read(account: AccountId): Promise<void> {
    const people = this.#of(account);
    if (people.reading) people.readAgain = true;
    return (people.reading ??= this.#read(account, people).finally(() => {
      people.reading = null;
      if (!people.readAgain) return;
      people.readAgain = false;
      void this.read(account);
    }));
  }

  forget(account: AccountId): void {
    const { known, load } = this.#of(account);
    known.clear();
    load.value = { state: 'idle', reason: null };
    this.#core.journal.append('people', { account });
  }

  async #read(account: AccountId, people: People): Promise<void> {
    if (!this.#sessions.isLinked(account)) return;
    if (people.load.peek().state !== 'loaded') this.#setLoad(account, { state: 'loading', reason: null });
    const askedAt = this.#core.elapsed();
    const { backend } = this.#core;
    const apply = async (
      asked: Promise<Answer<readonly PersonEntry[]>>,
      use: (list: readonly PersonEntry[]) => void,
    ): Promise<Answer> => {
      const answer = await asked;
      if (answer.ok) this.#core.transact(() => use(answer.result));
      return answer;
    };
    const answers = await Promise.all([
      apply(backend.contacts(account), (list) => this.#applyContacts(account, list, askedAt)),
      ...(backend.capabilities.listsPeople
        ? [apply(backend.people(account), (list) => this.#applyPeople(account, list))]
        : []),
    ]);
    const failed = answers.find((answer) => !answer.ok);
    this.#setLoad(
      account,
      failed ? { state: 'failed', ...whyOf(failed.failure) } : { state: 'loaded', reason: null },
    );
  }

  #setLoad(account: AccountId, load: PeopleView): void {
    this.#of(account).load.value = load;
    this.#core.journal.append('people', { account });
  }

  #applyContacts(account: AccountId, list: readonly PersonEntry[], askedAt: number): void {
    const listed = new Set<AccountId>();
    for (const entry of list) {
      listed.add(entry.peer);
      this.#requests.prove(account, entry.peer, 'list');
    }
    this.#applyPeople(account, list);
    for (const pair of this.#pairs.of(account))
      if (!listed.has(pair.peer)) this.#requests.missing(pair, askedAt);
  }

  #applyPeople(account: AccountId, list: readonly PersonEntry[]): void {
    const at = this.#core.elapsed();
    // One for everybody whom this list names.
    const online = { isOnline: true, at };
    const offline = { isOnline: false, at };
    for (const entry of list) {
      const pair = this.#pairs.get(account, entry.peer);
      const { name, username, listed: before } = pair;
      pair.name = entry.name ?? name;
      pair.username = entry.username ?? username;
      const isNamed = pair.name === name && pair.username === username;
      pair.listed = entry.online === null ? null : entry.online ? online : offline;
      // Nearly everybody is where they were when the list was read before.
      if (isNamed && before && before.isOnline === entry.online && at - before.at < LISTED_MS) continue;
      if (!isNamed && pair.requestFacts.length > 0) this.#requests.save(pair);
      const wasReachable = pair.reachableSince !== null;
      this.#reachable(pair);
      const isKnown = before !== null && before.isOnline === entry.online && isNamed;
      if (!isKnown || wasReachable !== (pair.reachableSince !== null)) this.#core.touch(account, entry.peer);
    }
    // A list that is not read again expires: one alarm for everybody it named.
    this.#core.alarm(`listed ${account}`, at + LISTED_MS, () => {
      for (const pair of this.#pairs.of(account)) {
        if (!pair.listed) continue;
        pair.listed = null;
        this.#changed(pair);
      }
    });
  }

  #changed(pair: PairState): void {
    this.#reachable(pair);
    this.#core.touch(pair.account, pair.peer);
  }

  #reachable(pair: PairState): void {
    const presence = this.#pairs.presence(pair);
    const isReachable = presence === 'online' || presence === 'reachable';
    if (!isReachable) pair.reachableSince = null;
    else pair.reachableSince ??= this.#core.elapsed();
  }

  /** Some of what is shown of a pair expires by time alone: an alarm redraws it. */
  #expire(pair: PairState): void {
    const { account, peer, heardAt, typingAt } = pair;
    const request = this.#pairs.request(pair);
    const isWatched = heardAt !== null && this.#heard.watch(pair);
    const times = [
      ...(heardAt === null || isWatched ? [] : [heardAt + HEARD_MS]),
      ...(typingAt === null ? [] : [typingAt + TYPING_MS]),
      ...(request.state === 'accepting' ? [this.#pairs.wishedAt(pair, request) + ACCEPTING_MS] : []),
    ].filter((time) => time > this.#core.elapsed());
    this.#alarms.set(account, peer, times.length ? Math.min(...times) : null, () => this.#changed(pair));
  }

  #keep({ account, peer, name, username }: PairState): void {
    this.#of(account).known.place(peer, (name ?? username ?? '\u{10ffff}').toLowerCase());
  }

  #of(account: AccountId): People {
    const people = this.#people.get(account) ?? {
      load: signal<PeopleView>({ state: 'idle', reason: null }),
      known: new SortedIds<AccountId, string>(),
      reading: null,
      readAgain: false,
      looks: [],
    };
    this.#people.set(account, people);
    return people;
  }
}
