import { expect } from '@open-wc/testing';
import { createBrowser, createFakeClock } from '../../mocks/index.ts';
import type { PageMoment } from '../../ports/page.ts';
import type { TabLocks } from '../../ports/tabs.ts';

/** The locks of two pages, and how to wait for their callbacks. */
interface Locks {
  readonly one: TabLocks;
  readonly two: TabLocks;
  settle(): Promise<void>;
}

/** How often a real lock manager is asked something else, so that its news has surely come. */
const ROUNDS = 3;

const makers: Record<string, () => Locks> = {
  'The simulated locks': () => {
    const clock = createFakeClock();
    const browser = createBrowser({ clock });
    const [one, two] = [browser.tab().locks!, browser.tab().locks!];
    return { one, two, settle: () => clock.settle() };
  },
  "The browser's own locks": () => {
    const one = navigator.locks as TabLocks;
    return {
      one,
      two: one,
      async settle() {
        for (let round = 0; round < ROUNDS; round++)
          await navigator.locks.request(`settled ${crypto.randomUUID()}`, () => undefined);
      },
    };
  },
};

for (const [title, make] of Object.entries(makers)) {
  describe(title, () => {
    interface Held {
      log: string[];
      release(): void;
      fail(): void;
    }

    const name = (): string => `lock ${crypto.randomUUID()}`;

    /** Asks for a lock and writes down what comes of it. */
    function hold(locks: TabLocks, lock: string, options: Parameters<TabLocks['request']>[1] = {}): Held {
      const log: string[] = [];
      const held: Held = { log, release: () => undefined, fail: () => undefined };
      locks
        .request(lock, options, (got) => {
          log.push(got ? 'got it' : 'not available');
          if (!got) return undefined;
          return new Promise((resolve, reject) => {
            held.release = resolve;
            held.fail = () => reject(new Error('of the holder'));
          });
        })
        .then(
          () => log.push('resolved'),
          (error: Error) => log.push(`rejected: ${error.name}`),
        );
      return held;
    }

    it('are granted one after the other, in the order of the requests', async () => {
      const { one, two, settle } = make();
      const lock = name();
      const first = hold(one, lock);
      expect(first.log, 'never at once').to.deep.equal([]);
      const second = hold(two, lock);
      const third = hold(one, lock);
      await settle();
      expect([first.log, second.log, third.log]).to.deep.equal([['got it'], [], []]);
      first.release();
      await settle();
      expect([first.log, second.log, third.log]).to.deep.equal([['got it', 'resolved'], ['got it'], []]);
      second.fail();
      await settle();
      expect([second.log, third.log]).to.deep.equal([['got it', 'rejected: Error'], ['got it']]);
      third.release();
    });

    it('of different names are independent', async () => {
      const { one, two, settle } = make();
      const [first, second] = [hold(one, name()), hold(two, name())];
      await settle();
      expect([first.log, second.log]).to.deep.equal([['got it'], ['got it']]);
      first.release();
      second.release();
    });

    it('report with ifAvailable whether they are free', async () => {
      const { one, two, settle } = make();
      const lock = name();
      const first = hold(one, lock, { ifAvailable: true });
      const second = hold(two, lock, { ifAvailable: true });
      await settle();
      expect([first.log, second.log]).to.deep.equal([['got it'], ['not available', 'resolved']]);
      first.release();
    });

    it('can be stolen: the holder is told, and the new one comes before all who wait', async () => {
      const { one, two, settle } = make();
      const lock = name();
      const first = hold(one, lock);
      const waiting = hold(two, lock);
      await settle();
      const thief = hold(two, lock, { steal: true });
      await settle();
      expect([first.log, waiting.log, thief.log]).to.deep.equal([
        ['got it', 'rejected: AbortError'],
        [],
        ['got it'],
      ]);
      first.release();
      await settle();
      expect(waiting.log, 'what the robbed one lets go is not its own').to.deep.equal([]);
      thief.release();
      await settle();
      expect(waiting.log).to.deep.equal(['got it']);
      waiting.release();
    });

    it('can be stolen when nobody holds them', async () => {
      const { one, settle } = make();
      const thief = hold(one, name(), { steal: true });
      await settle();
      expect(thief.log).to.deep.equal(['got it']);
      thief.release();
    });

    it('are not waited for after an abort, which does not affect a holder', async () => {
      const { one, two, settle } = make();
      const lock = name();
      const [keep, stop] = [new AbortController(), new AbortController()];
      const first = hold(one, lock, { signal: keep.signal });
      await settle();
      const second = hold(two, lock, { signal: stop.signal });
      const third = hold(two, lock);
      await settle();
      keep.abort();
      stop.abort();
      await settle();
      expect([first.log, second.log]).to.deep.equal([['got it'], ['rejected: AbortError']]);
      first.release();
      await settle();
      expect([second.log, third.log]).to.deep.equal([['rejected: AbortError'], ['got it']]);
      third.release();
    });

    it('are not granted to a request that is aborted before its callback runs', async () => {
      const { one, two, settle } = make();
      const lock = name();
      const stop = new AbortController();
      const first = hold(one, lock, { signal: stop.signal });
      stop.abort();
      const second = hold(two, lock);
      await settle();
      expect([first.log, second.log]).to.deep.equal([['rejected: AbortError'], ['got it']]);
      second.release();
    });

    it('reject invalid options', async () => {
      const { one, settle } = make();
      const { signal } = new AbortController();
      const refused = [
        hold(one, '-dash'),
        hold(one, name(), { steal: true, ifAvailable: true }),
        hold(one, name(), { steal: true, signal }),
        hold(one, name(), { ifAvailable: true, signal }),
        hold(one, name(), { signal: AbortSignal.abort() }),
      ];
      await settle();
      expect(refused.map(({ log }) => log.join())).to.deep.equal([
        ...Array<string>(4).fill('rejected: NotSupportedError'),
        'rejected: AbortError',
      ]);
    });

    it('are released when the callback throws', async () => {
      const { one, two, settle } = make();
      const lock = name();
      const log: string[] = [];
      one
        .request(lock, {}, () => {
          throw new TypeError('of the page');
        })
        .catch((error: Error) => log.push(error.name));
      const second = hold(two, lock);
      await settle();
      expect([log, second.log]).to.deep.equal([['TypeError'], ['got it']]);
      second.release();
    });
  });
}

const channelMakers: Record<
  string,
  () => { open: (name: string) => BroadcastChannel; settle(): Promise<void> }
> = {
  'Simulated channels': () => {
    const clock = createFakeClock();
    const tab = createBrowser({ clock }).tab();
    return {
      open: (name) => tab.openChannel(name) as BroadcastChannel,
      settle: () => clock.settle(),
    };
  },
  "The browser's own channels": () => ({
    open: (name) => new BroadcastChannel(name),
    async settle() {
      const [here, there] = [new BroadcastChannel('settle'), new BroadcastChannel('settle')];
      const done = new Promise((resolve) => (there.onmessage = resolve));
      here.postMessage('all words before this one have come');
      await done;
      here.close();
      there.close();
    },
  }),
};

for (const [title, make] of Object.entries(channelMakers)) {
  describe(title, () => {
    it('carry copies of messages in order to all others of their name, and never back', async () => {
      const { open, settle } = make();
      const name = crypto.randomUUID();
      const heard: Record<string, unknown[]> = { sender: [], other: [], third: [], stranger: [], closed: [] };
      const [sender, other, third, closed] = [open(name), open(name), open(name), open(name)] as const;
      const stranger = open(`${name} of others`);
      for (const [key, channel] of Object.entries({ sender, other, third, stranger, closed }))
        channel.onmessage = ({ data }: MessageEvent) => void heard[key]!.push(data);
      const word = { list: [1n, new Date(0), new Uint8Array([7])] };
      sender.postMessage(word);
      word.list = [];
      sender.postMessage('second');
      closed.close();
      expect(heard.other, 'never at once').to.deep.equal([]);
      await settle();
      const expected = [{ list: [1n, new Date(0), new Uint8Array([7])] }, 'second'];
      expect(heard).to.deep.equal({
        sender: [],
        other: expected,
        third: expected,
        stranger: [],
        closed: [],
      });
      for (const channel of [sender, other, third, stranger]) channel.close();
    });

    it('throw for a message that cannot be cloned, and when they are closed', () => {
      const { open } = make();
      const channel = open('throwing');
      const thrown = (act: () => void): string => {
        try {
          act();
        } catch (error) {
          return (error as Error).name;
        }
        return 'nothing';
      };
      expect(thrown(() => channel.postMessage(() => undefined))).to.equal('DataCloneError');
      channel.close();
      expect(thrown(() => channel.postMessage('late'))).to.equal('InvalidStateError');
    });
  });
}

describe('A simulated tab', () => {
  const world = () => {
    const clock = createFakeClock();
    const browser = createBrowser({ clock });
    const [tab, other] = [browser.tab(), browser.tab()];
    const told: string[] = [];
    const moments: PageMoment[] = [];
    tab.page.watch((moment) => moments.push(moment));
    const channel = tab.openChannel('words');
    channel.onmessage = ({ data }: { data: unknown }) => told.push(String(data));
    const speaker = other.openChannel('words');
    return { clock, browser, tab, other, told, moments, say: (word: string) => speaker.postMessage(word) };
  };

  it('stands still while it is stopped, keeps its locks, and gets everything in order when it wakes', async () => {
    const { clock, browser, tab, other, told, moments, say } = world();
    void tab.locks!.request('a', {}, () => new Promise(() => undefined)).catch(() => told.push('robbed'));
    await clock.settle();
    tab.clock.setTimeout(() => told.push('timer'), 1_000);
    tab.stop();
    say('one');
    await clock.advance(2_000);
    tab.task(() => told.push('task'));
    tab.hide();
    expect(browser.holderOf('a')).to.equal(tab);
    void other.locks!.request('a', { steal: true }, () => undefined);
    await clock.advance(10);
    say('two');
    await clock.advance(60_000);
    expect(told).to.deep.equal([]);
    expect(tab.isAwake).to.be.false;
    tab.wake();
    expect(tab.isAwake).to.be.true;
    await clock.settle();
    // A promise is told a few turns after an event.
    expect(told.filter((line) => line !== 'robbed')).to.deep.equal(['one', 'timer', 'task', 'two']);
    expect(told).to.include('robbed');
    expect(moments).to.deep.equal(['hidden']);
    expect(tab.page.isVisible).to.be.false;
  });

  it('gets a freeze event, and receives afterwards what was sent meanwhile', async () => {
    const { clock, tab, told, moments, say } = world();
    tab.freeze();
    tab.freeze();
    say('while frozen');
    tab.clock.setTimeout(() => told.push('timer'), 0);
    await clock.advance(60_000);
    expect([told, moments]).to.deep.equal([[], ['frozen']]);
    tab.back();
    tab.back();
    await clock.settle();
    expect(told).to.have.members(['while frozen', 'timer']);
    expect(moments).to.deep.equal(['frozen', 'back']);
  });

  it('keeps no lock that was granted after it had aborted its request', async () => {
    const { clock, browser, tab, other } = world();
    const stop = new AbortController();
    void other.locks!.request('a', {}, () => new Promise(() => undefined));
    await clock.settle();
    tab.locks!.request('a', { signal: stop.signal }, () => undefined).catch(() => undefined);
    await clock.settle();
    stop.abort();
    tab.freeze();
    other.kill();
    await clock.settle();
    expect(browser.holderOf('a')).to.equal(null);
  });

  it('misses messages while it is in the back/forward cache', async () => {
    const { clock, tab, told, moments, say } = world();
    tab.cache();
    say('lost');
    await clock.settle();
    tab.back();
    say('heard');
    await clock.settle();
    expect([told, moments]).to.deep.equal([['heard'], ['cached', 'back']]);
  });

  it('gets freeze and resume in order when it was stopped first', async () => {
    const { clock, tab, moments } = world();
    tab.stop();
    tab.freeze();
    tab.back();
    await clock.settle();
    expect(moments).to.deep.equal([]);
    tab.wake();
    await clock.settle();
    expect(moments).to.deep.equal(['frozen', 'back']);
    expect(tab.isAwake).to.be.true;
  });

  it('gets an event when it is closed, and none when its process dies; both release its locks', async () => {
    for (const [how, expected] of [
      ['close', ['gone']],
      ['kill', []],
    ] as const) {
      const { clock, browser, tab, other, told, moments, say } = world();
      void tab.locks!.request('a', {}, () => new Promise(() => undefined));
      void tab.locks!.request('b', {}, () => undefined);
      await clock.settle();
      void other.locks!.request('a', {}, () => new Promise(() => undefined));
      await clock.settle();
      tab.clock.setTimeout(() => told.push('timer'), 10);
      say('in flight');
      tab[how]();
      tab[how]();
      say('late');
      tab.task(() => told.push('task'));
      await clock.advance(100);
      expect([told, moments]).to.deep.equal([[], expected]);
      expect([tab.isGone, tab.isAwake, browser.holderOf('a')]).to.deep.equal([true, false, other]);
      expect(browser.tabs).to.deep.equal([tab, other]);
      expect(clock.pending).to.equal(0);
    }
  });

  it('sends nothing after a crash, and leaves no lock request in a queue', async () => {
    const { clock, browser, tab, other } = world();
    const heard: unknown[] = [];
    other.openChannel('words').onmessage = ({ data }: { data: unknown }) => void heard.push(data);
    void tab.locks!.request('a', {}, () => undefined);
    const channel = tab.openChannel('words');
    channel.postMessage('said before');
    tab.kill();
    channel.postMessage('said after');
    await clock.settle();
    expect(heard).to.deep.equal(['said before']);
    expect(browser.holderOf('a')).to.equal(null);
  });

  it('wakes its timers once a minute only while it is hidden and the browser throttles', async () => {
    const { clock, browser, tab } = world();
    const start = clock.now();
    const ran: number[] = [];
    const later = (): unknown => tab.clock.setTimeout(() => ran.push(clock.now() - start), 1_000);
    tab.hide();
    later();
    await clock.advance(2_000);
    browser.throttle(true);
    later();
    await clock.advance(30_000);
    expect(ran).to.deep.equal([1_000]);
    await clock.advance(28_000);
    expect(ran).to.deep.equal([1_000, 60_000]);
    later();
    await clock.advance(500);
    tab.show();
    await clock.advance(500);
    expect(ran).to.deep.equal([1_000, 60_000, 61_000]);
    tab.hide();
    const taken = later();
    browser.throttle(false);
    await clock.advance(1_000);
    tab.clock.clearTimeout(taken);
    expect(ran).to.deep.equal([1_000, 60_000, 61_000, 62_000]);
  });

  it('can lack Web Locks and channels', () => {
    const tab = createBrowser({ clock: createFakeClock() }).tab({ hasLocks: false, hasChannels: false });
    expect(tab.locks).to.equal(null);
    expect(() => tab.openChannel('words')).to.throw(DOMException);
  });

  it('can have its deliveries reordered by a scheduler, but never the messages of one sender', async () => {
    const clock = createFakeClock();
    const waiting: (() => void)[] = [];
    const browser = createBrowser({ clock, schedule: (_tab, run) => waiting.push(run) });
    const tab = browser.tab();
    const heard: unknown[] = [];
    tab.openChannel('words').onmessage = ({ data }: { data: unknown }) => void heard.push(data);
    for (const sender of ['a', 'b']) {
      const channel = browser.tab().openChannel('words');
      // Only what is for the first tab is counted here.
      for (const word of [1, 2, 3]) channel.postMessage(`${sender}${word}`);
    }
    while (waiting.length > 0) waiting.pop()!();
    await clock.settle();
    expect(heard).to.deep.equal(['b1', 'b2', 'b3', 'a1', 'a2', 'a3']);
  });
});
