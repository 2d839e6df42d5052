// How much longer a message of 4,000,000 bytes takes to decode than `JSON.parse` takes for the same text. The
// budget is five times; exits 1 beyond it.
import { decode, encode } from '../protocol/index.ts';

const ROUNDS = 9;
const BUDGET = 5;

const text = encode({
  envelope: 'Response',
  variant: 'MessageNotification',
  body: {
    cid: '12095806147926564911',
    peer_cid: '13102510480313128741',
    request_id: null,
    message: Uint8Array.from({ length: 4_000_000 }, (_, index) => (index * 7919 + 13) % 256),
  },
});

function median(run) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

const native = median(() => JSON.parse(text));
const ours = median(() => decode(text));
const factor = ours / native;
console.log(
  `${text.length} characters: JSON.parse ${native.toFixed(0)} ms, decode ${ours.toFixed(0)} ms, ` +
    `${factor.toFixed(2)} times (budget ${BUDGET})`,
);
process.exitCode = factor > BUDGET ? 1 : 0;
