/**
 * Where a criterion stands that the analysis of a measurement service judges: one on an anomaly, or on a signal that the
 * service works out. It is written with the last unit of a run, so that a run that dies has told nothing.
 */
import type { Instant } from '../../kernel/clock.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import type { Severity } from '../anomaly/anomaly.ts';
import type { CriterionStanding } from './criterion.ts';

export const judgementFamily = defineFamily({
  name: 'criterion_judgement',
  area: 'measurements',
  columns: {
    criterion: 'text',
    device: 'text',
    /** JSON: `Judgement`. */
    judgement: 'text',
  },
  key: ['criterion'],
  indexes: [{ columns: ['device', 'criterion'] }],
});

/** An anomaly that a criterion has fired on. */
export type FiredOn = {
  readonly anomaly: string;
  readonly field: string;
  readonly detector: string;
  readonly from: Instant;
  readonly to: Instant;
  /** False: the criterion has cleared. */
  readonly isOpen: boolean;
};
/** Where a criterion on a signal stood before the minute `at` was judged. */
export type Mark = { readonly at: Instant; readonly standing: CriterionStanding };
/** A firing on a signal, as it was told: it began with `since` and has lasted to `to`. */
export type ToldFiring = {
  readonly since: Instant;
  readonly to: Instant;
  /** False: the criterion has cleared. */
  readonly isOpen: boolean;
};
export type Judgement = {
  readonly v: 1;
  readonly standing: CriterionStanding;
  /** The latest minute of the signal that was judged; null: none yet, or the criterion looks at an anomaly. */
  readonly upTo: Instant | null;
  /** Those that are open, and those that could be found again while they are new enough to fire. */
  readonly firedOn: readonly FiredOn[];
  /** Of a criterion on a signal; left out by releases that judged each minute once. */
  readonly marks?: readonly Mark[];
  readonly told?: readonly ToldFiring[];
};

export const judgementOf = ({ judgement }: Pick<RowOf<typeof judgementFamily>, 'judgement'>): Judgement =>
  JSON.parse(judgement) as Judgement;

/** The anomaly that a criterion on one fired on. */
export type SeenAnomaly = {
  readonly id: string;
  readonly anomaly: string;
  readonly field: string;
  readonly severity: Severity;
  /** The score from which on there is such an anomaly. */
  readonly threshold: number;
};
