import { after, before, describe } from 'node:test';
import { openLab } from '../journeys/app.ts';
import type { Lab } from '../journeys/app.ts';
import { sharedJourneys } from './shared-journeys.ts';

describe('Many tabs of one browser', { concurrency: 3 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await openLab({ visibility: 'real' });
  });
  after(() => lab.close());
  sharedJourneys(() => lab, { keepsPages: true });
});
