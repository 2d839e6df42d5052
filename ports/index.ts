/** The interfaces that are plugged in. Types only. */
export type * from './backend.ts';
export type * from './clock.ts';
export type * from './page.ts';
export type * from './random.ts';
export type * from './relay.ts';
export type * from './socket.ts';
export type * from './storage.ts';
export type * from './tabs.ts';
