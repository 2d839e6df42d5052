import { visibleName } from '../../facts/outside.ts';
import type { ShownWords } from './language.ts';

/** The best name that is known: the first of these that can be seen; null where none can. */
export function knownName(...names: readonly (string | null | undefined)[]): string | null {
  for (const name of names) {
    const visible = visibleName(name);
    if (visible) return visible;
  }
  return null;
}

/** The name to show: theirs, else their username, else "Unnamed" with the end of their id. Never "undefined". */
export function nameOf(
  person: { peer: string; name: string | null; username?: string | null },
  t: ShownWords,
): string {
  return knownName(person.name, person.username) ?? t.unnamed(person.peer.slice(-4));
}

/** The same, as sentences use it: the first word of a name, but all of what stands in the place of one. */
export function firstNameOf(
  person: { peer: string; name: string | null; username?: string | null },
  t: ShownWords,
): string {
  const known = knownName(person.name, person.username);
  return known === null ? nameOf(person, t) : firstName(known);
}

/** The name of an account of this browser. */
export function ownNameOf({ fullName, username, account }: OwnNames, t: ShownWords): string {
  return knownName(fullName, username) ?? t.unnamed(account.slice(-4));
}

interface OwnNames {
  readonly account: string;
  readonly fullName: string | null;
  readonly username: string;
}

/** The first word of a name that can be seen, as sentences use it. */
export function firstName(name: string): string {
  return name.split(/\s+/u).find((word) => visibleName(word)) ?? name;
}
