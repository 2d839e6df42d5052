/**
 * The app page: every element, a Citadel internal service, and IndexedDB. `?service=ws://127.0.0.1:8080` says
 * where the service listens, `&server=127.0.0.1:12349` what stands in the form as the server's address.
 */
import '../../define.ts';
// With it, the messenger says from whom something has come that is not on screen.
import '../../components/toast/define.ts';
import '../../components/unread-title/define.ts';
import { createMessenger } from '../../index.ts';

const query = new URLSearchParams(location.search);
const service = query.get('service') || 'ws://127.0.0.1:8080';
const server = query.get('server');

// Accounts live at one service: what is stored is kept under its address. Any number of tabs, one socket.
const messenger = createMessenger({ service });

const element = document.querySelector('p2p-messenger')!;
if (server) element.setAttribute('server', server);
// The element opens the link.
element.messenger = messenger;

// "(3) Messenger" in the title, and a number on the page's icon where it has one.
document.querySelector('p2p-unread-title')!.messenger = messenger;
