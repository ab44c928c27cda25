/**
 * What was used lately, so that it need not be asked for again. Only a memory, within a limit: whoever uses it must be
 * right also with nothing in it.
 */
export class Recent<Name, Thing> {
  readonly #capacity: number;
  #young = new Map<Name, Thing>();
  #old = new Map<Name, Thing>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(name: Name): Thing | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.set(name, old);
    return old;
  }

  set(name: Name, thing: Thing): void {
    // Two generations instead of a linked list: what is not touched for a whole generation is forgotten.
    if (this.#young.size >= this.#capacity / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, thing);
  }

  delete(name: Name): void {
    this.#young.delete(name);
    this.#old.delete(name);
  }

  /** How many things it holds. Looks at each: for those who watch, not for those who work. */
  get size(): number {
    let size = this.#young.size;
    for (const name of this.#old.keys()) if (!this.#young.has(name)) size += 1;
    return size;
  }

  has(name: Name): boolean {
    return this.#young.has(name) || this.#old.has(name);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
