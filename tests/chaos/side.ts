import type { Conversation } from '../../stores/conversation.ts';
import type { AccountId, MessageId, MessageSource } from '../../facts/index.ts';
import { isCancellable } from '../../facts/evidence.ts';
import { cidOf } from '../../mocks/index.ts';
import type { SimulatedRelay, SimulatedService } from '../../mocks/index.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import type { Messenger } from '../../stores/index.ts';
import type { World, WorldBrowser, WorldPage } from '../../testing/index.ts';
import { createMessenger, engineOf } from '../engine.ts';
import type { Broken } from './broken.ts';
import { Eyes } from './eyes.ts';
import { crippled } from './broken.ts';
import type { PageStorage } from './disk.ts';
import { Disk } from './disk.ts';
import { Ledger } from './ledger.ts';

const SERVER = '127.0.0.1:12349';
/** How long a page waits for a disk, and for the one before it. */
const PATIENCE_MS = 21_000;
const PASSWORD = 'correct horse';

/** A message that a person wrote. */
export interface Written {
  readonly id: MessageId;
  readonly text: string;
  /** Whether the person withdrew it. */
  isCancelled: boolean;
  /** What its row said when the page died and it was not on the disk: null where that never happened. */
  lostWithPage: 'shown as not saved' | 'not shown as not saved' | null;
}

/** A page as it is drawn. */
export interface Drawn {
  /** The person scrolls by that many pixels; to the end with Infinity. */
  scroll(by: number): void;
  /** The person has written, and so stands at the end. */
  wrote(): void;
  /** The window is the one that is typed into again. */
  focused(): void;
  end(): void;
}

/** What draws a page, watches its rows, and says what stands on the screen. */
export type Draw = (side: Side) => Drawn;

interface SideOptions {
  readonly letter: 'a' | 'b';
  readonly world: World;
  readonly broken: Broken | null;
  readonly draw: Draw | null;
  readonly lie: ((messenger: Messenger) => Messenger) | null;
}

/** One person: an account on a service and a disk that persist, and pages that are opened and closed. */
export class Side {
  readonly letter: 'a' | 'b';
  readonly disk: Disk;
  readonly written: Written[] = [];
  readonly account: AccountId;
  readonly ledger: Ledger;
  readonly eyes: Eyes;
  messenger!: Messenger;
  #honest!: Messenger;
  peer!: AccountId;
  /** Whether a page is open. */
  isOpen = false;
  /** Whether the page that is open shows the conversation: it has read the disk. */
  isReady = false;
  reloads = 0;
  readonly #options: SideOptions;
  readonly #browser: WorldBrowser;
  #page: WorldPage | null = null;
  #storage: PageStorage | null = null;
  #stop: (() => void)[] = [];
  #signingIn = false;
  #hasRead = false;
  #drawn: Drawn | null = null;
  #isPausing = false;

  constructor(options: SideOptions) {
    this.#options = options;
    const { letter, world, broken } = options;
    const { clock, random, simulation } = world;
    this.letter = letter;
    this.#browser = world.browser(letter, {
      hasRelay: true,
      sharesLink: false,
      createMessenger: (given) => {
        this.#storage = this.disk.page();
        const relay = this.ledger.overhear(given.relay as SimulatedRelay);
        const messenger = createMessenger({
          ...given,
          ...crippled(broken, given.backend, relay, random),
          storage: this.#storage,
        });
        messenger.setVisible(this.eyes.isPageShown);
        return messenger;
      },
    });
    this.disk = new Disk(clock, random);
    this.account = cidOf(this.username);
    this.ledger = new Ledger(this.account, letter);
    this.eyes = new Eyes(() => clock.now());
    simulation.frames.subscribe((entry) => this.ledger.hear(entry));
  }

  get service(): SimulatedService {
    return this.#browser.service;
  }

  /** The way to the relay; there once the first page is. */
  get relay(): SimulatedRelay {
    return this.#page!.relay!;
  }

  /** The time of the run. */
  now(): number {
    return this.#options.world.clock.now();
  }

  get username(): string {
    return this.letter === 'a' ? 'alice' : 'bobby';
  }

  /** The conversation of the two, as this side has it. */
  get conversation(): Conversation {
    return engineOf(this.#honest).conversations.get(this.account, this.peer);
  }

  /** The messages of the two, as this side's page shows them. */
  get source(): MessageSource {
    return this.messenger.messages.source(this.account, this.peer);
  }

  /** The first page, on which the account is made. */
  async begin(): Promise<void> {
    const { clock } = this.#options.world;
    this.#openPage();
    await clock.advance(100);
    const settled = clock.elapsed() + 3_000;
    const { account } = await this.#page!.signUp(this.username, {
      fullName: this.username,
      password: PASSWORD,
    });
    if (account !== this.account) throw new Error(`${this.username} is ${account}.`);
    await clock.advance(settled - clock.elapsed());
  }

  /** From here on everything that is drawn is watched. */
  watch(peer: AccountId): void {
    this.peer = peer;
    this.#watchPage();
  }

  /** Opens a page where none is. */
  open(): void {
    if (!this.isOpen) this.#openPage();
  }

  /** The page crashes: nothing is awaited, nothing is hung up. */
  async crash(): Promise<void> {
    if (!this.isOpen) return;
    this.#storage!.crash();
    if (this.isReady) this.#noteUnsaved();
    this.isOpen = this.isReady = false;
    this.reloads += 1;
    for (const stop of this.#stop.splice(0)) stop();
    this.#page!.crash();
    this.#drawn = null;
    this.eyes.died();
    this.ledger.died(await this.onDisk(), this.#storage!.hasFailed);
  }

  /** Everything of the conversation that is on the disk. */
  onDisk(): Promise<readonly StoredMessage[]> {
    return this.disk.truth.history(this.account, this.peer, { limit: Infinity });
  }

  write(text: string): void {
    const before = new Set(this.source.ids.peek().slice(-50));
    void this.messenger.messages.send(this.account, this.peer, text);
    const id = this.source.ids.peek().findLast((candidate) => !before.has(candidate))!;
    this.written.push({ id, text, isCancelled: false, lostWithPage: null });
    this.#drawn?.wrote();
  }

  /** The person scrolls. */
  scroll(by: number): void {
    this.#drawn?.scroll(by);
  }

  /** The page is covered by another one, or comes back. */
  show(isShown: boolean): void {
    this.eyes.isPageShown = isShown;
    if (this.isOpen) this.messenger.setVisible(isShown);
  }

  /** Another window is typed into, or this one again. */
  focus(hasFocus: boolean): void {
    if (this.eyes.hasFocus === hasFocus) return;
    this.eyes.hasFocus = hasFocus;
    if (hasFocus) this.#drawn?.focused();
  }

  /** The person takes back the newest message that can be taken back. */
  cancelNewest(): void {
    const { source } = this;
    const id = source.ids.peek().findLast((candidate) => {
      const row = source.get(candidate)!;
      return row.own && row.status === 'waiting' && isCancellable(row.facts);
    });
    if (!id) return;
    this.messenger.messages.cancel(this.account, this.peer, id);
    this.written.find((message) => message.id === id)!.isCancelled = true;
  }

  /** The person presses Try again on the first row that offers it. */
  retryFirst(): void {
    const { source } = this;
    const id = source.ids
      .peek()
      .find((candidate) => ['failed', 'unconfirmed'].includes(source.get(candidate)!.status ?? ''));
    if (id) this.messenger.messages.retry(this.account, this.peer, id);
  }

  /** The person pauses the conversation. */
  pause(): void {
    if (!this.isReady) return;
    this.#isPausing = true;
    this.messenger.settings.pause(this.account, this.peer);
  }

  /** The person resumes, on every page that is still paused. */
  goOn(): void {
    this.#isPausing = false;
    if (this.isReady) this.messenger.settings.resume(this.account, this.peer);
  }

  /** How many own messages among the newest have not arrived yet. */
  get backlog(): number {
    const { source } = this;
    return source.ids
      .peek()
      .slice(-200)
      .filter((id) => ['waiting', 'sending', 'sent'].includes(source.get(id)?.status ?? '')).length;
  }

  /**
   * What a person does who sees what the page says: opens it again where it could not read the disk, signs in where
   * the service has forgotten them, and takes the account where another page seems to hold it.
   */
  async attend(): Promise<void> {
    if (!this.isOpen || !this.service.isRunning) return;
    const { sessions } = this.messenger;
    const session = sessions.get(this.account);
    if (session?.state === 'signed-out-by-service' && !this.#signingIn) {
      this.#signingIn = true;
      void sessions
        .signIn({ server: SERVER, username: this.username, password: PASSWORD })
        .finally(() => (this.#signingIn = false));
    } else if (session?.state === 'open-elsewhere') void sessions.useHere(this.account);
    else if (this.#hasRead && !session) await this.crash();
    const isPaused = this.isReady && this.messenger.settings.isPaused(this.account, this.peer);
    if (isPaused && !this.#isPausing) this.goOn();
  }

  #openPage(): void {
    const { lie } = this.#options;
    this.#signingIn = false;
    if (this.#page) this.#page.load();
    else this.#page = this.#browser.newPage();
    this.#honest = this.#page.messenger;
    this.messenger = lie?.(this.#honest) ?? this.#honest;
    this.isOpen = true;
    this.#hasRead = false;
    const { messenger } = this;
    void messenger.loaded().then(() => {
      if (this.messenger !== messenger || !this.isOpen) return;
      this.#hasRead = true;
      // Until then there is nothing on the screen but the form to sign in.
      if (this.peer && messenger.sessions.get(this.account)) this.#watchPage();
    });
  }

  /** Holds every status of every row that is in memory against the ledger, at every change. */
  #watchPage(): void {
    this.isReady = true;
    const { source } = this;
    const watched = new Set<MessageId>();
    const stops: (() => void)[] = [];
    const look = (id: MessageId): void => {
      const row = source.get(id);
      if (row?.own) this.ledger.judge('row', row);
    };
    stops.push(
      source.ids.subscribe((ids) => {
        for (const id of ids) {
          if (watched.has(id)) continue;
          watched.add(id);
          stops.push(source.watch(id, () => look(id)));
          look(id);
        }
      }),
    );
    this.#stop.push(() => stops.forEach((stop) => stop()));
    const { draw } = this.#options;
    if (!draw) return;
    const drawn = draw(this);
    this.#drawn = drawn;
    this.#stop.push(() => drawn.end());
  }

  #noteUnsaved(): void {
    const { source } = this;
    for (const message of this.written) {
      if (message.lostWithPage !== null || this.disk.saved.has(message.id)) continue;
      const row = source.get(message.id);
      // The disk may still be at it. When that takes longer than a page waits for a disk, it has to be said.
      const isYoung = row !== undefined && this.now() - row.sentAt <= PATIENCE_MS;
      const isSaid = row !== undefined && (!row.isStored || (isYoung && row.facts.length === 0));
      message.lostWithPage = isSaid ? 'shown as not saved' : 'not shown as not saved';
    }
  }
}
