import type { Harbour } from '../../.storybook/harbour.ts';
import { deepAll } from '../../.storybook/report/screen.ts';
import { NARROW, WIDE, fill, hands, world } from './hands.ts';
import type { Hands } from './hands.ts';

const WAYS = [
  [WIDE, 'keys'],
  [WIDE, 'pointer'],
  [NARROW, 'keys'],
] as const;

type Step = (hands: Hands, harbour: Harbour) => Promise<void> | void;
interface Journey {
  readonly name: string;
  readonly steps: readonly Step[];
}

const press =
  (name: string | RegExp, selector?: string, within?: string): Step =>
  (hands) =>
    hands.press(name, selector, within);
const key =
  (name: string): Step =>
  (hands) =>
    hands.key(name);
const wait =
  (ms: number): Step =>
  (hands) =>
    hands.wait(ms);
const at =
  (what: string | RegExp, selector?: string): Step =>
  (hands) =>
    hands.at(what, selector);
const open = (name: string): Step => press(new RegExp(name, 'u'), '.conversation');

const back: Step = (hands) => (hands.isNarrow ? hands.press('Back', 'button', '.conversation') : undefined);
const openBy = (name: string): readonly Step[] => [
  open(name),
  (hands) => (hands.isNarrow ? hands.at(name, 'h2') : hands.at(new RegExp(name, 'u'), 'button.conversation')),
];

/** What opens has its heading or its first field; what closes gives back to its opener; what goes, to what took its place. */
const JOURNEYS: readonly Journey[] = [
  {
    name: 'Find people, its list, and back',
    steps: [
      press('Find people'),
      at('Find people', 'h2'),
      key('Escape'),
      at('Find people', 'button'),
      press('Find people'),
      wait(500),
      press('Ask to connect'),
      at(/P2P Test 2/u, '[part~="person"]'),
      press('Withdraw'),
      at(/P2P Test 2/u, '[part~="person"]'),
      press('Load again'),
      wait(500),
      at(/^(Find people|Load again)$/u),
      (hands) => hands.find('Search by name or ID', 'input').focus(),
      (hands) => hands.type('zzz'),
      at('Search by name or ID', 'input'),
      key('Escape'),
      at('Search by name or ID', 'input'),
      key('ArrowDown'),
      at(/./u, '[part~="person"]'),
      press('Back', 'button', '.side'),
      at('Find people', 'button'),
      press('Find people'),
      press('Message'),
      at(/^\S+ \S+$/u, 'h2'),
    ],
  },
  {
    name: 'Requests, the last of which is accepted, and back',
    steps: [
      press(/^Requests/u, '.opens-requests'),
      at('Requests', 'h2'),
      press('Accept'),
      wait(3_000),
      at('Requests', 'h2'),
      key('Escape'),
      at(/^Requests/u, '.opens-requests'),
    ],
  },
  {
    name: 'The outbox: Try again of its only row, and Delete all failed',
    steps: [
      ...openBy('Noor Haddad'),
      press('Pause'),
      at('Resume'),
      press('Resume'),
      at('Pause'),
      back,
      press(/^Outbox/u),
      at('Outbox', 'h2'),
      press('Delete all failed'),
      at('Keep', 'button'),
      press('Keep'),
      at('Delete all failed', 'button'),
      press('Try again', 'button', 'p2p-outbox'),
      wait(2_000),
      at(/./u, 'h2, [part~="message"]'),
      press('Back', 'button', '.side'),
      at(/^(Outbox|Messages)/u, 'button, h2'),
    ],
  },
  {
    name: 'A conversation: its details, a message that goes, one that is written, and back',
    steps: [
      ...openBy('Noor Haddad'),
      (hands) => deepAll(hands.element.shadowRoot!, '.message[tabindex="0"]')[0]!.focus(),
      key('ArrowUp'),
      key('Enter'),
      at(/./u, 'dialog *'),
      key('Escape'),
      at(/./u, '.message'),
      press('Details'),
      press('Close', 'button', 'dialog'),
      at(/./u, '.message, .message *'),
      press('Delete', 'button', 'p2p-thread'),
      wait(500),
      at(/relay\.log/u, '.message'),
      (hands) => hands.find(/^Message Noor/u, 'textarea').focus(),
      (hands) => hands.type('one more'),
      press('Send'),
      at(/^Message Noor/u, 'textarea'),
      (hands) => (hands.isNarrow ? undefined : hands.find(/Noor/u, 'button.conversation').focus()),
      back,
      at(/Noor Haddad/u, 'button.conversation'),
      key('End'),
      at(/./u, 'button.conversation'),
      key('Home'),
      at(/./u, 'button.conversation'),
    ],
  },
  {
    name: 'A message that is tried again',
    steps: [
      ...openBy('Noor Haddad'),
      press('Try again', 'button', 'p2p-thread'),
      at(/see you at the harbour/u, '.message'),
      wait(3_000),
      at(/see you at the harbour/u, '.message'),
    ],
  },
  {
    name: 'Accounts: one that is added, shown, left and signed out',
    steps: [
      press('Add account'),
      at('', 'input[name="username"]'),
      key('Escape'),
      at('Add account', 'button'),
      press('Add account'),
      (hands) => fill(hands, { fullName: 'P2P Test 4', username: 'p2ptest4', password: 'password' }),
      press('Create account'),
      wait(1_500),
      at('Messages', 'h2'),
      press('Account options', '.options'),
      key('Escape'),
      at('Account options', 'button'),
      press('P2P Test 2', '.session'),
      at(/^P2P Test 2/u, '.session'),
      press('Account options', '.options'),
      press('Hide account', '[data-action]'),
      wait(500),
      at(/./u, 'button'),
      press('Account options', '.options'),
      press('Sign out', '[data-action]'),
      wait(2_000),
      at(/./u, 'button'),
    ],
  },
  {
    name: 'A toast that is dismissed, one that is pressed, and a link that comes back',
    steps: [
      open('Jun Li'),
      (hands) => hands.find(/^Message Jun/u, 'textarea').focus(),
      async (hands, { friends, account, noor }) => {
        friends.relay!.setUp(true);
        void friends.messenger.messages.send(noor, account, 'Psst');
        await hands.wait(5_000);
      },
      press('Dismiss'),
      at(/^Message Jun/u, 'textarea'),
      async (hands, { friends, account, noor }) => {
        void friends.messenger.messages.send(noor, account, 'Psst again');
        await hands.wait(5_000);
      },
      press(/New message from/u, '.open'),
      at('Noor Haddad', 'h2'),
      async (hands, { browser }) => {
        browser.service.kill();
        await hands.wait(20_000);
      },
      press('Retry now'),
      (_, { browser }) => browser.service.start(),
      wait(30_000),
      at('Noor Haddad', 'h2'),
    ],
  },
];

describe('keyboard journeys through p2p-messenger', () => {
  for (const { name, steps } of JOURNEYS)
    for (const [box, how] of WAYS)
      it(`${name} (${box} px, ${how})`, async () => {
        const harbour = await world();
        const person = await hands(harbour.browser, harbour.live, box, how);
        for (const step of steps) await step(person, harbour);
      }).timeout(60_000);
});
