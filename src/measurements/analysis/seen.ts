/** What a run of an analysis has seen of a device, as criteria look at it, and what they make of it. */
import type { Instant } from '../../kernel/clock.ts';
import type { Reading } from '../criterion/evaluate.ts';
import type { Judgement } from '../criterion/judgement.ts';
import type { CriterionFinding } from '../ingest/analysis.ts';
import type { Finding } from '../watch/finding.ts';

/** Anomalies that begin earlier before now fire no criterion. */
export const FIRING_WITHIN_MS = 24 * 3_600_000;
/** The stretch before what was found that a chart of the evidence shows as well. */
export const EVIDENCE_BEFORE_MS = 30 * 60_000;
export type FoundAnomaly = Finding & { readonly id: string };
/** What a run has seen. */
export type Seen = {
  /** Those that the run could find again. */
  readonly findings: readonly FoundAnomaly[];
  /** Minutes of the signals that criteria look at, by signal. */
  readonly minutes: ReadonlyMap<string, readonly Reading[]>;
  /** From this minute on they are all there. */
  readonly minutesFrom: Instant;
  /** The minutes from which on later runs may hand them out once more. */
  readonly marks: readonly Instant[];
  /** From here on findings are complete: what was found later before and is missing now has been taken back. */
  readonly foundFrom: Instant;
  readonly horizon: Instant;
  /** Up to here readings came with an import of the past. */
  readonly quietTo: Instant;
  readonly now: Instant;
};
export type Judged = { readonly judgement: Judgement; readonly findings: readonly CriterionFinding[] };

/** Whether what is found at that time may start something. */
export const isNews = (
  { from, to }: Pick<Finding, 'from' | 'to'>,
  { quietTo, now }: Pick<Seen, 'quietTo' | 'now'>,
): boolean => from >= now - FIRING_WITHIN_MS && to > quietTo;
