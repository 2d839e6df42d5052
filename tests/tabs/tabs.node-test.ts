import { describe } from 'node:test';
import { journeys } from './scene.ts';
import { sharedJourneys } from './shared-journeys.ts';

describe('Many tabs of one browser', { concurrency: 3 }, () => {
  sharedJourneys(journeys(), { keepsPages: true });
});
