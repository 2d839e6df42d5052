/**
 * The document of the window that an element stands in: another one than this script's in a picture-in-picture window;
 * of a frame of the same origin, the page around it.
 */
export function pageOf(element: Node): Document {
  let page = element.ownerDocument ?? document;
  for (let frame = frameOf(page); frame; frame = frameOf(page)) page = frame.ownerDocument;
  return page;
}

function frameOf(page: Document): Element | null {
  return page.defaultView?.frameElement ?? null;
}

/** Calls back when the window of an element is shown, hidden or gets the focus; returns what ends that. */
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
