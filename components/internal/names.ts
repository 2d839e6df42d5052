import { visibleName } from '../../facts/outside.ts';
import { strings } from './strings.ts';

/** The best name that is known: the first of these that can be seen; null where none can. */
export function knownName(...names: readonly (string | null | undefined)[]): string | null {
  for (const name of names) {
    const visible = visibleName(name);
    if (visible) return visible;
  }
  return null;
}

/** The name to show: theirs, else their username, else "Unnamed" with the end of their id. Never "undefined". */
export function nameOf(person: { peer: string; name: string | null; username?: string | null }): string {
  return knownName(person.name, person.username) ?? strings().unnamed(person.peer);
}

/** The name of an account of this browser. */
export function ownNameOf({ fullName, username, account }: OwnNames): string {
  return knownName(fullName, username) ?? strings().unnamed(account);
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
