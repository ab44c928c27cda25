/** Writes down what was decided about jobs, in one commit with what belongs to it, and tells those who want to know. */
import type { Instant } from '../kernel/clock.ts';
import { formatJobId, type JobId, type NextId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Store } from '../store/store.ts';
import type { CommitVerdict, Unit, Write } from '../store/unit.ts';
import { isFinal, type JobRow } from './job.ts';
import { changeOf, ownerOf, settledOf } from './job-change.ts';
import { eventOf, type JobWatch, keptEvent } from './job-event.ts';
import type { Kinds } from './kinds.ts';
import type { JobMetrics, JobResult } from './metrics.ts';
import type { OnSettled, Owners } from './owner.ts';
import type { JobChange } from './settle.ts';
import type { JobVerb } from './transition.ts';

/** A decision, in whose name, and what else belongs to its unit. */
export type Decided = {
  readonly change: JobChange;
  readonly verb: JobVerb;
  readonly now: Instant;
  readonly actor: string;
  readonly with?: readonly Write[];
};

export type ChangesParts = {
  readonly store: Store;
  readonly nextId: NextId;
  readonly owners: Owners;
  readonly log: Log;
  readonly metrics: JobMetrics;
  readonly kinds: Kinds;
  readonly watch: JobWatch;
};

export class Changes {
  readonly #parts: ChangesParts;

  constructor(parts: ChangesParts) {
    this.#parts = parts;
  }

  /** Changes a job as the keeper or an operator decided; a conflict is the caller's to look at. */
  async apply(row: JobRow, decided: Decided, joined: Unit = NOTHING): Promise<CommitVerdict> {
    const own = this.unitOf(row, decided);
    const part = { guards: [...own.guards, ...joined.guards], writes: [...own.writes, ...joined.writes] };
    const tell = this.ownerOf(row, decided.change);
    const verdict = await (tell === undefined
      ? this.#parts.store.commit([part]).then(([first = 'conflict']) => first)
      : tell(settledOf(row, decided.change, decided.actor), part));
    if (verdict === 'ok') this.tellOf(row, decided);
    return verdict;
  }

  /** Changes many jobs that have no owner to tell, in one commit; a conflict changes that one job not. */
  async applyAll(changes: readonly { readonly row: JobRow; readonly decided: Decided }[]): Promise<void> {
    const verdicts = await this.#parts.store.commit(changes.map(({ row, decided }) => this.unitOf(row, decided)));
    for (const [place, { row, decided }] of changes.entries()) if (verdicts[place] === 'ok') this.tellOf(row, decided);
  }

  /** Who must hear of the change before it is committed: the owner of a job that ends. */
  ownerOf(row: JobRow, change: JobChange): OnSettled | undefined {
    return isFinal(change.state) ? ownerOf(row, change, this.#parts.owners) : undefined;
  }

  /** The change as a unit of its own. */
  unitOf(row: JobRow, { change, verb, now, actor, with: more }: Decided): Unit {
    const kind = this.#parts.kinds.of(row.kind);
    const { guards, writes } = changeOf(row, change, { verb, now, actor });
    if (kind.events !== 'kept' && more === undefined) return { guards, writes };
    const kept = kind.events === 'kept' ? [keptEvent(this.#parts.nextId(), eventOf(row, change, { verb, now }))] : [];
    return { guards, writes: [...writes, ...kept, ...(more ?? [])] };
  }

  /** After the commit. */
  tellOf(row: JobRow, { change, verb, now }: Decided): void {
    const { log, metrics, watch } = this.#parts;
    const { id, kind } = row;
    const { state, attempt, outcome, error } = change;
    if (verb in RESULTS) metrics.settled(kind, state as JobResult);
    watch.tell(() => [eventOf(row, change, { verb, now })]);
    if (state === 'dead' && log.isLevelEnabled('warn')) {
      const fields = { job: formatJobId(id as JobId), kind, attempt, reason: error };
      log.warn(fields, 'a job failed for good; it is not tried again until a person says so');
    } else if (log.isLevelEnabled('debug')) {
      log.debug({ job: formatJobId(id as JobId), kind, state, outcome }, 'a job was settled');
    }
  }
}

const NOTHING: Unit = { guards: [], writes: [] };

/** Verbs that settle a job, for what is counted. */
const RESULTS = { done: true, fail: true, error: true, snooze: true, discard: true, cancel: true };
