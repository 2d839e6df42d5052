import type { PropertyValues } from 'lit';
import { areObjects, describe, warn } from './warn.ts';

type Test = readonly [isRight: (value: never) => boolean, expected: string];

// The text that frameworks write for an object as an attribute, which is never intended.
const text: Test = [(value: unknown) => typeof value === 'string' && !value.startsWith('[object '), 'a text'];
const list: Test = [areObjects, 'an array of objects'];
const object = (key: string): Test => [
  (value: unknown) => typeof value === 'object' && Object.hasOwn(value as object, key),
  `an object with a ${key}`,
];

/** The type of each property, by name: a name has the same type in every element. */
const EXPECTED: Readonly<Record<string, Test>> = {
  messenger: [isMessenger, 'a messenger'],
  ...Object.fromEntries(
    [
      ...['account', 'peer', 'selected', 'messageId', 'firstUnread', 'server', 'service', 'username'],
      ...['accountState', 'orientation', 'peerName', 'relayName', 'blocked', 'wait', 'reason', 'privacy'],
    ].map((name) => [name, text]),
  ),
  // Also rendered as an attribute, which must be a text.
  status: [(value: unknown) => typeof value === 'string', 'one of the seven'],
  dials: list,
  link: object('state'),
  tabs: object('role'),
  people: object('state'),
  progress: object('state'),
  storage: object('state'),
  accountForm: object('server'),
  replyTo: object('id'),
  capabilities: [(value: unknown) => typeof value === 'object' && !Array.isArray(value), 'an object'],
  counters: [(value: unknown) => typeof value === 'object' && !Array.isArray(value), 'an object'],
};

/** Whether a value looks like a messenger. */
export function isMessenger(value: unknown): boolean {
  const { open, sessions } = (value ?? {}) as { readonly open?: unknown; readonly sessions?: unknown };
  return typeof open === 'function' && typeof sessions === 'object';
}

/** Treats changed properties of a wrong type as absent, and warns once. */
export function dropWrong(host: HTMLElement, changed: PropertyValues): void {
  for (const name of [...changed.keys()] as string[]) {
    const value: unknown = Reflect.get(host, name);
    const test = Object.hasOwn(EXPECTED, name) ? EXPECTED[name] : undefined;
    if (value == null || !test || test[0](value as never)) continue;
    warn(host.localName, name, `expected ${name} to be ${test[1]}, got ${describe(value)}`);
    Reflect.set(host, name, undefined);
  }
}
