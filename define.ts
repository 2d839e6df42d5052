/** Registers every element, each unless its name is taken, and makes the messengers of their `service` attributes. */
import './register-service.ts';
import './components/composer/define.ts';
import './components/connection-banner/define.ts';
import './components/conversation-list/define.ts';
import './components/message-details/define.ts';
import './components/message-status/define.ts';
import './components/messenger/define.ts';
import './components/outbox/define.ts';
import './components/peer-discovery/define.ts';
import './components/pending-badge/define.ts';
import './components/pending-requests/define.ts';
import './components/provider/define.ts';
import './components/route-indicator/define.ts';
import './components/session-switcher/define.ts';
import './components/sign-in/define.ts';
import './components/status-legend/define.ts';
import './components/thread/define.ts';
