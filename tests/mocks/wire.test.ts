import { expect } from '@open-wc/testing';
import { decode as decodeAsService } from '../../mocks/wire.ts';
import { decode } from '../../protocol/index.ts';

const ID = '1b896200-6932-4bb1-843b-38c3f300b5ef';
const frames: Record<string, string> = {
  Batched: `{"Request":{"Batched":{"request_id":"${ID}","commands":[]}}}`,
  BatchedResponse: `{"Response":{"BatchedResponse":{"cid":0,"request_id":"${ID}","results":[]}}}`,
  LocalDBGetAllKV: `{"Request":{"LocalDBGetAllKV":{"request_id":"${ID}","cid":1,"peer_cid":null}}}`,
  GetAccountInformation: `{"Request":{"GetAccountInformation":{"request_id":"${ID}","cid":null}}}`,
  ConversationEvent: `{"Response":{"ConversationEvent":{"cid":1,"peer_cid":2,"request_id":null,"seq":18446744073709551615,"kind":"x"}}}`,
};

describe('variants of the service that the client does not use', () => {
  for (const [variant, text] of Object.entries(frames))
    it(`decode in the simulator, and as an unknown frame in the client: ${variant}`, () => {
      const heard = decodeAsService(text);
      expect(heard.ok && heard.frame.variant).to.equal(variant);
      const read = decode(text);
      expect(read.ok && read.frame).to.include({ variant: 'Unknown', name: variant });
    });

  it('do not include Deregister, which deleting an account will need', () => {
    const read = decode(`{"Request":{"Deregister":{"request_id":"${ID}","cid":1}}}`);
    expect(read.ok && read.frame.variant).to.equal('Deregister');
  });
});
