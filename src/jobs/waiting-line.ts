/**
 * Claims that wait for jobs of the same kinds stand in a line: a commit wakes the first of each line, and whoever leaves
 * wakes the next two, since more may be there than it took, or may have come while it was leaving. So each job does not wake
 * a thousand that wait, and a burst still reaches them all at twice as many a time.
 */
import { Bell } from '../kernel/bell.ts';

export type Place = { readonly bell: Bell; readonly leave: () => void };

export class WaitingLines {
  readonly #listen: (wake: () => void) => () => void;
  readonly #lines = new Map<string, Set<Bell>>();
  #unlisten = () => {};

  /** `listen` is told whom to wake as long as somebody waits. */
  constructor(listen: (wake: () => void) => () => void) {
    this.#listen = listen;
  }

  join(kinds: readonly string[]): Place {
    if (this.#lines.size === 0) this.#unlisten = this.#listen(() => this.#wakeAll());
    const name = JSON.stringify([...kinds].sort());
    const line = this.#lines.get(name) ?? new Set();
    const bell = new Bell();
    this.#lines.set(name, line.add(bell));
    return { bell, leave: () => this.#leave(name, bell) };
  }

  #leave(name: string, bell: Bell): void {
    const line = this.#lines.get(name);
    line?.delete(bell);
    if (line !== undefined && line.size > 0) return wake(line, 2);
    this.#lines.delete(name);
    if (this.#lines.size === 0) this.#unlisten();
  }

  #wakeAll(): void {
    for (const line of this.#lines.values()) wake(line, 1);
  }
}

function wake(line: ReadonlySet<Bell>, count: number): void {
  let left = count;
  for (const bell of line) {
    if (left === 0) return;
    bell.ring();
    left -= 1;
  }
}
