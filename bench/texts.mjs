// How long a row takes whose text is made to be slow: the messages of p2p-thread are set, and until all of it is
// drawn and laid out. Milliseconds, medians. The budget is a frame.
const ROUNDS = 9;

/** The budget of a row. */
export const ROW_BUDGET_MS = 16;

const TEXTS = {
  '40 KB of brackets': `https://x.test/${')'.repeat(40_000)}`,
  '20,000 addresses': Array.from({ length: 20_000 }, (_, n) => `https://x${n}.test/path`).join(' '),
  '1 MB without a space': 'abcdefghij'.repeat(100_000),
  '3.9 MB of words': 'what was waiting has arrived '.repeat(134_500),
  '3.9 MB of line breaks': '\n'.repeat(3_900_000),
};

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The figures, each a median. `more`: one press on Show more. `resize`: the row in another width. */
export async function measureTexts(box) {
  const figures = {};
  for (const [name, text] of Object.entries(TEXTS)) {
    const times = { draw: [], more: [], resize: [] };
    for (let n = 0; n < ROUNDS; n += 1) {
      const thread = document.createElement('p2p-thread');
      box.append(thread);
      await thread.updateComplete;
      await nextFrame();
      const took = async (act) => {
        const start = performance.now();
        act();
        await thread.updateComplete;
        thread.shadowRoot.querySelector('.sizer').getBoundingClientRect();
        const time = performance.now() - start;
        await nextFrame();
        await nextFrame();
        return time;
      };
      const message = { id: `m${n}`, own: false, text, sentAt: 0, place: 0, status: null, facts: [] };
      const row = { ...message, isStored: true, isEdited: false, missingBefore: 0, attempts: 0 };
      times.draw.push(
        await took(() => (thread.rows = [{ ...row, reason: null, waiting: null, replyTo: null }])),
      );
      times.more.push(await took(() => thread.shadowRoot.querySelector('[part="more"]').click()));
      times.resize.push(await took(() => box.style.setProperty('width', `${700 + n}px`)));
      thread.remove();
    }
    for (const [what, all] of Object.entries(times)) figures[`${name}, ${what}`] = median(all);
  }
  return figures;
}
