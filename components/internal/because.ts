import type { Path, WhyCode } from '../../facts/index.ts';
import type { ShownWords } from './language.ts';

/** The reason of a failure, without a full stop; empty if unknown. `name`: the other person's. */
export function becauseOf(code: WhyCode | null | undefined, name: string | null, t: ShownWords): string {
  const table: Readonly<Record<string, ((name: string) => string) | undefined>> = t.because;
  return (code && table[code]?.(name ?? t.theOther)) || '';
}

/** The relaying party, as written after "through". */
export function relayerOf({ by, name }: Path & { readonly kind: 'relayed' }, t: ShownWords): string {
  return name || (t.relayer[by] ?? t.relayer.server);
}

/** The path of a person, in the middle of a line. */
export function pathInLine(path: Path, t: ShownWords): string {
  return path.kind === 'relayed' ? t.throughInLine(relayerOf(path, t)) : (t.pathInLine[path.kind] ?? '');
}
