import { after, before, describe } from 'node:test';
import { openLab } from '../journeys/app.ts';
import type { Lab } from '../journeys/app.ts';
import { sharedJourneys } from './shared-journeys.ts';

describe('Many tabs of one Firefox', () => {
  let lab: Lab;
  before(async () => {
    lab = await openLab({ browser: 'firefox', visibility: 'real' });
  });
  after(() => lab.close());
  // One that holds a socket or a lock when its `pagehide` begins is not kept, even if it lets go of both then.
  sharedJourneys(() => lab, { keepsPages: false });
});
