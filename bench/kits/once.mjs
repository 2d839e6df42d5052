/** Runs it once before the next frame, however often it is asked for in one turn. */
export function oncePerTurn(run) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    queueMicrotask(() => {
      isAsked = false;
      run();
    });
  };
}
