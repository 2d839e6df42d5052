import { expect } from '@open-wc/testing';
import { createSlices } from '../../client/slices.ts';
import { createFakeClock } from '../../mocks/index.ts';
import type { FakeClock } from '../../mocks/index.ts';

/** Slices whose work takes so many milliseconds each, and what they have done. */
function slices(cost: number, isHidden?: () => boolean) {
  const fake: FakeClock = createFakeClock();
  let spent = 0;
  const clock = { ...fake, elapsed: () => fake.elapsed() + spent, setTimeout: fake.setTimeout };
  const done: number[] = [];
  const work = createSlices<number>(
    clock,
    (n) => {
      spent += cost;
      done.push(n);
    },
    isHidden,
  );
  return { fake, done, work };
}

const numbers = Array.from({ length: 30 }, (_, n) => n);

describe('slices', () => {
  it('work through what costs little at once', () => {
    const { done, work } = slices(0);
    for (const n of numbers) work.add(n);
    expect(done).to.deep.equal(numbers);
  });

  it('leave the rest of a frame to the page, and go on in order', async () => {
    const { fake, done, work } = slices(2);
    for (const n of numbers) work.add(n);
    expect(done, 'one slice').to.deep.equal([0, 1, 2]);
    await fake.advance(16);
    expect(done, 'a second slice').to.deep.equal([0, 1, 2, 3, 4, 5]);
    work.add(30);
    await fake.advance(1_000);
    expect(done).to.deep.equal([...numbers, 30]);
  });

  it('wait for no frame in a page that is hidden', async () => {
    const { fake, done, work } = slices(2, () => true);
    for (const n of numbers) work.add(n);
    expect(done, 'one slice').to.deep.equal([0, 1, 2]);
    await fake.advance(1);
    expect(done).to.deep.equal(numbers);
  });

  it('begin anew with each frame', async () => {
    const { fake, done, work } = slices(2);
    for (const n of [0, 1, 2]) work.add(n);
    await fake.advance(20);
    work.add(3);
    expect(done).to.deep.equal([0, 1, 2, 3]);
  });

  it('work through all that wait when the end is near, each once', async () => {
    const { fake, done, work } = slices(2);
    for (const n of numbers) work.add(n);
    work.drain();
    expect(done).to.deep.equal(numbers);
    await fake.advance(1_000);
    expect(done).to.deep.equal(numbers);
  });

  it('work through each once where one of them brings the end', async () => {
    const fake = createFakeClock();
    let spent = 0;
    const clock = { ...fake, elapsed: () => fake.elapsed() + spent };
    const done: number[] = [];
    const work = createSlices<number>(clock, (n) => {
      spent += 2;
      done.push(n);
      if (n === 4) work.drain();
    });
    for (const n of numbers) work.add(n);
    await fake.advance(1_000);
    expect(done).to.deep.equal(numbers);
  });
});
