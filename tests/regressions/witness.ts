import { Recorder } from '../../.storybook/report/recorder.ts';
import { deepAll, drawnStatuses, nameOf } from '../../.storybook/report/screen.ts';
import type { AccountId, MessageId } from '../../facts/index.ts';
import type { Ranges } from '../../facts/ranges.ts';
import type { FrameLog, LoggedFrame } from '../../mocks/index.ts';
import { decodePayload } from '../../protocol/payload.ts';

/** The ticks, from the least to the most that they claim. */
const TICKS = ['Sent', 'Delivered', 'Read'] as const;
type Tick = (typeof TICKS)[number];
/** Words in the row of a person that claim a channel. */
const CHANNEL_WORDS = /\b(connected|direct|through|on this device)\b/iu;
/** A channel that ends is still drawn while its frame is on its way to the page. */
const GRACE_LOOKS = 3;

interface Spoken {
  readonly id: MessageId;
  readonly peer: AccountId;
  readonly text: string;
  readonly stream: string;
  readonly index: number;
}

/**
 * Compares what is drawn, in every animation frame, with the frames on the wire until then. It has its own rules and
 * shares nothing with the stores: a claim without a frame that proves it is false.
 */
export class Witness {
  /** What was ever drawn, frame by frame. */
  readonly recorder: Recorder;
  /** Every claim that had no proof in the frame in which it was drawn. */
  readonly lies: string[] = [];
  /** In how many frames it has looked. */
  looks = 0;
  readonly #root: HTMLElement;
  readonly #log: FrameLog;
  readonly #account: AccountId;
  #read = 0;
  #isRunning = false;
  readonly #spoken = new Map<MessageId, Spoken>();
  readonly #attempts = new Map<string, MessageId>();
  readonly #proofs = new Map<MessageId, Set<Tick>>();
  readonly #channels = new Map<AccountId, string>();
  readonly #ending = new Map<AccountId, number>();
  readonly #asking = new Set<AccountId>();
  readonly #asks = new Map<string, AccountId>();

  /** @param account ours, whose screen is below `root`. */
  constructor(root: HTMLElement, log: FrameLog, account: AccountId) {
    this.#root = root;
    this.#log = log;
    this.#account = account;
    this.recorder = new Recorder(root);
  }

  /** Looks in every animation frame, until the returned function is called. */
  start(): () => void {
    this.#isRunning = true;
    const frame = (): void => {
      if (!this.#isRunning) return;
      this.look();
      requestAnimationFrame(frame);
    };
    frame();
    return () => (this.#isRunning = false);
  }

  /** Looks now. */
  look(): void {
    this.looks += 1;
    for (const entry of this.#log.entries.slice(this.#read)) this.#hear(entry);
    this.#read = this.#log.entries.length;
    this.recorder.look();
    this.#judgeMessages();
    this.#judgeList();
    this.#judgePaths();
    this.#judgeBadges();
  }

  /** The pictures and words that one message was drawn with, in order. */
  storyOf(text: string): string[] {
    const row = deepAll(this.#root, '[part~="message"][data-id]').find(
      (candidate) => nameOf(candidate.querySelector<HTMLElement>('[part~="text"]')!) === text,
    );
    if (!row) throw new Error(`“${text}” is not drawn.`);
    return this.recorder.statuses.get(row.dataset['id']!) ?? [];
  }

  #lie(sentence: string): void {
    if (!this.lies.includes(sentence)) this.lies.push(sentence);
  }

  #judgeMessages(): void {
    for (const [id, drawn] of this.recorder.statuses) {
      const said = drawn.at(-1)!;
      // The recorder adds the picture where it does not belong to the word.
      if (/\(\w*\)$/u.test(said)) this.#lie(`A message says ${said}: picture and word differ.`);
      this.#judgeTick(said.replace(/ \(\w*\)$/u, ''), this.#proofs.get(id as MessageId), 'A message');
    }
  }

  #judgeList(): void {
    for (const row of deepAll(this.#root, '[part~="conversation"][data-peer]')) {
      const [status] = drawnStatuses(row);
      if (!status) continue;
      const text = nameOf(row.querySelector<HTMLElement>('[part~="last"]')!);
      const spoken = [...this.#spoken.values()].find((message) => message.text === text);
      this.#judgeTick(status.name, spoken && this.#proofs.get(spoken.id), 'The list');
    }
  }

  #judgeTick(word: string, proofs: ReadonlySet<Tick> | undefined, where: string): void {
    const tick = TICKS.find((candidate) => word === candidate || word.startsWith(`${candidate}:`));
    if (tick && !proofs?.has(tick)) this.#lie(`${where} says ${tick} without proof.`);
  }

  #judgePaths(): void {
    for (const chip of deepAll(this.#root, 'p2p-route-indicator')) {
      const text = chip.shadowRoot?.querySelector('.label')?.textContent?.trim() ?? '';
      const host = (chip.getRootNode() as ShadowRoot).host as HTMLElement & { peer?: AccountId };
      this.#judgePath(text, host.peer, 'The indicator');
    }
    for (const row of deepAll(this.#root, '[part~="person"]')) {
      const facts = nameOf(row.querySelector<HTMLElement>('[part~="facts"]')!);
      const said = CHANNEL_WORDS.exec(facts)?.[0];
      const peer = row.querySelector<HTMLElement>('[part~="name"]')!.title as AccountId;
      if (said) this.#judgePath(said, peer, 'The list of people');
    }
  }

  #judgePath(text: string, peer: AccountId | undefined, where: string): void {
    if (!CHANNEL_WORDS.test(text)) return;
    const path = peer && this.#channels.get(peer);
    if (path === undefined) return this.#lie(`${where} says ${text} without a channel.`);
    // What the service does not report is not known: "connected" is all that may be said.
    if (!/connected/iu.test(text) && !path) this.#lie(`${where} says ${text} without a report of the path.`);
  }

  #judgeBadges(): void {
    const drawn = [
      ...deepAll(this.#root, 'p2p-pending-badge').map((badge) =>
        Number(badge.shadowRoot?.textContent?.replace(/\D+/gu, '') || '0'),
      ),
      ...deepAll(this.#root, 'button.session[aria-current="true"]').map((button) =>
        Number(/(\d+) pending request/u.exec(nameOf(button))?.[1] ?? 0),
      ),
    ];
    if (new Set(drawn).size > 1) this.#lie(`The badges differ: ${drawn.join(', ')}.`);
    for (const count of drawn)
      if (count > this.#asking.size) this.#lie(`A badge says ${count} for ${this.#asking.size} that wait.`);
    for (const [peer, since] of this.#ending)
      if (this.looks - since > GRACE_LOOKS) {
        this.#ending.delete(peer);
        this.#channels.delete(peer);
      }
  }

  #hear({ direction, frame }: LoggedFrame): void {
    if (!frame || frame.variant === 'Unknown') return;
    const body = frame.body as unknown as Record<string, unknown> & { message: Uint8Array };
    if (body['cid'] !== this.#account) return;
    const peer = body['peer_cid'] as AccountId;
    const request = body['request_id'] as string;
    if (direction === 'in') return this.#hearOurs(frame.variant, peer, request, body.message);
    switch (frame.variant) {
      case 'MessageSendSuccess':
        return this.#prove(this.#attempts.get(request), 'Sent');
      case 'MessageNotification':
        this.#open(peer, '');
        return this.#hearTheirs(body.message);
      case 'PeerConnectSuccess':
        return this.#open(peer, typeof body['path'] === 'string' ? body['path'] : '');
      case 'DisconnectNotification':
        if (this.#channels.has(peer)) this.#ending.set(peer, this.looks);
        return;
      case 'PeerRegisterNotification':
        this.#asking.add(peer);
        return;
      case 'PeerRegisterFailure': {
        // What we answered was refused: they still wait.
        const asked = this.#asks.get(request);
        if (asked) this.#asking.add(asked);
        return;
      }
      default:
    }
  }

  #hearOurs(variant: string, peer: AccountId, request: string, message: Uint8Array): void {
    if (variant === 'PeerRegister' || variant === 'PeerRegisterRespond') {
      if (this.#asking.delete(peer)) this.#asks.set(request, peer);
      return;
    }
    if (variant !== 'Message') return;
    const heard = decodePayload(message);
    if (heard.kind !== 'payload' || heard.payload.type !== 'message') return;
    const { id, text, stream, index } = heard.payload;
    this.#spoken.set(id, { id, peer, text, stream, index });
    this.#attempts.set(request, id);
  }

  #hearTheirs(message: Uint8Array): void {
    const heard = decodePayload(message);
    if (heard.kind !== 'payload') return;
    const { payload } = heard;
    if (payload.type === 'receipt' && payload.kind === 'delivered') this.#prove(payload.id, 'Delivered');
    else if (payload.type === 'receipt') this.#proveRead(payload.stream, payload.ranges);
    else if (payload.type === 'sync' && payload.yours) {
      const { stream, here, seen = [] } = payload.yours;
      for (const id of this.#within(stream, here)) this.#prove(id, 'Delivered');
      this.#proveRead(stream, seen);
    }
  }

  /** What they had on their screen is there, too. */
  #proveRead(stream: string, ranges: Ranges): void {
    for (const id of this.#within(stream, ranges)) {
      this.#prove(id, 'Delivered');
      this.#prove(id, 'Read');
    }
  }

  /** The messages that have left and stand in these ranges. */
  *#within(stream: string, ranges: Ranges): Iterable<MessageId> {
    for (const { id, index, stream: own } of this.#spoken.values())
      if (own === stream && ranges.some(([from, to]) => from <= index && index <= to)) yield id;
  }

  #prove(id: MessageId | undefined, tick: Tick): void {
    if (!id) return;
    const proofs = this.#proofs.get(id) ?? new Set();
    this.#proofs.set(id, proofs.add(tick));
  }

  #open(peer: AccountId, path: string): void {
    this.#ending.delete(peer);
    this.#channels.set(peer, path || (this.#channels.get(peer) ?? ''));
  }
}
