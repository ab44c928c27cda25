/** What a service finds strange: a stretch of time, by a detector, on a signal, with its evidence. */
import type { Instant } from '../../kernel/clock.ts';
import type { Severity } from '../anomaly/anomaly.ts';

export type Finding = {
  /** Field, derived signal, or `speed`. */
  readonly field: string;
  readonly detector: string;
  readonly from: Instant;
  readonly to: Instant;
  /** It has not been seen to end. */
  readonly isOpen: boolean;
  readonly score: number;
  readonly severity: Severity;
  readonly evidence: {
    readonly at: Instant;
    readonly value: number;
    readonly expected: number;
    readonly sigma: number;
    readonly threshold: number;
  };
};

export type Find = (finding: Finding) => void;
