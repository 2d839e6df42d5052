/**
 * What happens to a page. `frozen` and `cached` (into the back/forward cache): no code runs until `back`. `gone`: for
 * good. `online`: the network is back. A page that dies tells nothing.
 */
export type PageMoment = 'shown' | 'hidden' | 'frozen' | 'cached' | 'back' | 'gone' | 'online';

/** The life of this page, or of one of its windows. */
export interface Page {
  readonly isVisible: boolean;
  /** Calls back at every moment; returns the unsubscriber. */
  watch(listener: (moment: PageMoment) => void): () => void;
}
