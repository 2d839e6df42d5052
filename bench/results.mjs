// The figures as Markdown: medians with the least and the greatest, and ratios against plain DOM first.

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const round = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(0) : value.toFixed(1);
const ms = (value) => `${round(value)} ms`;
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const px = (value) => `${value.toFixed(1)} px`;
const whole = (value) => Math.round(value).toLocaleString('en');
const percent = (value) => `${(value * 100).toFixed(0)} %`;

/** Each table: whose figures, of which scenario, which of them, and how it is written. `isAbsolute`: no ratio. */
export const TABLES = [
  ['messages', 'Open, until the newest message is painted', 'open', 'time', ms],
  ['messages', 'Append one, main-thread work', 'append', 'task', ms],
  ['messages', 'Append one, until it is painted', 'append', 'time', ms],
  ['messages', 'One status, main-thread work', 'status', 'task', ms],
  ['messages', 'One status, until it is painted', 'status', 'time', ms],
  ['messages', '1,000 statuses, main-thread work', 'statuses', 'task', ms],
  ['messages', '1,000 statuses, longest frame', 'statuses', 'longest', ms, true],
  ['messages', 'Scroll from top to bottom, dropped frames', 'scroll', 'dropped', whole, true],
  ['messages', 'Scroll from top to bottom, blank share', 'scroll', 'blank', percent, true],
  ['messages', 'Scroll from top to bottom, way', 'scroll', 'pixels', (value) => `${whole(value)} px`, true],
  ['messages', 'Elements after scrolling', 'scroll', 'elements', whole],
  ['messages', 'Nodes of all kinds after scrolling', 'scroll', 'nodes', whole],
  ['messages', 'Prepend 200 at 200 px, time', 'prepend at 200 px', 'time', ms],
  ['messages', 'Prepend 200 at 200 px, how far the row moves', 'prepend at 200 px', 'moved', px, true],
  ['messages', 'Prepend 200 at 0 px, time', 'prepend at 0 px', 'time', ms],
  ['messages', 'Prepend 200 at 0 px, how far the row moves', 'prepend at 0 px', 'moved', px, true],
  ['messages', 'Heap after collection', 'footprint', 'heap', mb],
  ['messages', 'Elements', 'footprint', 'elements', whole],
  ['messages', 'Nodes of all kinds', 'footprint', 'nodes', whole],
  ['people', 'People: open, until the first is painted', 'open', 'time', ms],
  ['people', 'People: filter, main-thread work for filtering and back', 'filter', 'task', ms],
  ['people', 'People: filter, until it is painted', 'filter', 'time', ms],
  ['people', 'People: 1,000 come or go, main-thread work', 'presence', 'task', ms],
  ['people', 'People: 1,000 come or go, longest frame', 'presence', 'longest', ms, true],
  ['people', 'People: heap after collection', 'footprint', 'heap', mb],
  ['people', 'People: elements', 'footprint', 'elements', whole],
  ['people', 'People: nodes of all kinds', 'footprint', 'nodes', whole],
].map(([subject, title, scenario, figure, write, isAbsolute = false]) => ({
  subject,
  title,
  scenario,
  figure,
  write,
  isAbsolute,
}));

const keyOf = (kit, subject, size) => `${kit} ${subject} ${size}`;

/** Keeps what samples measured. */
export function createResults() {
  const samples = new Map();
  const of = (kit, subject, size) => samples.get(keyOf(kit, subject, size)) ?? [];

  function cell(table, kit, size) {
    const { subject, scenario, figure, write, isAbsolute } = table;
    const all = of(kit, subject, size).map((figures) => figures[scenario]);
    if (all.length === 0) return '–';
    const numbers = all.map((found) => found?.[figure]).filter((value) => typeof value === 'number');
    if (numbers.length === 0) return all.find((found) => found?.why)?.why ?? '–';
    const value = median(numbers);
    const range =
      numbers.length > 1 ? ` (${write(Math.min(...numbers))} to ${write(Math.max(...numbers))})` : '';
    const base = of('plain DOM', subject, size)
      .map((figures) => figures[scenario]?.[figure])
      .filter((number) => typeof number === 'number');
    const ratio =
      isAbsolute || base.length === 0 || median(base) <= 0
        ? ''
        : `**${(value / median(base)).toFixed(2)}×** `;
    return `${ratio}${write(value)}${range}`;
  }

  return {
    add(kit, subject, size, figures) {
      const key = keyOf(kit, subject, size);
      samples.set(key, [...(samples.get(key) ?? []), figures]);
    },
    /** The scenarios of a kit that did not end in time. */
    tooSlow: (kit, subject, size) =>
      of(kit, subject, size).some((figures) =>
        Object.values(figures).some(({ why }) => why?.startsWith('over ')),
      ),
    markdown(kits, sizes) {
      return TABLES.map((table) => {
        const head = `| kit | ${sizes.map((size) => size.toLocaleString('en')).join(' | ')} |`;
        const line = `| --- | ${sizes.map(() => '---').join(' | ')} |`;
        const rows = kits.map(
          (kit) => `| ${kit} | ${sizes.map((size) => cell(table, kit, size)).join(' | ')} |`,
        );
        return [`## ${table.title}`, '', head, line, ...rows].join('\n');
      }).join('\n\n');
    },
  };
}
