/**
 * The document of the window that contains an element: not this script's in a picture-in-picture window; for a frame
 * of the same origin, that of the page around it.
 */
export function pageOf(element: Node): Document {
  let page = element.ownerDocument ?? document;
  for (let frame = frameOf(page); frame; frame = frameOf(page)) page = frame.ownerDocument;
  return page;
}

function frameOf(page: Document): Element | null {
  return page.defaultView?.frameElement ?? null;
}

/** Calls back when the window of an element is shown, hidden or focused; returns the unsubscriber. */
export function onReader(element: Node, changed: () => void): () => void {
  const page = pageOf(element);
  const view = page.defaultView ?? window;
  page.addEventListener('visibilitychange', changed);
  view.addEventListener('focus', changed);
  return () => {
    page.removeEventListener('visibilitychange', changed);
    view.removeEventListener('focus', changed);
  };
}
