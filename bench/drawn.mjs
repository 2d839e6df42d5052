// What a person sees in the box, whatever the kit: by hit tests, through shadow roots.

const COLUMNS = [40, 90, 160, 300, 420, 560, 680, 740];
/** A row has fewer children; what has more is a list, whose text would take long to read. */
const MOST_CHILDREN = 30;
/** How far above the hit element the element that holds the text may be. */
const LEVELS = 4;

const MARK = /\b(?:n-?|Person )\d+\./g;
/** Whether this is the text of one row, and not of a list of a few. */
const isOneRow = (text) => new Set(text.match(MARK)).size <= 1;

/** The elements at a point, the deepest first: one of each shadow tree. */
function hitAt(x, y) {
  const chain = [];
  for (let root = document; root; root = chain[0].shadowRoot) {
    const element = root.elementFromPoint(x, y);
    // A shadow tree answers with what is slotted into it, too.
    if (!element || element.getRootNode() !== root) break;
    chain.unshift(element);
  }
  return chain;
}

/** The deepest element at a point whose text is accepted; null where there is none. */
function textAt(box, x, y, isWanted) {
  for (const hit of hitAt(x, y)) {
    let element = hit;
    for (let level = 0; element && element !== box && level < LEVELS; level += 1) {
      if (element.contains(box) || element.childElementCount > MOST_CHILDREN) break;
      const text = element.textContent;
      if (!isOneRow(text)) break;
      if (isWanted(text)) return element.clientHeight > box.clientHeight ? null : element;
      element = element.parentElement;
    }
  }
  return null;
}

/** Where a search found something last. In a list of many elements each hit test takes long, so it begins there. */
let column = COLUMNS[0];
let found = null;

/** The element that shows the text with this mark inside the box, and can be hit; null where there is none. */
export function findMark(box, mark) {
  const { top, bottom, left } = box.getBoundingClientRect();
  for (const x of [column, ...COLUMNS.filter((other) => other !== column)])
    for (let y = bottom - 4; y > top; y -= 9) {
      const element = textAt(box, left + x, y, (text) => text.includes(mark));
      if (!element) continue;
      column = x;
      found = element;
      return element;
    }
  return null;
}

/** Where the row with this mark is, from the top of the window; null where it is not in the box. */
export function topOf(box, mark) {
  // The same element as before, unless it shows another row by now.
  const isSame = found?.isConnected && found.textContent.includes(mark) && isOneRow(found.textContent);
  return (isSame ? found : findMark(box, mark))?.getBoundingClientRect().top ?? null;
}

/** The mark of the row nearest to this height, so that it can be found again. */
export function markAt(box, height) {
  const { top, left } = box.getBoundingClientRect();
  for (let y = top + height; y < top + box.clientHeight; y += 4)
    for (const x of COLUMNS) {
      const element = textAt(box, left + x, y, (text) => text.match(MARK) !== null);
      if (element) return element.textContent.match(MARK)[0];
    }
  return null;
}

/** Which part of the box shows nothing, from 0 to 1. A gap between two rows is not counted. */
export function blankShare(box) {
  const { top, left, height } = box.getBoundingClientRect();
  const isText = (text) => /\S/.test(text);
  const isBlank = (y) => COLUMNS.every((x) => !textAt(box, left + x, y, isText));
  let blank = 0;
  const places = 8;
  for (let n = 0; n < places; n += 1) {
    const y = top + 20 + ((height - 120) * n) / places;
    if (isBlank(y) && isBlank(y + 14) && isBlank(y + 28)) blank += 1;
  }
  return blank / places;
}

/** How many elements are in the box, shadow trees included. */
export function countElements(root) {
  let count = 0;
  for (const element of root.querySelectorAll('*')) {
    count += 1;
    if (element.shadowRoot) count += countElements(element.shadowRoot);
  }
  return count;
}
