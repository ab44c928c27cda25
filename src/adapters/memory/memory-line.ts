/** Entries that wait, by their place: what came in order, and what came back to where it stood. */
import type { Entry } from './memory-entry.ts';

export class MemoryLine {
  /** What came in order, from `#head` on; and what came back, by place. Both upwards. */
  #arrived: Entry[] = [];
  #head = 0;
  #returned: Entry[] = [];

  get length(): number {
    return this.#arrived.length - this.#head + this.#returned.length;
  }

  add(entry: Entry): void {
    this.#arrived.push(entry);
  }

  putBack(entry: Entry): void {
    const place = this.#returned.findIndex((other) => other.place > entry.place);
    this.#returned.splice(place < 0 ? this.#returned.length : place, 0, entry);
  }

  get first(): Entry | undefined {
    const arrived = this.#arrived[this.#head];
    const returned = this.#returned[0];
    return returned !== undefined && (arrived === undefined || returned.place < arrived.place) ? returned : arrived;
  }

  /** The entry with the lowest place. */
  take(): Entry | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    if (first === this.#returned[0]) return this.#returned.shift();
    this.#head += 1;
    if (this.#head === this.#arrived.length) [this.#arrived, this.#head] = [[], 0];
    else if (this.#head * 2 > this.#arrived.length && this.#head >= FORGET_FROM) {
      [this.#arrived, this.#head] = [this.#arrived.slice(this.#head), 0];
    }
    return first;
  }

  /** In their order. */
  takeAll(): Entry[] {
    const all = [...this.#returned, ...this.#arrived.slice(this.#head)].sort((a, b) => a.place - b.place);
    [this.#returned, this.#arrived, this.#head] = [[], [], 0];
    return all;
  }
}

/** Places taken before the list is made shorter, so that a short queue is not copied at every turn. */
const FORGET_FROM = 64;
