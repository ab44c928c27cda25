/**
 * Who is told when a job or task is settled. The owner merges the given part (guards and writes of the settled job)
 * with its own into one unit and commits it, so that settling a job and advancing its process are one commit.
 */
import type { Instant } from '../kernel/clock.ts';
import type { JobId } from '../kernel/ids.ts';
import type { CommitVerdict, Unit } from '../store/unit.ts';
import type { Owner } from './job.ts';

export type Settled = {
  readonly job: JobId;
  readonly kind: string;
  readonly owner: Owner;
  readonly actor: string;
  /** The person for whom the actor stood in. */
  readonly onBehalfOf?: string;
  /** When a person took the task, or the job's last attempt began; left out where that never happened. */
  readonly begunAt?: Instant;
  readonly result:
    | {
        readonly kind: 'done';
        readonly outcome: string;
        readonly variables?: Readonly<Record<string, unknown>>;
        readonly comment?: string;
      }
    | {
        readonly kind: 'error';
        readonly code: string;
        readonly message?: string;
        readonly variables?: Readonly<Record<string, unknown>>;
      }
    | { readonly kind: 'failed'; readonly message: string };
};

export type OnSettled = (settled: Settled, part: Unit) => Promise<CommitVerdict>;

/** Owners by their kind. Registered while the application is put together. */
export type Owners = Map<string, OnSettled>;
