import { describe } from 'node:test';
import { journeys } from './scene.ts';
import { sharedJourneys } from './shared-journeys.ts';

describe('Many tabs of one Firefox', () => {
  // One that holds a socket or a lock when its `pagehide` begins is not kept, even if it lets go of both then.
  sharedJourneys(journeys({ browser: 'firefox' }), { keepsPages: false });
});
