/**
 * Rows that this process wrote or read lately, so that settling a job need not ask the store for it again. Only a memory:
 * every write is guarded by the row's epoch, so a row that is out of date costs one more try and changes nothing.
 */
export class RecentRows<Row> {
  readonly #capacity: number;
  #young = new Map<number, Row>();
  #old = new Map<number, Row>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(id: number): Row | undefined {
    const row = this.#young.get(id);
    if (row !== undefined) return row;
    const old = this.#old.get(id);
    if (old !== undefined) this.set(id, old);
    return old;
  }

  set(id: number, row: Row): void {
    // Two generations instead of a linked list: a row that is not touched for a whole generation is forgotten.
    if (this.#young.size >= this.#capacity / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, row);
  }

  delete(id: number): void {
    this.#young.delete(id);
    this.#old.delete(id);
  }
}
