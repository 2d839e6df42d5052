import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { TabLocks } from '../ports/tabs.ts';
import { lifeOf } from './followers.ts';

/** How a group finds its one leader. */
export interface Election {
  /** Whether other tabs can follow the winner. Without locks there may be two. */
  readonly canFollow: boolean;
  /** Takes part, with a life of its own. */
  enter(life: number): void;
  /** Replaces a silent leader. */
  takeOver(): void;
  /** Another tab claims the lead. */
  rival(tab: string): void;
  /** Another tab leads. */
  yield(): void;
  /** Lets go at once: of the lead, and of the place in the queue. */
  leave(): void;
  /** Calls back once it is known whether this tab has been replaced. */
  verify(done: () => void): void;
}

/** What an election tells. */
export interface ElectionEvents {
  /** Others can watch whether this tab lives. */
  onAlive(): void;
  onWon(): void;
  /** Another tab has taken over. */
  onLost(): void;
}

/** An answer that took longer was delayed by a page that slept, and is stale. */
const PROMPT_MS = 1_000;

function askUntilPrompt(clock: Clock, ask: (answered: () => void) => void, done: () => void): void {
  const asked = clock.elapsed();
  ask(() => {
    if (clock.elapsed() - asked < PROMPT_MS) done();
    else askUntilPrompt(clock, ask, done);
  });
}

interface LockElectionOptions extends ElectionEvents {
  readonly locks: TabLocks;
  readonly name: string;
  readonly id: string;
  readonly clock: Clock;
  /** The page may not use locks after all: a sandboxed frame. */
  onUnavailable(): void;
}

/**
 * How long a tab that stole the lock waits before it leads. The former leader, if it is awake, learns of it within
 * milliseconds; without this pause both would act meanwhile.
 */
const PAUSE_MS = 100;

interface Place {
  readonly queue: AbortController;
  letGo: () => void;
}

/** By Web Locks: the browser itself knows who holds the lock, and frees it when a page dies. */
function createLockElection(options: LockElectionOptions): Election {
  const { locks, name, id, clock } = options;
  let place: Place | null = null;
  let life: Place | null = null;

  function newPlace(): Place {
    const queue = new AbortController();
    return { queue, letGo: () => queue.abort() };
  }

  function request(
    mine: Place,
    lock: string,
    isTheft: boolean,
    isCurrent: () => boolean,
    granted: () => void,
    lost: () => void,
  ): void {
    const failed = (error: unknown): void => {
      if (!isCurrent()) return;
      if ((error as Error | undefined)?.name === 'AbortError') lost();
      else options.onUnavailable();
    };
    try {
      locks
        .request(lock, isTheft ? { steal: true } : { signal: mine.queue.signal }, () => {
          if (!isCurrent()) return undefined;
          return new Promise((resolve) => {
            mine.letGo = resolve;
            granted();
          });
        })
        .catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  function lead(isTheft: boolean): void {
    place?.letGo();
    const mine = (place = newPlace());
    const isCurrent = (): boolean => mine === place;
    const won = (): void =>
      verify(() => {
        if (isCurrent()) options.onWon();
      });
    const granted = (): void => {
      // This callback may have been delayed while the page slept: the lock may have been stolen again.
      if (!isTheft) return won();
      const pause = clock.setTimeout(won, PAUSE_MS);
      const { letGo } = mine;
      mine.letGo = () => {
        clock.clearTimeout(pause);
        letGo();
      };
    };
    request(mine, name, isTheft, isCurrent, granted, () => {
      place = null;
      options.onLost();
    });
  }

  function live(number: number): void {
    const mine = (life = newPlace());
    request(
      mine,
      lifeOf(name, id, number),
      false,
      () => mine === life,
      () => options.onAlive(),
      () => undefined,
    );
  }

  /** Lock callbacks come in order: an answer to a request made now follows the notice of an earlier theft. */
  function verify(done: () => void): void {
    const ask = (answered: () => void): void =>
      void locks
        .request(`${name} probe ${id}`, { ifAvailable: true }, () => undefined)
        .then(answered, answered);
    askUntilPrompt(clock, ask, done);
  }

  return {
    canFollow: true,
    enter(number) {
      if (life === null) live(number);
      lead(false);
    },
    takeOver: () => lead(true),
    // The lock itself decides.
    rival: () => undefined,
    yield: () => undefined,
    leave() {
      const [led, lived] = [place, life];
      place = life = null;
      led?.letGo();
      lived?.letGo();
    },
    verify,
  };
}

interface MessageElectionOptions extends Pick<ElectionEvents, 'onWon'> {
  readonly id: string;
  readonly clock: Clock;
  /** Tells the others that this tab is about to lead; a leader answers. */
  claim(): void;
  /** Makes a round over the channel. */
  echo(done: () => void): void;
}

/** How long a leader has to answer, without locks. */
export const ANSWER_MS = 1_000;

/** Without locks: the tab that claims and hears no answer leads; the lowest id goes first. */
function createMessageElection(options: MessageElectionOptions): Election {
  const { clock } = options;
  let timer: TimerHandle = null;

  function stop(): void {
    clock.clearTimeout(timer);
    timer = null;
  }

  function claim(): void {
    stop();
    options.claim();
    timer = clock.setTimeout(() => {
      timer = null;
      options.onWon();
    }, ANSWER_MS);
  }

  return {
    canFollow: false,
    enter: claim,
    takeOver: claim,
    rival(tab) {
      if (tab < options.id) stop();
      // The other tab may not have been open when this tab claimed.
      else if (timer !== null) options.claim();
    },
    yield: stop,
    leave: stop,
    verify: (done) => askUntilPrompt(clock, options.echo, done),
  };
}

type ElectionOptions = Omit<LockElectionOptions, 'locks' | 'onUnavailable'> &
  MessageElectionOptions & { readonly locks: TabLocks | null };

/** By Web Locks where there are some, else by messages; by messages from then on if the page may not use locks after all. */
export function createElection(options: ElectionOptions): Election {
  const { locks } = options;
  const byMessages = createMessageElection(options);
  if (!locks) return byMessages;
  let life = 0;
  const byLocks = createLockElection({
    ...options,
    locks,
    onUnavailable() {
      byLocks.leave();
      election = byMessages;
      election.enter(life);
    },
  });
  let election = byLocks;
  return {
    get canFollow() {
      return election.canFollow;
    },
    enter(number) {
      life = number;
      election.enter(number);
    },
    takeOver: () => election.takeOver(),
    rival: (tab) => election.rival(tab),
    yield: () => election.yield(),
    leave: () => election.leave(),
    verify: (done) => election.verify(done),
  };
}
