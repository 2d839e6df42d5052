/** Finds the rows at the end of a list that were added since the last check. */
export class Newest<Id> {
  #known = new Set<Id>();
  #revision: unknown;

  /** Another list. */
  restart(): void {
    this.#known = new Set();
    this.#revision = undefined;
  }

  /** Whether all rows were replaced by others, which is most likely another list. */
  knowsNone(ids: readonly Id[]): boolean {
    return this.#known.size > 0 && ids.length > 0 && !ids.some((id) => this.#known.has(id));
  }

  /** The rows added at the end, in order; null on the first check. `revision` changes whenever the ids do. */
  take(ids: readonly Id[], revision: unknown): readonly Id[] | null {
    if (revision === this.#revision) return [];
    this.#revision = revision;
    const known = this.#known;
    const isFirst = known.size === 0;
    const came: Id[] = [];
    for (let i = ids.length - 1; i >= 0 && !known.has(ids[i]!); i -= 1) came.push(ids[i]!);
    for (const id of came) known.add(id);
    for (let i = 0; i < ids.length && !known.has(ids[i]!); i += 1) known.add(ids[i]!);
    // A row was removed, or inserted between others.
    if (known.size !== ids.length) this.#known = new Set(ids);
    return isFirst ? null : came.reverse();
  }
}
