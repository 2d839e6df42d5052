/**
 * The app page: every element, a Citadel internal service, and IndexedDB. `?service=ws://127.0.0.1:8080` says
 * where the service listens, `&server=127.0.0.1:12349` what stands in the form as the server's address.
 */
import '../../define.ts';
// With it, the messenger says from whom something has come that is not on screen.
import '../../components/toast/define.ts';
import '../../components/unread-title/define.ts';
import { citadel, systemClock, systemRandom } from '../../client/index.ts';
import { indexedDb } from '../../storage/index.ts';
import { createMessenger } from '../../core.ts';
import { browserTabs } from '../../tabs/index.ts';

const query = new URLSearchParams(location.search);
const service = query.get('service') || 'ws://127.0.0.1:8080';
const server = query.get('server');

const messenger = createMessenger({
  backend: citadel({ url: service }),
  // Accounts live at one service: those of another one would only be claimed in vain.
  storage: indexedDb({ name: `p2p-elements ${service}` }),
  clock: systemClock,
  random: systemRandom,
  // Any number of tabs, one socket.
  tabs: browserTabs({ name: service }),
});

const element = document.querySelector('p2p-messenger')!;
if (server) element.setAttribute('server', server);
// The element tells the messenger when the page is hidden, comes back, or goes.
element.messenger = messenger;

// "(3) Messenger" in the title, and a number on the page's icon where it has one.
document.querySelector('p2p-unread-title')!.messenger = messenger;

void messenger.open();
