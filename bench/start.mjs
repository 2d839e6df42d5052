// The start of an app that has messages of many accounts: from `open()` until the first conversations are drawn, and
// until everything that lists show is read. Times in milliseconds.
import { core, facts, storage as storages } from '../dist/p2p-elements.bundle.js';
import { createArchive } from './archive.mjs';
import { createBackend } from './backend.mjs';
import { accountWrite, conversationWrite, messageRecord, rangeTo, requestWrite } from './stored.mjs';

const ACCOUNTS = 50;
const PEOPLE = 20;
const ROUNDS = 5;
/** How many conversations have to be drawn for a first picture. */
const DRAWN = 5;

let made = 0;
function newId(at) {
  made += 1;
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(12, made);
  return facts.messageIdOf(at, made % 4096, bytes);
}

/** Everything of one account, with so many messages in each conversation. */
function* writesOf(account, messages) {
  yield accountWrite();
  for (let n = 0; n < PEOPLE; n += 1) {
    const peer = String(Number(account) * 100 + n);
    yield requestWrite({ peer, name: `Person ${n}` });
    yield conversationWrite(peer, 1, rangeTo(messages), rangeTo(messages), []);
    for (let index = 1; index <= messages; index += 1) {
      const place = 1_000_000 * n + index;
      const id = newId(place);
      const record = messageRecord({ peer, id, own: false, text: `Message ${index}`, sentAt: place, place });
      yield { put: 'message', value: { ...record, index } };
    }
  }
}

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];

/** The figures of a start with `count` messages, of 50 accounts with 20 conversations each. */
export async function measureStart(box, count) {
  const archive = createArchive(storages.indexedDb, `bench-start-${count}`);
  const accounts = Array.from({ length: ACCOUNTS }, (_, n) => String(1_000 + n));
  const writes = accounts.flatMap((account) =>
    Array.from(writesOf(account, count / ACCOUNTS / PEOPLE), ({ put, value }) => ({
      put,
      value: { ...value, account },
    })),
  );
  await archive.fill(writes);
  archive.storage.close();
  const pictures = [];
  const reads = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const messenger = core.createMessenger({
      backend: createBackend(accounts[0], []),
      storage: storages.indexedDb({ name: `bench-start-${count}` }),
    });
    const element = document.createElement('p2p-messenger');
    element.messenger = messenger;
    const start = performance.now();
    box.append(element);
    void messenger.open();
    const read = messenger.loaded().then(() => reads.push(performance.now() - start));
    const rows = () =>
      element.shadowRoot.querySelector('p2p-conversation-list')?.shadowRoot.querySelectorAll('[data-peer]')
        .length ?? 0;
    do await new Promise((resolve) => requestAnimationFrame(resolve));
    while (rows() < DRAWN);
    pictures.push(performance.now() - start);
    await read;
    element.remove();
    messenger.close();
  }
  return { 'first picture': median(pictures), 'everything read': median(reads) };
}
