/**
 * A detector is an operator with what belongs to it: a name, a configuration made from the field it watches, the score
 * from which it opens an anomaly, and how long it stays quiet afterwards.
 *
 * Defaults of the first two, by reasoning and then looked at on the machine temperature series of NAB: 288 rows are a day
 * of readings every five minutes, so that the baseline holds one whole daily cycle; an hour against the half day before it
 * shows a step and forgives the hours of a cycle. From 4 standard deviations on chance alone would raise about one false
 * alarm in 16,000 Gaussian rows (at 3 it would be one in 370). A quarter of the baseline without a strange row ends an
 * anomaly; until a whole baseline has passed the window still holds the disturbance, so only a higher score than before is
 * news. Where the figures of novelty come from: docs/decisions/0030-novelty-is-counted.md.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { Field } from '../device/field.ts';
import { type SeverityScale, SIGMA_SEVERITY } from './anomaly.ts';
import type { DetectorName } from './detector-name.ts';
import { DRIFT_THRESHOLD, drift } from './drift/drift.ts';
import { novelty } from './novelty/novelty.ts';
import type { Operator, OperatorState } from './operator.ts';
import { stuck } from './stuck.ts';
import { suddenChange } from './sudden-change.ts';
import type { TrackRule } from './track.ts';
import { zScore } from './z-score.ts';

const Z_SCORE_WINDOW_ROWS = 288;
const CHANGE_RECENT_ROWS = 12;
const CHANGE_REFERENCE_ROWS = 144;
const CHANGE_ROWS = CHANGE_RECENT_ROWS + CHANGE_REFERENCE_ROWS;
const NOVELTY_QUIET_ROWS = 24;
const DRIFT_QUIET_ROWS = 24;
/** A change below this share of the field's range is none. */
const MIN_CHANGE_OF_RANGE = 0.01;
/** Without a range: a change of fewer steps of the sensor is none. */
const MIN_CHANGE_STEPS = 3;

type Habit = TrackRule & {
  /** A criterion may ask for more sensitive detection, down to this. */
  readonly minThreshold: number;
  readonly severity: SeverityScale;
};
const SIGMAS = { threshold: 4, minThreshold: 1, severity: SIGMA_SEVERITY };
const HABITS: Readonly<Record<DetectorName, Habit>> = {
  'z-score': { ...SIGMAS, quietRows: Math.floor(Z_SCORE_WINDOW_ROWS / 4), refractoryRows: Z_SCORE_WINDOW_ROWS },
  'sudden-change': { ...SIGMAS, quietRows: Math.floor(CHANGE_ROWS / 4), refractoryRows: CHANGE_ROWS },
  // It says everything once by itself. A pause as long as its memory would hide a worse incident behind a small one.
  novelty: {
    ...{ threshold: 0.8, minThreshold: 0.4, severity: { major: 1.5, critical: 2.5 } },
    ...{ quietRows: NOVELTY_QUIET_ROWS, refractoryRows: 1 },
  },
  // Days whose means are independent and Gaussian give about one false alarm in two years.
  drift: {
    ...{ threshold: DRIFT_THRESHOLD, minThreshold: 4, severity: { major: 12, critical: 16 } },
    ...{ quietRows: DRIFT_QUIET_ROWS, refractoryRows: 1 },
  },
  stuck: {
    ...{ threshold: 3, minThreshold: 1.5, severity: { major: 6, critical: 12 } },
    ...{ quietRows: 1, refractoryRows: 1 },
  },
};

export type Detector = {
  readonly name: DetectorName;
  push(value: number, at: Instant): number;
  readonly expected: number;
  readonly sigma: number;
  /** Whether what is strange about the value is that it lies too low. */
  isFall(value: number): boolean;
  snapshot(): unknown;
};

/** A detector for a field, from the beginning or from its snapshot. `isRising`: only a rise of it is a fault. */
export function openDetector(
  name: DetectorName,
  field: Field,
  { snapshot, isRising = false }: { readonly snapshot?: unknown; readonly isRising?: boolean } = {},
): Detector {
  const resolution = field.resolution ?? 0;
  switch (name) {
    case 'z-score':
      return run(name, zScore, { config: { windowRows: Z_SCORE_WINDOW_ROWS, resolution, isRising }, snapshot });
    case 'sudden-change': {
      const config = {
        recentRows: CHANGE_RECENT_ROWS,
        referenceRows: CHANGE_REFERENCE_ROWS,
        resolution,
        minChange: minChangeOf(field),
      };
      return run(name, suddenChange, { config, snapshot });
    }
    case 'novelty':
      return run(name, novelty, { config: { resolution }, snapshot });
    case 'drift':
      return run(name, drift, { config: { resolution }, snapshot });
    case 'stuck':
      return run(name, stuck, { config: { resolution }, snapshot });
    default:
      return name satisfies never;
  }
}

/**
 * When a detector opens and ends an anomaly: at the threshold that the field sets, or the detector's own; `limit` is the lowest
 * limit that a criterion holds against its score.
 */
export function trackRuleOf(
  name: DetectorName,
  {
    own,
    limit = Number.POSITIVE_INFINITY,
  }: { readonly own?: number | undefined; readonly limit?: number | undefined } = {},
): TrackRule {
  const { threshold, minThreshold, quietRows, refractoryRows } = HABITS[name];
  return { threshold: Math.max(minThreshold, Math.min(limit, own ?? threshold)), quietRows, refractoryRows };
}

export const severityScaleOf = (name: DetectorName): SeverityScale => HABITS[name].severity;

function minChangeOf({ min, max, resolution = 0 }: Field): number {
  return min === undefined || max === undefined ? resolution * MIN_CHANGE_STEPS : (max - min) * MIN_CHANGE_OF_RANGE;
}

function run<Config, State extends OperatorState, Snapshot>(
  name: DetectorName,
  operator: Operator<Config, State, Snapshot>,
  { config, snapshot }: { readonly config: Config; readonly snapshot: unknown },
): Detector {
  const state = snapshot === undefined ? operator.init(config) : operator.restore(config, snapshot as Snapshot);
  return {
    name,
    push: (value, at) => operator.push(state, value, at),
    get expected() {
      return state.expected;
    },
    get sigma() {
      return state.sigma;
    },
    isFall: (value) => state.isFall ?? value < state.expected,
    snapshot: () => operator.snapshot(state),
  };
}
