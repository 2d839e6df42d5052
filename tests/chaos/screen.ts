import { setFocusSource } from '../../components/internal/seen.ts';
import { setTimeSource } from '../../components/internal/ticker.ts';
import '../../components/thread/define.ts';
import type { MessageId, Status } from '../../facts/index.ts';
import type { Draw, Drawn, Side } from './side.ts';

/** What each icon and name claims. Written out, because a recorder must not share the elements' own table. */
const CLAIMS: Readonly<Record<string, Status>> = {
  'clock Waiting': 'waiting',
  'dash Sending': 'sending',
  'ask Unconfirmed': 'unconfirmed',
  'tick Sent': 'sent',
  'ticks Delivered': 'delivered',
  'read Read': 'read',
  'fail Not sent': 'failed',
};

/**
 * The two pages, drawn side by side in this one. Visible rows are found in every real frame by their position; a
 * person's actions come from the seed.
 */
export interface Screens {
  /** Draws the conversation of a side's page, and checks every change against its ledger. */
  readonly draw: Draw;
  /** Lets a real frame pass now and then: what is in view is found out in frames. */
  step(): Promise<void>;
  /** Lets everything that is drawn be painted, and looked at by page and person. */
  rest(): Promise<void>;
  /** Icons that differ from their names. */
  readonly contradictions: readonly string[];
  remove(): void;
}

/** Nearer to the end than this is there, as a person sees it. */
const AT_END_PX = 24;

/** `stepsPerFrame`: how many steps one real frame is for. A short run can afford one for each. */
export function openScreens(stepsPerFrame = 2): Screens {
  const into = document.createElement('div');
  document.body.append(into);
  /** The clock of the run, once something is drawn. */
  let now = (): number => 0;
  /** Whose window each thread stands in. */
  const sides = new Map<HTMLElement, Side>();
  const restore = [
    setTimeSource({ now: () => now(), elapsed: () => now(), every: () => () => undefined }),
    setFocusSource((element) => sides.get(element)?.eyes.hasFocus ?? false),
    () => into.remove(),
  ];
  const contradictions: string[] = [];
  let steps = 0;
  let frame = 0;
  /** What is done about each thread in its next frame: the browser tells of a scroll in that one. */
  const arrivals = new Map<HTMLElement, () => void>();
  const eachFrame = (): void => {
    for (const [thread, arrive] of arrivals) if (isAtEnd(thread)) arrive();
    arrivals.clear();
    frame = requestAnimationFrame(eachFrame);
    // Checks what was painted right after each frame.
    void painted().then(() => {
      for (const [thread, side] of sides) lookAt(thread, side);
    });
  };
  frame = requestAnimationFrame(eachFrame);
  restore.push(() => cancelAnimationFrame(frame));

  function draw(side: Side): Drawn {
    const { messenger, account, peer, ledger, eyes } = side;
    now = () => side.now();
    const box = document.createElement('div');
    box.style.setProperty('height', '400px');
    const thread = document.createElement('p2p-thread');
    Object.assign(thread, { messenger, account, peer });
    sides.set(thread, side);
    const last = new Map<MessageId, string>();

    const look = (): void => {
      for (const row of thread.shadowRoot!.querySelectorAll<HTMLElement>('[part~="message"].mine')) {
        const drawn = row.querySelector('p2p-message-status')?.shadowRoot;
        const picture = drawn?.querySelector<HTMLElement>('[role="img"]');
        if (!drawn || !picture) continue;
        observeOnce(drawn);
        const icon = drawn.querySelector<SVGElement>('svg')?.dataset['icon'] ?? 'nothing';
        const said = `${icon} ${picture.getAttribute('aria-label') ?? ''}`;
        const id = row.dataset['id'] as MessageId;
        if (last.get(id) === said) continue;
        last.set(id, said);
        const text = row.querySelector('[part~="text"]')?.textContent ?? '';
        const status = CLAIMS[said];
        if (status) ledger.judge('screen', { id, text, status });
        else contradictions.push(`${text} says ${said}`);
      }
    };
    const observer = new MutationObserver(look);
    const changes = { childList: true, subtree: true, attributes: true, characterData: true } as const;
    const observed = new WeakSet<Node>();
    const observeOnce = (root: Node): void => {
      if (observed.has(root)) return;
      observed.add(root);
      observer.observe(root, changes);
    };
    /** Coming to the end passes all messages. */
    const theirs = (): MessageId[] => {
      const { source } = side;
      return source.ids.peek().filter((id) => !source.get(id)!.own);
    };
    const arrive = (): void => {
      if (!eyes.areOpen) return;
      eyes.pass(theirs());
      // Those further up than what is loaded have arrived, too, unless the page before could not store them.
      eyes.mayPass(ledger.arrived);
    };
    /** Also what comes until the page has drawn it. */
    const arriveAbout = (): void => {
      arrive();
      if (eyes.areOpen) arrivals.set(thread, () => eyes.mayPass(theirs()));
    };
    box.append(thread);
    into.append(box);
    void thread.updateComplete.then(() => {
      observeOnce(thread.shadowRoot!);
      look();
      if (isAtEnd(thread)) arriveAbout();
    });
    return {
      scroll(by) {
        const log = logOf(thread);
        if (!log) return;
        const wasAtEnd = isAtEnd(thread);
        log.scrollTop = by === Infinity ? log.scrollHeight : log.scrollTop + by;
        if (!wasAtEnd) arrivals.set(thread, arrive);
      },
      wrote: arriveAbout,
      // The browser tells of it.
      focused: () => window.dispatchEvent(new Event('focus')),
      end() {
        sides.delete(thread);
        // The page may have got to it before it died.
        arrivals.delete(thread);
        if (eyes.areOpen) eyes.mayPass(theirs());
        observer.disconnect();
        box.remove();
      },
    };
  }

  /** What changed is drawn in the first frame, and looked at in the second. */
  async function rest(): Promise<void> {
    for (let n = 0; n < 2; n += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await painted();
      await painted();
    }
  }

  return {
    draw,
    contradictions,
    async step() {
      steps += 1;
      if (steps % stepsPerFrame === 0) await rest();
    },
    rest,
    remove: () => {
      for (const end of restore) end();
    },
  };
}

/** The task after the frame. */
function painted(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}

function logOf(thread: HTMLElement): HTMLElement | null {
  return thread.shadowRoot?.querySelector<HTMLElement>('.log') ?? null;
}

function isAtEnd(thread: HTMLElement): boolean {
  const log = logOf(thread);
  return log !== null && log.scrollHeight - log.scrollTop - log.clientHeight <= AT_END_PX;
}

/** Which messages of the other side stand in the box at this moment, before the eyes of somebody. */
function lookAt(thread: HTMLElement, { eyes }: Side): void {
  const log = logOf(thread);
  if (!log || !eyes.areOpen) return;
  const box = log.getBoundingClientRect();
  for (const row of log.querySelectorAll<HTMLElement>('[part~="message"]:not(.mine)')) {
    const { top, bottom, height } = row.getBoundingClientRect();
    const inside = Math.min(bottom, box.bottom) - Math.max(top, box.top);
    const isEndInside = bottom > box.top && bottom <= box.bottom + 1;
    if (inside > 0 && (inside >= height / 2 || inside >= box.height / 2 || isEndInside))
      eyes.see(row.dataset['id'] as MessageId);
  }
}
