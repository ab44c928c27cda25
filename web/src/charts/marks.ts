/** What is drawn over a series: limits, firings and anomalies. */
import type { Limit } from '../api/measurements.ts';

export type LimitMark = {
  /** Whose limit it is. */
  readonly name: string;
  readonly kind: 'limit' | 'preview';
  /** As people have set it. */
  readonly limit: Limit;
  /** Where it lies on the axis of the readings; a band has two lines. */
  readonly lines: readonly number[];
  /** The limit is one of a detector's score: its line is where a reading would have reached that score. */
  readonly isScore: boolean;
};
export type FiringMark = { readonly atMs: number; readonly name: string };
export type SpanMark = {
  readonly fromMs: number;
  readonly toMs: number;
  /** live: found as the readings came; analysis: by a measurement service; revised: taken back since. Default: live. */
  readonly found?: 'live' | 'analysis' | 'revised';
  readonly severity?: string;
};

export type Marks = {
  readonly limits: readonly LimitMark[];
  readonly firings: readonly FiringMark[];
  readonly anomalies: readonly SpanMark[];
};

/** The values of a limit: one, or both edges of a band. */
export const edgesOf = (limit: Limit): number[] => (typeof limit === 'number' ? [limit] : [limit.low, limit.high]);
