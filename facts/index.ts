/** The heart: ids, facts, and everything that follows from them. Pure; imports nothing. */
export * from './evidence.ts';
export * from './ids.ts';
export * from './order.ts';
export * from './presence.ts';
export * from './ranges.ts';
export * from './requests.ts';
export * from './routes.ts';
export * from './status.ts';
export * from './uuid.ts';
export * from './view.ts';
