/** The app page as a later version of the library would be: what its tabs say to each other has changed. */
import '../../../define.ts';
import { citadel, systemClock, systemRandom } from '../../../client/index.ts';
import { indexedDb } from '../../../storage/index.ts';
import { createMessenger } from '../../../core.ts';
import { browserTabs } from '../../../tabs/index.ts';

const service = new URLSearchParams(location.search).get('service')!;
const messenger = createMessenger({
  backend: citadel({ url: service }),
  storage: indexedDb({ name: `p2p-elements ${service}` }),
  clock: systemClock,
  random: systemRandom,
  tabs: browserTabs({ name: service, version: 1_000 }),
});
document.querySelector('p2p-messenger')!.messenger = messenger;
void messenger.open();
