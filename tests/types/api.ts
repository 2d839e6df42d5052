/* eslint-disable @typescript-eslint/no-unsafe-call -- what does not compile has no type */
/*
 * What compiles and what does not: `npm run check -- types` reads this file. Nothing runs it.
 */
import { createMessenger } from '../../core.ts';
import { createMessenger as createOnService } from '../../index.ts';
import type { MessengerElement } from '../../components/messenger/messenger.ts';
import type { PendingBadgeElement } from '../../components/pending-badge/pending-badge.ts';
import type { Cell, AccountId, MessageId } from '../../facts/index.ts';
import type { Backend, Clock, Page, Random, Relay, Storage, TabGroup } from '../../ports/index.ts';
import type { Messenger } from '../../stores/api.ts';
import type { Command, CommandName, Dispatch } from '../../stores/commands.ts';
import { COMMANDS } from '../../stores/commands.ts';
import '../../components/composer/define.ts';

declare const backend: Backend;
declare const storage: Storage;
declare const relay: Relay;
declare const clock: Clock;
declare const random: Random;
declare const page: Page;
declare const tabs: TabGroup;
declare const account: AccountId;
declare const id: MessageId;
declare const dispatch: Dispatch;

// A page chooses nothing, or everything.
const messenger = createMessenger({ backend, storage });
createMessenger({ backend, storage, relay, clock, random, page, tabs, settings: { typing: false } });
createOnService({ service: 'ws://127.0.0.1:8080' });
createOnService({ service: 'ws://127.0.0.1:8080', storage });

// It sees interfaces, and may hand in an object of its own that fulfils them.
const own: Messenger = { ...messenger, requests: { ...messenger.requests, accept: () => undefined } };
declare const element: MessengerElement;
element.messenger = own;
declare const badge: PendingBadgeElement;
badge.messenger = own;
badge.count = 0;

// Events are typed on the element, the document and the window.
element.addEventListener('p2p-send-request', ({ detail }) => detail.text);
document.addEventListener('p2p-accept-request', ({ detail }) => detail.peer);
window.addEventListener('p2p-retry-request', ({ detail }) => detail.id);

// Evidence has no way in.
// @ts-expect-error there is no such thing
messenger.messages.add(account, account, id, { type: 'read', at: 1, receivedAt: 1 });
// @ts-expect-error nor this
messenger.messages.get(account, account);
// @ts-expect-error nor this
messenger.sessions.put({ state: 'signed-in' });
// @ts-expect-error nor this
messenger.routes.up(account, account);
// @ts-expect-error nor this
messenger.requests.prove(account, account, 'message');
// @ts-expect-error nor this
void messenger.core;

// A cell is read.
const unread: Cell<number> = messenger.messages.unread(account);
// @ts-expect-error and not written
unread.value = 0;
// @ts-expect-error also not as a whole
messenger.link = own.link;
// @ts-expect-error evidence that is shown is not changed
messenger.messages.source(account, account).get(id)!.facts.length = 0;

// A verb needs a row in the table of commands,
void dispatch('accept', { account, peer: account });
// @ts-expect-error and there is none of this name,
void dispatch('forge', { account, peer: account });
// @ts-expect-error what it is about has to be named,
void dispatch('accept', { account });
// @ts-expect-error and another tab knows the rows by the same names.
const name: CommandName = 'forge';
void name;
const rows: Readonly<Record<CommandName, Command<never, unknown>>> = COMMANDS;
void rows;
