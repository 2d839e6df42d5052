// A service in a worker, so that its own work does not take the page's time: simulated, until it sends as many messages
// of a peer as it is told, within a second.
const { createPeer, createSeededRandom, createSimulation } = await import(
  new URL('./mocks.bundle.js', import.meta.url).href
);

const FLOOD_MS = 1_000;
const SERVER = '127.0.0.1:12349';

const clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (run, delay) => setTimeout(run, delay),
  clearTimeout: (handle) => clearTimeout(handle),
};
const simulation = createSimulation({
  clock,
  random: createSeededRandom(1),
  options: { serverAddress: SERVER },
});
const [here, there] = ['here', 'there'].map((name) => simulation.service(name));
const utf8 = new TextEncoder();
let socket = null;
let peer = null;
let sent = 0;

/** The text of the frame that brings message number `n` of the peer. */
function frameOf(account, n, text) {
  const id = `019bc119-4494-7000-a623-${String(n).padStart(12, '0')}`;
  const payload = { v: 1, type: 'message', id, stream: 'flood', index: n, text, sentAt: Date.now() };
  const bytes = utf8.encode(JSON.stringify(payload)).join(',');
  return `{"Response":{"MessageNotification":{"cid":${account},"peer_cid":${peer},"message":[${bytes}],"request_id":null}}}`;
}

function flood(account, texts) {
  const frames = texts.map((text, n) => frameOf(account, n + 1, text));
  sent = 0;
  postMessage({ kind: 'begun' });
  const start = performance.now();
  let next = 0;
  const go = () => {
    const due = Math.min(frames.length, Math.ceil(((performance.now() - start) / FLOOD_MS) * frames.length));
    for (; next < due; next += 1) postMessage({ kind: 'text', text: frames[next] });
    if (next < frames.length) setTimeout(go);
    else postMessage({ kind: 'ended', took: performance.now() - start });
  };
  go();
}

async function makePeer() {
  peer = simulation.createAccount({ username: 'bob', service: there });
  await createPeer(peer, {
    service: there,
    clock,
    username: 'bob',
    habits: { answersAsks: 'asks-back' },
  }).open();
  postMessage({ kind: 'peer', peer, server: SERVER });
}

onmessage = ({ data }) => {
  if (data.kind === 'peer') void makePeer();
  else if (data.kind === 'flood') flood(data.account, data.texts);
  else if (data.kind === 'count') postMessage({ kind: 'count', sent });
  else if (data.kind === 'open') {
    socket = here.openSocket(here.url);
    socket.onopen = () => postMessage({ kind: 'socket open' });
    socket.onmessage = (event) => postMessage({ kind: 'text', text: event.data });
    socket.onclose = () => postMessage({ kind: 'socket closed' });
  } else if (data.kind === 'close') socket?.close();
  else if (data.kind === 'text') {
    if (data.text.includes('"Message"')) sent += 1;
    socket.send(data.text);
  }
};
postMessage({ kind: 'ready' });
