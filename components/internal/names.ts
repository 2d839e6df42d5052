import { visibleName } from '../../facts/outside.ts';
import type { ShownWords } from './language.ts';

/** The first of these names with a visible character; null if none has one. */
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

/** The same for sentences: the first word of a name, or the whole placeholder. */
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

/** The first visible word of a name, for sentences. */
export function firstName(name: string): string {
  return name.split(/\s+/u).find((word) => visibleName(word)) ?? name;
}
