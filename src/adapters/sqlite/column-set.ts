/**
 * Some columns of a table, as `set`, `add` and guards name them. Every set of columns exists once, so that rows which
 * change the same columns can be grouped into one statement by comparing references.
 */
export type ColumnSet = {
  /** Ascending. */
  readonly places: readonly number[];
  readonly unions: Map<ColumnSet, ColumnSet>;
};

export class ColumnSets {
  readonly #byPlaces = new Map<string, ColumnSet>();

  of(places: readonly number[]): ColumnSet {
    const name = places.join();
    const known = this.#byPlaces.get(name);
    if (known !== undefined) return known;
    const set: ColumnSet = { places, unions: new Map() };
    this.#byPlaces.set(name, set);
    return set;
  }

  union(one: ColumnSet, other: ColumnSet): ColumnSet {
    const known = one.unions.get(other);
    if (known !== undefined) return known;
    const union = this.of([...new Set([...one.places, ...other.places])].sort((a, b) => a - b));
    one.unions.set(other, union);
    return union;
  }
}
