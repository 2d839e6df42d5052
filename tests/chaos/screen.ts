import { setFocusSource } from '../../components/internal/seen.ts';
import { setTimeSource } from '../../components/internal/ticker.ts';
import '../../components/thread/define.ts';
import type { MessageId, Status } from '../../facts/index.ts';
import type { Draw, Side } from './side.ts';

/** What each picture and word claims. Written out here: a recorder must not share the elements' own table. */
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
 * The two pages, drawn side by side in this one. They are looked at and nothing more: what a person does comes from
 * the seed, so that a run is the same with a screen and without.
 */
export interface Screens {
  /** Draws the conversation of a side's page, and holds every change of what is drawn against its ledger. */
  readonly draw: Draw;
  /** Lets a real frame pass now and then: what is in view is found out in frames. */
  step(): Promise<void>;
  /** Pictures that said something else than their words. */
  readonly contradictions: readonly string[];
  remove(): void;
}

/** `stepsPerFrame`: how many steps one real frame is for. A short run can afford one for each. */
export function openScreens(now: () => number, stepsPerFrame = 20): Screens {
  const into = document.createElement('div');
  document.body.append(into);
  const restore = [
    setTimeSource({ now, every: () => () => undefined }),
    // Nobody reads what is drawn here: whether this page has the focus must not decide what is read.
    setFocusSource(() => false),
    () => into.remove(),
  ];
  const contradictions: string[] = [];
  let steps = 0;

  function draw({ messenger, account, peer, ledger }: Side): () => void {
    const box = document.createElement('div');
    box.style.setProperty('height', '400px');
    const thread = document.createElement('p2p-thread');
    Object.assign(thread, { messenger, account, peer });
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
    box.append(thread);
    into.append(box);
    void thread.updateComplete.then(() => {
      observeOnce(thread.shadowRoot!);
      look();
    });
    return () => {
      observer.disconnect();
      box.remove();
    };
  }

  return {
    draw,
    contradictions,
    async step() {
      steps += 1;
      if (steps % stepsPerFrame === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
    },
    remove: () => {
      for (const end of restore) end();
    },
  };
}
