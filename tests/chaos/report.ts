/** The result of a run. Every list is empty if all is well. */
export interface Outcome {
  readonly seed: number;
  /** How many were written. */
  readonly messages: number;
  delivered: number;
  /** Missing, and shown as failed with a reason. */
  failed: number;
  /** Possibly missing, and shown as unconfirmed. */
  unconfirmed: number;
  /** Withdrawn by the person, and missing. */
  cancelled: number;
  /** Not stored when the page crashed, and shown so: no loss. */
  unsaved: number;
  readonly lost: string[];
  readonly doubled: string[];
  readonly disorder: string[];
  readonly falseTicks: string[];
  readonly stepsBack: string[];
  /** Other violations. */
  readonly wrong: string[];
  /** Ticks that a new page did not know any more, because the old one died while its disk failed. */
  readonly forgotten: number;
  /** How many statuses the recorders looked at. */
  readonly judged: number;
  /** How many of them were drawn. */
  readonly drawn: number;
  /** How many messages were drawn. */
  readonly shown: number;
  /** How many messages of the other side were on a screen. */
  readonly seen: number;
  /** How long the storm, and then the healing, took: on the clock of the simulation. */
  readonly stormMs: number;
  readonly healingMs: number;
  readonly mishaps: Readonly<Record<string, number>>;
  /** The one line. */
  line: string;
}

/** The line that a run is told by. */
export function lineOf(outcome: Outcome): string {
  const { messages, lost, doubled, falseTicks, stepsBack, seed } = outcome;
  const counts = [
    `${messages.toLocaleString('en-GB')} messages`,
    `${lost.length} lost`,
    `${doubled.length} doubled`,
    `${falseTicks.length} false ticks`,
    `${stepsBack.length} steps back`,
    `seed ${seed}`,
  ];
  return `chaos: ${counts.join(', ')}`;
}

/** What became of the messages, and what the run went through. */
export function detailsOf(outcome: Outcome): string {
  const { delivered, failed, unconfirmed, cancelled, unsaved, forgotten, judged, drawn, seen } = outcome;
  const minutes = (ms: number): string => `${(ms / 60_000).toFixed(1)} min`;
  const fates = { delivered, failed, unconfirmed, cancelled, unsaved, forgotten, judged, drawn, seen };
  const say = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ');
  return `  ${say(fates)}; storm ${minutes(outcome.stormMs)}, healing ${minutes(outcome.healingMs)}; ${say(outcome.mishaps)}`;
}

/** All violations, as text. */
export function faultsOf({ lost, doubled, disorder, falseTicks, stepsBack, wrong }: Outcome): string[] {
  const lists = { lost, doubled, disorder, 'false tick': falseTicks, 'step back': stepsBack, wrong };
  return Object.entries(lists).flatMap(([name, all]) => all.map((line) => `${name}: ${line}`));
}
