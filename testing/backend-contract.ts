import { ACCOUNT_RULES } from './backend/accounts.ts';
import { CHANNEL_RULES } from './backend/channels.ts';
import { CONTACT_RULES } from './backend/contacts.ts';
import { LINK_RULES } from './backend/link.ts';
import type { BackendRule } from './backend/network.ts';
import { ORDER_RULES } from './backend/order.ts';

export type { BackendRule, BackendUnderTest } from './backend/network.ts';

/**
 * The rules for every `Backend`: run each one on a fresh network, in the test runner of your choice. docs/backends.md
 * shows a backend that passes.
 *
 * ```ts
 * for (const { title, check } of BACKEND_CONTRACT)
 *   it(title, () => {
 *     const network = myNetwork();
 *     return check({ browser: () => myBackend(network), pass: () => new Promise((done) => setTimeout(done, 5)) });
 *   });
 * ```
 */
export const BACKEND_CONTRACT: readonly BackendRule[] = [
  ...LINK_RULES,
  ...ACCOUNT_RULES,
  ...CONTACT_RULES,
  ...CHANNEL_RULES,
  ...ORDER_RULES,
];
