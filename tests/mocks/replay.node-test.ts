import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { replay } from '../../scripts/replay/index.ts';
import { extendCut, parseRecording } from '../../scripts/replay/recording.ts';

const FOLDER = new URL('../recordings/', import.meta.url);
const recordings = readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'));
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));

/** A recording with its lines changed: what the real service did *not* do. */
function changed(name: string, change: (lines: string[]) => string[]): string {
  return change(read(name).trim().split('\n')).join('\n');
}

describe(`The simulator answers as the real service did (seed ${seed})`, () => {
  it('finds the recordings', () => {
    assert.equal(recordings.length, 54);
  });

  for (const name of recordings) {
    it(`answers as in ${name}`, async () => {
      assert.deepEqual(await replay(read(name), seed), []);
    });
  }
});

describe('The comparison finds differences', () => {
  const cases: { title: string; file: string; change: (lines: string[]) => string[]; expected: RegExp }[] = [
    {
      title: 'an answer that the simulator does not give',
      file: 'ask-errors.jsonl',
      change: (lines) => [
        ...lines,
        lines.at(-1)?.replace('PeerRegisterFailure', 'PeerRegisterSuccess') ?? '',
      ],
      expected: /PeerRegisterSuccess did not come/,
    },
    {
      title: 'an answer that the real service did not give',
      file: 'batched.jsonl',
      change: (lines) => [...lines.slice(0, -1), '{"at":900,"socket":"alice","dir":"open"}'],
      expected: /BatchedResponse came, which was not recorded/,
    },
    {
      title: 'the text of an error',
      file: 'dial-and-talk.jsonl',
      change: (lines) => lines.map((line) => line.replace('Target pair not found', 'Target pair is missing')),
      expected: /recorded .*is missing[^]*simulated .*Target pair not found/,
    },
    {
      title: 'one digit of a CID',
      file: 'discovery.jsonl',
      change: (lines) =>
        lines.map((line) =>
          line.replace(/(Connect.*Success.*?)10544396130738692128/, '$110544396130738692129'),
        ),
      expected: /10544396130738692129/,
    },
    {
      title: 'which request an answer answers',
      file: 'ask-twice.jsonl',
      change: (lines) => {
        const ids = lines.flatMap(
          (line) => /\\"PeerRegister\\":\{\\"request_id\\":\\"([^\\]+)/.exec(line)?.[1] ?? [],
        );
        const [first = '', second = ''] = ids;
        return lines.map((line) =>
          line.includes('PeerRegisterSuccess') ? line.replace(second, first) : line,
        );
      },
      expected: /PeerRegisterSuccess/,
    },
    {
      title: 'an answer after 26 s that the simulator gives after 30',
      file: 'dial-unanswered-then-again.jsonl',
      change: (lines) =>
        lines.map((line) =>
          line.replace('{"at":30728,"socket":"alice","dir":"in"', '{"at":26728,"socket":"alice","dir":"in"'),
        ),
      expected: /PeerConnectFailure came (39|40)\d\d ms late/,
    },
    {
      title: 'the order of frames far apart',
      file: 'sign-out.jsonl',
      change: (lines) => {
        const notified = lines.findIndex(
          (line) => line.includes('"alice","dir":"in"') && line.includes('DisconnectNotification'),
        );
        const [moved = ''] = lines.splice(notified, 1);
        return [...lines.slice(0, 14), moved.replace(/"at":\d+/, '"at":600'), ...lines.slice(14)];
      },
      expected: /came before|late/,
    },
    {
      title: 'a socket that the service did not cut',
      file: 'message-too-large-closes-the-socket.jsonl',
      change: (lines) =>
        lines.filter((line) => !line.includes('"close"')).concat('{"at":9000,"socket":"bob","dir":"close"}'),
      expected: /close 1006 came, which was not recorded/,
    },
    {
      title: 'a message that arrives although the real one was lost',
      file: 'two-services-killed.jsonl',
      change: (lines) => lines.filter((line) => !line.includes('hello') && !/MessageNotification/.test(line)),
      expected: /MessageNotification came/,
    },
    {
      title: 'the length of a message that was cut',
      file: 'message-too-large-closes-the-socket.jsonl',
      change: (lines) => lines.map((line) => line.replace('"cutFrom":4000127', '"cutFrom":4000131')),
      expected: /MessageNotification/,
    },
  ];
  for (const { title, file, change, expected } of cases) {
    it(`finds ${title}`, async () => {
      const differences = await replay(changed(file, change), seed);
      assert.match(differences.join('\n'), expected);
    });
  }

  it('names the line of a file that is no recording', async () => {
    await assert.rejects(replay('{"at":1,"socket":"a","dir":"open"}\nnonsense', seed), /Line 2/);
  });
});

describe('A frame that was cut', () => {
  it('is padded in its own pattern to exactly its original length', () => {
    const cut = parseRecording(read('message-too-large-closes-the-socket.jsonl')).find(
      (event) => event.cutFrom === 4_000_176,
    );
    assert.ok(cut);
    const whole = extendCut(cut.frame, 4_000_176, {
      cid: 12095806147926564911n,
      peer_cid: 13102510480313128741n,
      security_level: 'Standard',
    });
    assert.equal(whole.length, 4_000_176);
    // Nothing had to be filled up: the guess at what stood behind the cut is right to the character.
    assert.equal(whole.includes(' '), false);
    const { Request } = JSON.parse(whole) as { Request: { Message: { message: number[] } } };
    assert.deepEqual([...new Set(Request.Message.message)], [200]);
    assert.equal(Request.Message.message.length, 1_000_000);
  });
});
