/**
 * A kind of job: how its jobs are treated. What the code that handles it declares is the default; what an operator sets
 * is a row, wins, and counts at once for jobs that wait already.
 */
import type { Backoff } from '../kernel/backoff.ts';
import { defineFamily, type RowOf } from '../store/family.ts';
import { DEFAULT_MAX_ATTEMPTS } from './job.ts';

export type KindSettings = {
  /** What becomes of a job whose worker was lost: tried again, or held until a person says whether it happened. */
  readonly onLost: 'retry' | 'hold';
  /** Who is asked about a held job. */
  readonly holdRole: string;
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  readonly leaseMs: number;
  /** How long one attempt may take; null: as long as it likes. */
  readonly timeoutMs: number | null;
  /** Jobs of one key at work at a time; 1 keeps their order. */
  readonly keyLimit: number;
  /** Whether keys take turns, one job each; null: the most urgent first, then the eldest. `window`: jobs let in at a time. */
  readonly fairWindow: number | null;
  /** Starts at most, over all workers; null: no limit. */
  readonly rate: { readonly limit: number; readonly perMs: number } | null;
  /** Jobs that may wait; more are refused with `job.queue-full`. */
  readonly maxWaiting: number;
  /** How long ended jobs are kept, and how many bytes of payload, output and failure at most. */
  readonly keepMs: number;
  readonly keepBytes: number;
  /** JSON Schema of the payload; null: anything. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  /** What the bus hears: `live`, after the commit, lost with the process; `kept`, in the commit, never lost; `off`. */
  readonly events: 'live' | 'kept' | 'off';
  /** What Redis shows of its jobs, where there is a mirror: `all`, also the result; `status` without it; `off`, nothing. */
  readonly mirror: 'all' | 'status' | 'off';
};

export type Kind = KindSettings & { readonly name: string; readonly isPaused: boolean };

const DAY_MS = 86_400_000;
export const DEFAULT_LEASE_MS = 30_000;

export const KIND_DEFAULTS: KindSettings = {
  onLost: 'retry',
  holdRole: 'operator',
  maxAttempts: DEFAULT_MAX_ATTEMPTS,
  backoff: { firstMs: 1_000, longestMs: 10 * 60_000 },
  leaseMs: DEFAULT_LEASE_MS,
  timeoutMs: null,
  keyLimit: 1,
  fairWindow: null,
  rate: null,
  maxWaiting: 5_000_000,
  keepMs: 7 * DAY_MS,
  keepBytes: 1_000_000_000,
  schema: null,
  events: 'live',
  mirror: 'all',
};

export const kindFamily = defineFamily({
  name: 'job_kind',
  columns: {
    name: 'text',
    /** 0 or 1. */
    isPaused: 'integer',
    /** JSON: the settings that differ from what the code declares. */
    settings: 'text',
    stamp: 'integer',
    updatedAt: 'integer',
    updatedBy: 'text',
  },
  key: ['name'],
});
export type KindRow = RowOf<typeof kindFamily>;
