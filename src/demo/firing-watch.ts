/**
 * Tells from the criteria when the server must come up with a new process, so that the day can wait for exactly that. A
 * machine has a new case when both of its criteria have fired shortly after another while it had none.
 */
import type { Criterion } from '../client/wire-measurements.ts';
import type { Instant } from '../kernel/clock.ts';

/** Well inside the time that the process definition gives. */
const WITHIN_MS = 3_600_000;
/** A and B. */
const CRITERIA_OF_A_CASE = 2;

export class FiringWatch {
  readonly #active = new Set<string>();
  /** When the criteria of a machine have fired, by name. */
  readonly #fired = new Map<string, Map<string, Instant>>();

  /** Answers the machines that have a new case. `open` are those that have one already. */
  look(
    criteria: readonly Criterion[],
    { at, open }: { readonly at: Instant; readonly open: ReadonlyMap<string, unknown> },
  ): string[] {
    const moved = criteria.filter(({ id, state }) => state.active !== this.#active.has(id));
    for (const { id, device, name, state } of moved) {
      if (!state.active) this.#active.delete(id);
      else {
        this.#active.add(id);
        if (!open.has(device)) this.#firedOf(device).set(name, at);
      }
    }
    const complete = [...this.#fired].filter(
      ([, fired]) => [...fired.values()].filter((then) => at - then <= WITHIN_MS).length >= CRITERIA_OF_A_CASE,
    );
    for (const [device] of complete) this.#fired.delete(device);
    return complete.map(([device]) => device);
  }

  #firedOf(device: string): Map<string, Instant> {
    const fired = this.#fired.get(device) ?? new Map<string, Instant>();
    this.#fired.set(device, fired);
    return fired;
  }
}
