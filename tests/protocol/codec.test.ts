import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { AccountId, RequestId } from '../../facts/ids.ts';
import {
  cid,
  decode,
  defaultSecuritySettings,
  encode,
  type DecodeError,
  type Frame,
  type RequestFrame,
  type ResponseFrame,
} from '../../mocks/wire.ts';

const seed = Math.floor(Math.random() * 2 ** 31);
const run = { seed, numRuns: 1000 };

const ALICE = cid('12095806147926564911');
const BOB = cid('13102510480313128741');
const ID = '1b896200-6932-4bb1-843b-38c3f300b5ef' as RequestId;

/** Every u64, the ones at the edges of a double's precision often. */
const u64 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(
    0n,
    1n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 63n,
    2n ** 64n - 1n,
    18017897041159203224n,
  ),
);

function frameOf(text: string): Frame {
  const result = decode(text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.frame;
}

function errorOf(text: string): DecodeError {
  const result = decode(text);
  if (result.ok) throw new Error(`decoded to ${result.frame.variant}`);
  return result.error;
}

const message = (body: string): string => `{"Response":{"MessageNotification":${body}}}`;

describe(`The codec (seed ${seed})`, () => {
  describe('numbers beyond 2^53', () => {
    it('carries every u64 as its own digits, in and out (case 117)', () => {
      fc.assert(
        fc.property(u64, u64, fc.integer({ min: 0, max: 3 }), (own, peer, spaces) => {
          const pad = ' '.repeat(spaces);
          const text = message(
            `{"cid":${pad}${own}${pad},"peer_cid":${peer},"message":[1],"request_id":null}`,
          );
          const frame = frameOf(text) as ResponseFrame;
          expect(frame.body.cid).to.equal(String(own));
          expect((frame.body as { peer_cid: string }).peer_cid).to.equal(String(peer));
          const again = encode(frame);
          expect(again).to.contain(`"cid":${own},`).and.to.contain(`"peer_cid":${peer},`);
        }),
        run,
      );
    });

    it('carries CIDs in lists, maps, commands and batches exactly (case 117)', () => {
      fc.assert(
        fc.property(u64, u64, (own, peer) => {
          const connection = `{"cid":${own},"peer_cid":${peer},"peer_username":"bob"}`;
          const text =
            `{"Response":{"BatchedResponse":{"cid":0,"request_id":"${ID}","results":[{"GetSessionsResponse":` +
            `{"cid":0,"request_id":"${ID}","sessions":[{"cid":${own},"username":"alice",` +
            `"server_address":"127.0.0.1:1","peer_connections":{"${peer}":${connection}}}]}}]}}}`;
          const frame = frameOf(text);
          if (frame.variant !== 'BatchedResponse') throw new Error(frame.variant);
          const [result] = frame.body.results;
          if (result?.variant !== 'GetSessionsResponse') throw new Error(result?.variant);
          const [session] = result.body.sessions;
          expect(session?.cid).to.equal(String(own));
          expect(Object.entries(session?.peer_connections ?? {})).to.deep.equal([
            [String(peer), { cid: String(own), peer_cid: String(peer), peer_username: 'bob' }],
          ]);
          expect(JSON.parse(encode(frame))).to.deep.equal(JSON.parse(text));
          expect(encode(frame)).to.contain(`"cid":${own},"username"`);
        }),
        run,
      );
    });

    it('carries a u128 key exactly', () => {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (key) => {
          const settings = {
            ...defaultSecuritySettings(),
            header_obfuscator_settings: { EnabledWithKey: String(key) },
          };
          const frame: RequestFrame = {
            envelope: 'Request',
            variant: 'PeerRegister',
            body: {
              request_id: ID,
              cid: ALICE,
              peer_cid: BOB,
              connect_after_register: false,
              peer_session_password: null,
              session_security_settings: settings,
            },
          };
          const text = encode(frame);
          expect(text).to.contain(`"EnabledWithKey":${key}}`);
          expect(frameOf(text)).to.deep.equal(frame);
        }),
        run,
      );
    });

    it('emits digits, never a string (case 120)', () => {
      const text = encode({
        envelope: 'Request',
        variant: 'Message',
        body: {
          request_id: ID,
          cid: ALICE,
          peer_cid: BOB,
          message: new Uint8Array([104, 105]),
          security_level: 'Standard',
        },
      });
      expect(text).to.contain('"cid":12095806147926564911');
      expect(text).not.to.contain('"12095806147926564911"');
      expect(text).to.contain('"message":[104,105]');
    });

    it('refuses a string, a fraction, a sign, an exponent and more than 64 bits where a CID belongs (case 120)', () => {
      for (const wrong of [
        '"12095806147926564911"',
        '1.5',
        '-1',
        '-12095806147926564911',
        '1e19',
        '18446744073709551616',
        'null',
        'true',
        '[1]',
      ]) {
        const error = errorOf(`{"Response":{"ConnectSuccess":{"cid":${wrong},"request_id":null}}}`);
        expect(error.code, wrong).to.equal('wrong-shape');
        expect(error.path, wrong).to.equal('Response.ConnectSuccess.cid');
      }
      // A leading zero is no JSON, however long the number.
      expect(
        errorOf('{"Response":{"ConnectSuccess":{"cid":012095806147926564911,"request_id":null}}}').code,
      ).to.equal('not-json');
    });

    it('does not take the digits inside a string for a number', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), u64, (text, number) => {
          const said = `${text}${number}","cid":${number}`;
          const frame = frameOf(
            `{"Response":{"ConnectFailure":{"cid":0,"request_id":null,"message":${JSON.stringify(said)}}}}`,
          );
          expect((frame.body as { message: string }).message).to.equal(said);
          expect(frameOf(encode(frame))).to.deep.equal(frame);
        }),
        run,
      );
    });
  });

  describe('unknown fields and variants', () => {
    it('keeps the fields it does not know, with all their digits', () => {
      const text =
        `{"Response":{"ConnectSuccess":{"cid":1,"request_id":null,` +
        `"later":{"id":12095806147926564911,"below":-12095806147926564911,"text":"\\ue000123","list":[1,null,"a"]}}}}`;
      const frame = frameOf(text) as ResponseFrame;
      expect((frame.body as unknown as { later: { id: bigint } }).later.id).to.equal(12095806147926564911n);
      expect(encode(frame)).to.equal(text.replace('\\ue000', '\ue000'));
    });

    it('leaves long fractions and exponents to the parser', () => {
      const frame = frameOf(
        '{"Response":{"Later":{"a":1.2345678901234567890,"b":12345678901234567890e2,"c":-0.0000000000000000001}}}',
      );
      expect(frame.body).to.deep.equal({
        a: 1.2345678901234567,
        b: Number('12345678901234567890e2'),
        c: -1e-19,
      });
    });

    it('does not confuse its own mark with the same character in a text', () => {
      fc.assert(
        fc.property(
          fc.constantFrom('\ue000', '\ue000\ue000', '\ue00012', 'x\ue000'),
          fc.boolean(),
          (said, escaped) => {
            const text = escaped ? said.replaceAll('\ue000', '\\uE000') : said;
            const frame = frameOf(`{"Response":{"Later":{"${text}":"${text}","n":12095806147926564911}}}`);
            expect(frame.body).to.deep.equal({ [said]: said, n: 12095806147926564911n });
          },
        ),
        run,
      );
    });

    it('yields an unknown frame for a variant it does not know, whose name may be anything', () => {
      for (const name of ['Nope', 'constructor', '__proto__', 'toString', '']) {
        const frame = frameOf(`{"Response":{${JSON.stringify(name)}:{"a":12095806147926564911}}}`);
        expect(frame.variant).to.equal('Unknown');
        expect((frame as { name: string }).name).to.equal(name);
      }
      expect(frameOf('{"Response":"Pong"}')).to.deep.equal({
        envelope: 'Response',
        variant: 'Unknown',
        name: 'Pong',
        body: null,
      });
    });

    it('reads a missing option as null, as the service does', () => {
      const frame = frameOf('{"Response":{"DisconnectNotification":{"cid":1}}}');
      expect(frame.body).to.deep.equal({ cid: '1', peer_cid: null, request_id: null });
    });

    it('accepts what only newer services send and leaves out what older ones do not', () => {
      const newer = `{"cid":1,"peer_cid":2,"request_id":null,"path":"server_relay","upgrading":true}`;
      expect(frameOf(`{"Response":{"PeerConnectSuccess":${newer}}}`).body).to.include({
        path: 'server_relay',
        upgrading: true,
      });
      const older = frameOf(`{"Response":{"PeerConnectSuccess":{"cid":1,"peer_cid":2,"request_id":null}}}`);
      expect(older.body).to.deep.equal({ cid: '1', peer_cid: '2', request_id: null });
    });

    it('reads a person by `name` and `online_status`, as entries of a map (case 136)', () => {
      const person = `{"cid":13102510480313128741,"online_status":true,"name":"Bob Example","username":"bob"}`;
      const frame = frameOf(
        `{"Response":{"ListAllPeersResponse":{"cid":1,"request_id":null,"peer_information":{"13102510480313128741":${person}}}}}`,
      );
      if (frame.variant !== 'ListAllPeersResponse') throw new Error(frame.variant);
      expect(Object.entries(frame.body.peer_information)).to.deep.equal([
        [BOB, { cid: BOB, online_status: true, name: 'Bob Example', username: 'bob' }],
      ]);
      const wrong = `{"cid":13102510480313128741,"is_online":true,"full_name":"Bob Example"}`;
      const text = `{"Response":{"ListAllPeersResponse":{"cid":1,"request_id":null,"peer_information":{"1":${wrong}}}}}`;
      // What it calls by another name is not known of them; that they are there is.
      const read = decode(text);
      if (!read.ok || read.frame.variant !== 'ListAllPeersResponse') throw new Error(text);
      expect(read.frame.body.peer_information['1']).to.deep.include({
        cid: BOB,
        online_status: null,
        name: null,
      });
      expect(read.leftOut).to.equal(1);
    });

    it('reads the valid part of a bad row, and the others unchanged', () => {
      const bob = `{"cid":${BOB},"online_status":true,"name":"Bob","username":"bob"}`;
      const rows = `{"1":${bob},"2":{"cid":${BOB},"online_status":null,"name":7,"username":"eve"},"3":null,"4":{"cid":"5"}}`;
      const read = decode(
        `{"Response":{"ListRegisteredPeersResponse":{"cid":1,"request_id":"${ID}","peers":${rows}}}}`,
      );
      if (!read.ok || read.frame.variant !== 'ListRegisteredPeersResponse') throw new Error('not read');
      const nothing = { cid: null, online_status: null, name: null, username: null };
      expect({ ...read.frame.body.peers }).to.deep.equal({
        1: { cid: BOB, online_status: true, name: 'Bob', username: 'bob' },
        2: { cid: BOB, online_status: null, name: null, username: 'eve' },
        3: nothing,
        4: nothing,
      });
      expect(read.leftOut).to.equal(5);
    });

    it('reads sessions and their memory of channels the same way', () => {
      const channels = `{"1":{"cid":${ALICE},"peer_cid":1,"peer_username":null},"2":{"cid":"x"}}`;
      const sessions = `[{"cid":${ALICE},"username":null,"server_address":7,"peer_connections":${channels}},null]`;
      const read = decode(
        `{"Response":{"GetSessionsResponse":{"cid":0,"request_id":"${ID}","sessions":${sessions}}}}`,
      );
      if (!read.ok || read.frame.variant !== 'GetSessionsResponse') throw new Error('not read');
      const [alice, nobody] = read.frame.body.sessions;
      expect(alice).to.deep.include({ cid: ALICE, username: '', server_address: '' });
      expect({ ...alice!.peer_connections }).to.deep.equal({
        1: { cid: ALICE, peer_cid: '1', peer_username: '' },
      });
      expect(nobody).to.deep.include({ cid: null, username: '' });
      expect(read.leftOut).to.equal(5);
    });

    it('reads the valid part of optional data: an offer with unknown options is an offer', () => {
      const offer = `{"cid":1,"peer_cid":2,"request_id":null,"session_security_settings":{"security_level":"Wild"},"udp_mode":"Fast","answered_by_agent":1}`;
      const read = decode(`{"Response":{"PeerConnectNotification":${offer}}}`);
      if (!read.ok) throw new Error('not read');
      expect(read.frame.body).to.deep.equal({
        cid: '1',
        peer_cid: '2',
        request_id: null,
        udp_mode: 'Disabled',
        answered_by_agent: null,
        session_security_settings: defaultSecuritySettings(),
      });
      expect(read.leftOut).to.equal(3);
      const channel = `{"cid":1,"peer_cid":2,"request_id":null,"path":"quic","upgrading":"perhaps"}`;
      expect(frameOf(`{"Response":{"PeerConnectSuccess":${channel}}}`).body).to.include({ path: null });
    });

    it('reports the request of an answer that cannot be read', () => {
      const answer = `{"Response":{"ListAllPeersResponse":{"cid":1,"request_id":"${ID}","peer_information":null}}}`;
      expect(errorOf(answer).answers).to.deep.equal({ variant: 'ListAllPeersResponse', requestId: ID });
    });

    it('normalises ids to lower case', () => {
      const frame = frameOf(
        `{"Response":{"DeregisterSuccess":{"cid":1,"request_id":"${ID.toUpperCase()}"}}}`,
      );
      expect((frame as ResponseFrame).body.request_id).to.equal(ID);
    });

    it('reads a map whose keys are names of Object.prototype members', () => {
      const map = '{"__proto__":[1],"constructor":[2],"hasOwnProperty":[3]}';
      const text = `{"Response":{"LocalDBGetAllKVSuccess":{"cid":1,"peer_cid":null,"map":${map},"request_id":null}}}`;
      const frame = frameOf(text);
      if (frame.variant !== 'LocalDBGetAllKVSuccess') throw new Error(frame.variant);
      expect(Object.keys(frame.body.map)).to.deep.equal(['__proto__', 'constructor', 'hasOwnProperty']);
      expect(encode(frame)).to.contain(map);
    });
  });

  describe('hostile text', () => {
    it('never throws for any text', () => {
      const texts = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json(),
        fc.json().map((json) => `{"Response":${json}}`),
        fc.json().map((json) => message(json)),
        fc.uint8Array().map((bytes) => new TextDecoder().decode(bytes)),
      );
      fc.assert(
        fc.property(texts, (text) => {
          const result = decode(text);
          expect(result.ok).to.be.a('boolean');
        }),
        run,
      );
    });

    it('never throws for a frame that breaks off anywhere', () => {
      const whole = message(
        `{"cid":12095806147926564911,"peer_cid":13102510480313128741,"message":[1,2,255],"request_id":"${ID}"}`,
      );
      for (let end = 0; end < whole.length; end++) expect(decode(whole.slice(0, end)).ok).to.be.false;
      expect(decode(whole).ok).to.be.true;
    });

    it('never throws at a depth of 10,000, known or unknown', () => {
      const nest = (open: string, close: string): string => open.repeat(10_000) + close.repeat(10_000);
      for (const text of [
        '['.repeat(10_000),
        nest('[', ']'),
        `{"Response":{"Nope":${nest('{"a":', '}').replace(':}', ':12095806147926564911}')}}}`,
        message(nest('[', ']')),
        nest(`{"Request":{"Batched":{"request_id":"${ID}","commands":[`, ']}}}'),
        `{"Request":${nest(`{"Batched":{"request_id":"${ID}","commands":[`, ']}}')}}`,
      ]) {
        expect(() => decode(text)).not.to.throw();
      }
    });

    it('reads and refuses 10 MB without blocking for long', () => {
      const start = performance.now();
      const long = 'x'.repeat(10_000_000);
      expect(decode(long).ok).to.be.false;
      expect(decode(`{"Response":{"ConnectFailure":{"cid":0,"request_id":null,"message":"${long}"}}}`).ok).to
        .be.true;
      expect(decode(`{"Response":{"Nope":[${'12095806147926564911,'.repeat(100_000)}1]}}`).ok).to.be.true;
      expect(decode(`{"Response":{"Nope":"${'\\"'.repeat(1_000_000)}"}}`).ok).to.be.true;
      expect(performance.now() - start).to.be.below(5000);
    });

    it('changes no prototype', () => {
      for (const text of [
        '{"__proto__":{"polluted":1}}',
        '{"Response":{"__proto__":{"polluted":1}}}',
        `{"Response":{"ConnectSuccess":{"cid":1,"request_id":null,"__proto__":{"polluted":12095806147926564911}}}}`,
        `{"Response":{"ConnectSuccess":{"cid":1,"request_id":null,"constructor":{"prototype":{"polluted":1}}}}}`,
        `{"Response":{"ListAllPeersResponse":{"cid":1,"request_id":null,"peer_information":{"__proto__":{"cid":1,"online_status":true,"name":null,"username":null,"polluted":1}}}}}`,
      ]) {
        const result = decode(text);
        expect(({} as { polluted?: unknown }).polluted, text).to.equal(undefined);
        if (!result.ok) continue;
        // An unknown frame of that name has what it brought as its own body, and nothing else has.
        if (result.frame.variant !== 'Unknown') {
          expect((result.frame.body as { polluted?: unknown }).polluted, text).to.equal(undefined);
        }
        encode(result.frame);
        expect(({} as { polluted?: unknown }).polluted, text).to.equal(undefined);
      }
    });

    it('takes the last of two fields with one name, like every JSON parser', () => {
      const frame = frameOf(
        '{"Response":{"ConnectSuccess":{"cid":1,"cid":12095806147926564911,"request_id":null}}}',
      );
      expect((frame as ResponseFrame).body.cid).to.equal(ALICE);
    });

    it('names the field of a value that is not allowed', () => {
      const settings = { ...defaultSecuritySettings(), security_level: 'Wild' };
      const body = { cid: 1, peer_cid: 2, request_id: null, session_security_settings: settings };
      const text = JSON.stringify({
        Request: { PeerConnect: { ...body, request_id: ID, udp_mode: 'Disabled' } },
      });
      expect(errorOf(text).path).to.equal('Request.PeerConnect.session_security_settings.security_level');
    });

    it('accepts only an object as a map', () => {
      for (const wrong of ['7', '"peers"', 'null', '[]', 'true']) {
        const error = errorOf(
          `{"Response":{"ListRegisteredPeersResponse":{"cid":1,"request_id":"${ID}","peers":${wrong}}}}`,
        );
        expect(error.path, wrong).to.equal('Response.ListRegisteredPeersResponse.peers');
      }
    });

    it('accepts only bytes as bytes', () => {
      for (const wrong of [
        '[256]',
        '[-1]',
        '[1.5]',
        '["1"]',
        '[null]',
        '[[1]]',
        '[12095806147926564911]',
        '"aGk="',
        '{"0":1}',
        'null',
      ]) {
        const error = errorOf(message(`{"cid":1,"peer_cid":2,"message":${wrong},"request_id":null}`));
        expect(error.path, wrong).to.equal('Response.MessageNotification.message');
      }
    });

    it('reports the path and type of a wrong field, never its value', () => {
      fc.assert(
        fc.property(fc.string({ minLength: 4, unit: 'grapheme-ascii' }), (secret) => {
          const marked = `secret-${secret}`;
          const texts = [
            message(`{"cid":1,"peer_cid":2,"message":${JSON.stringify(marked)},"request_id":null}`),
            `{"Response":{"ConnectFailure":{"cid":${JSON.stringify(marked)},"request_id":null,"message":""}}}`,
            `{"Response":{"LocalDBGetAllKVSuccess":{"cid":1,"map":{${JSON.stringify(marked)}:"no"},"request_id":null}}}`,
            `{"Response":{"PeerPathChangedNotification":{"cid":1,"peer_cid":1,"request_id":null,"upgrading":true,"path":${JSON.stringify(marked)}}}}`,
            marked,
          ];
          for (const text of texts) expect(JSON.stringify(errorOf(text))).not.to.contain('secret');
        }),
        { ...run, numRuns: 200 },
      );
      expect(errorOf(message(`{"cid":1,"peer_cid":2,"message":"hi","request_id":null}`)).received).to.equal(
        'string',
      );
    });
  });

  describe('encoding', () => {
    const body = { request_id: ID, cid: ALICE };

    it('throws a TypeError for an invalid frame, before it can be sent', () => {
      const wrong: unknown[] = [
        { envelope: 'Request', variant: 'Nope', body },
        { envelope: 'Request', variant: 'constructor', body },
        { envelope: 'Request', variant: 'Disconnect', body: { request_id: ID } },
        { envelope: 'Request', variant: 'Disconnect', body: { ...body, cid: 12095806147926564911n } },
        { envelope: 'Request', variant: 'Disconnect', body: { ...body, cid: 1 } },
        { envelope: 'Request', variant: 'Disconnect', body: { ...body, cid: '18446744073709551616' } },
        { envelope: 'Request', variant: 'Disconnect', body: { ...body, cid: '01' } },
        { envelope: 'Request', variant: 'Disconnect', body: { ...body, request_id: 'mine' } },
        {
          envelope: 'Request',
          variant: 'Message',
          body: { ...body, peer_cid: BOB, message: [1, 2], security_level: 'Standard' },
        },
        {
          envelope: 'Request',
          variant: 'Connect',
          body: {
            request_id: ID,
            username: 'alice',
            password: new Uint8Array(),
            connect_mode: { Standard: { force_login: false } },
            udp_mode: 'Disabled',
            keep_alive_timeout: { secs: '18446744073709551616', nanos: 0 },
            session_security_settings: defaultSecuritySettings(),
            server_password: null,
          },
        },
        { envelope: 'Response', variant: 'Disconnect', body },
        { envelope: 'Request', variant: 'Disconnect', body: { ...body, extra: undefined, odd: () => 1 } },
      ];
      for (const frame of wrong)
        expect(() => encode(frame as RequestFrame), JSON.stringify(Object.keys(frame as object))).to.throw(
          TypeError,
        );
    });

    it('throws a TypeError for a frame that is nested too deeply to be written', () => {
      let body: unknown = 1;
      for (let depth = 0; depth < 100_000; depth += 1) body = [body];
      const frame = { envelope: 'Response', variant: 'Unknown', name: 'Deep', body } as const;
      expect(() => encode(frame)).to.throw(TypeError, /nested too deeply/);
    });

    it('names the field in the error, and no value', () => {
      const frame = {
        envelope: 'Request',
        variant: 'Disconnect',
        body: { ...body, cid: 'a secret' as AccountId },
      } as const;
      expect(() => encode(frame))
        .to.throw('Disconnect.cid')
        .and.not.match(/secret/);
    });

    it('round-trips frames', () => {
      const bytes = fc.uint8Array({ maxLength: 50 });
      fc.assert(
        fc.property(
          u64,
          fc.option(u64),
          bytes,
          fc.string(),
          fc.integer({ min: 0, max: 255 }),
          (own, peer, value, key, level) => {
            const pair = { cid: cid(String(own)), peer_cid: peer === null ? null : cid(String(peer)) };
            const frames: (RequestFrame | ResponseFrame)[] = [
              { envelope: 'Request', variant: 'LocalDBSetKV', body: { ...pair, request_id: ID, key, value } },
              {
                envelope: 'Request',
                variant: 'Message',
                body: { ...pair, request_id: ID, message: value, security_level: { Custom: level } },
              },
              {
                envelope: 'Request',
                variant: 'Connect',
                body: {
                  request_id: ID,
                  username: key,
                  password: value,
                  connect_mode: { Fetch: { force_login: true } },
                  udp_mode: 'Enabled',
                  keep_alive_timeout: { secs: String(own), nanos: 5 },
                  session_security_settings: defaultSecuritySettings(),
                  server_password: { passwords: [value, value] },
                },
              },
              {
                envelope: 'Request',
                variant: 'ConnectionManagement',
                body: {
                  request_id: ID,
                  management_command: { DisconnectOrphan: { session_cid: pair.peer_cid } },
                },
              },
              {
                envelope: 'Response',
                variant: 'LocalDBGetKVSuccess',
                body: { ...pair, request_id: null, key, value },
              },
            ];
            for (const frame of frames) expect(frameOf(encode(frame))).to.deep.equal(frame);
            const batch: RequestFrame = {
              envelope: 'Request',
              variant: 'Batched',
              body: { request_id: ID, commands: frames.slice(0, 4) as RequestFrame[] },
            };
            expect(frameOf(encode(batch))).to.deep.equal(batch);
          },
        ),
        { ...run, numRuns: 300 },
      );
    });
  });
});
