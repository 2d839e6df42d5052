/** Resolves when the cell's value is as wanted. */
export function until(cell, isSo) {
  return new Promise((resolve) => {
    let stop;
    stop = cell.subscribe((value) => {
      if (!isSo(value)) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}
