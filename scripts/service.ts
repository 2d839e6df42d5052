// `npm run service -- --port 8080`: a simulated service behind a real WebSocket, in real time, for apps and for
// tests that need real sockets. With `--services n` there are n of them, one for each browser, on one server.
import { parseArgs } from 'node:util';
import { createSeededRandom, createSimulation, type Nat } from '../mocks/index.ts';
import { realClock, serve } from '../mocks/node.ts';

const USAGE = `usage: npm run service -- [options]
  --port N            of the first service; the others follow (default 8080)
  --services N        how many, one for each browser (default 1)
  --server ADDRESS    what people type as the server's address (default 127.0.0.1:12349)
  --nat KIND          open, symmetric or same-nat, for all services (default open)
  --no-stun           there is no STUN server
  --turn              there is a TURN server
  --late-success MS   channels come up this long after the failure at 30 s
  --newer             newer services: they wait longer, report paths, check who owns a session
  --accounts A,B,…    accounts that exist already, on the services in turn, password "password"
  --seed N            of all delays and chances (default: a new one, which is printed)`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    services: { type: 'string', default: '1' },
    server: { type: 'string' },
    nat: { type: 'string', default: 'open' },
    'no-stun': { type: 'boolean', default: false },
    turn: { type: 'boolean', default: false },
    'late-success': { type: 'string' },
    newer: { type: 'boolean', default: false },
    accounts: { type: 'string', default: '' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const KINDS: readonly string[] = ['open', 'symmetric', 'same-nat'];
const port = Number(values.port);
const count = Number(values.services);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed);
if (values.help || !KINDS.includes(values.nat) || ![port, count, seed].every(Number.isInteger) || count < 1) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const simulation = createSimulation({
  clock: realClock,
  random: createSeededRandom(seed),
  options: {
    serverAddress: values.server,
    stun: !values['no-stun'],
    turn: values.turn,
    lateSuccess: values['late-success'] === undefined ? null : Number(values['late-success']),
  },
});

const services = Array.from({ length: count }, (_, index) =>
  simulation.service(`service-${index + 1}`, {
    nat: values.nat as Nat,
    newer: values.newer,
    url: `ws://127.0.0.1:${port + index}`,
  }),
);
const names = values.accounts.split(',').filter((name) => name !== '');
for (const [index, username] of names.entries()) {
  const service = services[index % services.length];
  if (service) simulation.createAccount({ username, service });
}

try {
  const served = await Promise.all(
    services.map((service, index) => serve(service, { port: port === 0 ? 0 : port + index })),
  );
  for (const { url } of served) console.log(url);
  console.log(`Server address: ${values.server ?? '127.0.0.1:12349'} (seed ${seed})`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void Promise.all(served.map((one) => one.close())).then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
