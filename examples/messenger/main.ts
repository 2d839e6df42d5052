/**
 * The app page: every element, a Citadel internal service, and IndexedDB. `?service=ws://127.0.0.1:8080` says
 * where the service listens, `&server=127.0.0.1:12349` what stands in the form as the server's address.
 */
import '../../define.ts';
import { citadel, systemClock, systemRandom } from '../../client/index.ts';
import { indexedDb } from '../../storage/index.ts';
import { createMessenger } from '../../stores/index.ts';
import { browserTabs } from '../../tabs.ts';

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

messenger.sessionRows.subscribe((rows) => {
  const unread = rows.reduce((sum, row) => sum + row.unread, 0);
  document.title = unread > 0 ? `(${unread}) Messenger` : 'Messenger';
});

await messenger.open();
