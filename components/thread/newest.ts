/** Tells which rows at the end of a list were not there before: new is what came, not what stands last now. */
export class Newest<Id> {
  #known = new Set<Id>();
  #revision: unknown;

  /** Another list. */
  restart(): void {
    this.#known = new Set();
    this.#revision = undefined;
  }

  /** Whether none of these was there before, while there were others: another list, most likely. */
  knowsNone(ids: readonly Id[]): boolean {
    return this.#known.size > 0 && ids.length > 0 && !ids.some((id) => this.#known.has(id));
  }

  /**
   * What has come at the end, in order; null while there was nothing to compare with. `revision` is another one
   * whenever the ids are.
   */
  take(ids: readonly Id[], revision: unknown): readonly Id[] | null {
    if (revision === this.#revision) return [];
    this.#revision = revision;
    const known = this.#known;
    const isFirst = known.size === 0;
    const came: Id[] = [];
    for (let i = ids.length - 1; i >= 0 && !known.has(ids[i]!); i -= 1) came.push(ids[i]!);
    for (const id of came) known.add(id);
    for (let i = 0; i < ids.length && !known.has(ids[i]!); i += 1) known.add(ids[i]!);
    // Something has gone, or has come between the others.
    if (known.size !== ids.length) this.#known = new Set(ids);
    return isFirst ? null : came.reverse();
  }
}
