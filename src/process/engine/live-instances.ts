/**
 * Instances in memory: the newest state of each, including states whose commit is still under way, so that the next
 * command of an instance need not wait for the disk. An instance with a commit under way is never forgotten; others are
 * when there are too many. What is here may be out of date on a shared store; the guard on the stamp finds that out.
 */

import { RecentRows } from '../../jobs/recent-rows.ts';
import type { Definition } from '../core/definition.ts';
import type { ProcessState } from '../core/state.ts';

export type Live = { readonly definition: Definition; readonly state: ProcessState; readonly stamp: number };

export class LiveInstances {
  readonly #recent: RecentRows<Live>;
  readonly #underWay = new Map<number, { live: Live; commits: number }>();

  constructor(capacity: number) {
    this.#recent = new RecentRows(capacity);
  }

  get(id: number): Live | undefined {
    return this.#underWay.get(id)?.live ?? this.#recent.get(id);
  }

  /** As read from the store. */
  remember(id: number, live: Live): void {
    this.#recent.set(id, live);
  }

  /** A newer state whose commit has just been asked for. */
  begin(id: number, live: Live): void {
    const entry = this.#underWay.get(id);
    if (entry === undefined) this.#underWay.set(id, { live, commits: 1 });
    else {
      entry.live = live;
      entry.commits += 1;
    }
  }

  /** A commit asked for with `begin` has ended. After a failure everything known of the instance is forgotten. */
  end(id: number, wasCommitted: boolean): void {
    const entry = this.#underWay.get(id);
    if (entry === undefined) return;
    entry.commits -= 1;
    if (!wasCommitted) this.forget(id);
    else if (entry.commits <= 0) {
      this.#underWay.delete(id);
      if (entry.live.state.status === 'active') this.#recent.set(id, entry.live);
      else this.#recent.delete(id);
    }
  }

  forget(id: number): void {
    this.#underWay.delete(id);
    this.#recent.delete(id);
  }
}
