import { expect } from '@open-wc/testing';
import { inTime } from '../../facts/in-time.ts';
import { createFakeClock } from '../../mocks/index.ts';

const never = (): Promise<string> => new Promise(() => undefined);
const tooLate = (): string => {
  throw new Error('too late');
};
const messageOf = (error: Error): string => `threw: ${error.message}`;

describe('A wait with an end', () => {
  it('has the answer that came in time, and leaves no timer behind', async () => {
    const clock = createFakeClock();
    expect(await inTime(clock, 1_000, () => Promise.resolve('here'), tooLate)).to.equal('here');
    expect(await inTime(clock, 1_000, () => 'at once', tooLate)).to.equal('at once');
    await clock.settle();
    expect(clock.pending).to.equal(0);
  });

  it('has what was thrown, at once or later', async () => {
    const clock = createFakeClock();
    const atOnce = inTime(clock, 1_000, () => { throw new Error('at once'); }, tooLate); // prettier-ignore
    const later = inTime(clock, 1_000, () => Promise.reject(new Error('later')), tooLate);
    expect(await Promise.all([atOnce.catch(messageOf), later.catch(messageOf)])).to.deep.equal([
      'threw: at once',
      'threw: later',
    ]);
    await clock.settle();
    expect(clock.pending).to.equal(0);
  });

  it('ends with what stands for no answer, and not a millisecond before', async () => {
    const clock = createFakeClock();
    const ends: string[] = [];
    void inTime(clock, 1_000, never, () => 'nothing came').then((end) => ends.push(end));
    void inTime(clock, 1_000, never, tooLate).catch((error: Error) => ends.push(messageOf(error)));
    await clock.advance(999);
    expect(ends).to.deep.equal([]);
    await clock.advance(1);
    expect(ends).to.deep.equal(['nothing came', 'threw: too late']);
  });

  it('knows no other answer once it has ended', async () => {
    const clock = createFakeClock();
    const answer = (): Promise<string> =>
      new Promise((resolve) => clock.setTimeout(() => resolve('late'), 2_000));
    const end = inTime(clock, 1_000, answer, () => 'nothing came');
    await clock.advance(3_000);
    expect(await end).to.equal('nothing came');
  });

  it('is ended from outside as long as it lasts', async () => {
    const clock = createFakeClock();
    const waits = new Set<(error: Error) => void>();
    const end = inTime(clock, 1_000, never, tooLate, waits).catch(messageOf);
    await inTime(clock, 1_000, () => 'at once', tooLate, waits);
    await clock.settle();
    expect(waits.size).to.equal(1);
    for (const stop of waits) stop(new Error('given up'));
    expect(await end).to.equal('threw: given up');
  });
});
