/**
 * Instances in memory: the newest state of each, including states whose commit is still under way, so that the next
 * command of an instance need not wait for the disk. An instance with a commit under way is never forgotten; others are
 * when there are too many. What is here may be out of date on a shared store; the guard on the stamp finds that out.
 */

import { Recent } from '../../kernel/recent.ts';
import type { Definition } from '../core/definition.ts';
import type { ProcessState } from '../core/state.ts';

/** Instances kept in memory between commands. */
export const LIVE_INSTANCES = 20_000;

export type Live = { readonly definition: Definition; readonly state: ProcessState; readonly stamp: number };

/** Commits of one instance that follow from each other: when one of them fails, so do those behind it. */
export type Chain = { live: Live; commits: number };

export class LiveInstances {
  readonly #recent: Recent<number, Live>;
  readonly #underWay = new Map<number, Chain>();

  constructor(capacity: number) {
    this.#recent = new Recent(capacity);
  }

  /** How many instances are in memory; for those who watch. */
  get size(): number {
    let size = this.#recent.size;
    for (const id of this.#underWay.keys()) if (!this.#recent.has(id)) size += 1;
    return size;
  }

  get(id: number): Live | undefined {
    return this.#underWay.get(id)?.live ?? this.#recent.get(id);
  }

  /** Whether a commit of it was asked for that has not ended. */
  isUnderWay(id: number): boolean {
    return this.#underWay.has(id);
  }

  /** As read from the store. */
  remember(id: number, live: Live): void {
    this.#recent.set(id, live);
  }

  /** A newer state whose commit is asked for now. */
  begin(id: number, live: Live): Chain {
    const chain = this.#underWay.get(id);
    if (chain !== undefined) {
      chain.live = live;
      chain.commits += 1;
      return chain;
    }
    const begun = { live, commits: 1 };
    this.#underWay.set(id, begun);
    return begun;
  }

  /** A commit asked for with `begin` has ended. After a failure what the chain made of the instance is forgotten – not what another has made of it since. */
  end(id: number, chain: Chain, wasCommitted: boolean): void {
    chain.commits -= 1;
    if (this.#underWay.get(id) !== chain) return;
    if (!wasCommitted) {
      this.#underWay.delete(id);
      this.#recent.delete(id);
    } else if (chain.commits === 0) {
      this.#underWay.delete(id);
      if (chain.live.state.status === 'active') this.#recent.set(id, chain.live);
      else this.#recent.delete(id);
    }
  }

  /** What is known turned out not to be true any more. */
  forget(id: number): void {
    this.#underWay.delete(id);
    this.#recent.delete(id);
  }
}
