/** A criterion's firing as the process sees it: which, on which device, when (event time), and what was seen. */
import type { Instant } from '../../kernel/clock.ts';

export type Firing = {
  readonly id: string;
  readonly criterion: string;
  readonly device: string;
  readonly at: Instant;
  /** What was seen – value, limit, anomalies and whatever else the detector says – kept as it came. */
  readonly [fact: string]: unknown;
};
