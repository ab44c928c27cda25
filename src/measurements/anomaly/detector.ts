/**
 * A detector is an operator with what belongs to it: a name, a configuration made from the field it watches, the score
 * from which it opens an anomaly, and how long it stays quiet afterwards.
 *
 * Defaults, by reasoning and then looked at on the machine temperature series of NAB: 288 rows are a day of readings every
 * five minutes, so that the baseline holds one whole daily cycle; an hour against the half day before it shows a step and
 * forgives the hours of a cycle. From 4 standard deviations on chance alone would raise about one false alarm in 16,000
 * Gaussian rows (at 3 it would be one in 370). A quarter of the baseline without a strange row ends an anomaly; until a
 * whole baseline has passed the window still holds the disturbance, so only a higher score than before is news.
 */
import type { Field } from '../device/field.ts';
import type { Operator, OperatorState } from './operator.ts';
import { suddenChange } from './sudden-change.ts';
import type { TrackRule } from './track.ts';
import { zScore } from './z-score.ts';

export const DETECTORS = ['z-score', 'sudden-change'] as const;
export type DetectorName = (typeof DETECTORS)[number];

const Z_SCORE_WINDOW_ROWS = 288;
const CHANGE_RECENT_ROWS = 12;
const CHANGE_REFERENCE_ROWS = 144;
const DEFAULT_THRESHOLD = 4;
/** A criterion may ask for more sensitive detection, down to this. */
const MIN_THRESHOLD = 1;
/** A change below this share of the field's range is none. */
const MIN_CHANGE_OF_RANGE = 0.01;
/** Without a range: a change of fewer steps of the sensor is none. */
const MIN_CHANGE_STEPS = 3;

export type Detector = {
  readonly name: DetectorName;
  push(value: number): number;
  readonly expected: number;
  readonly sigma: number;
  snapshot(): unknown;
};

/** A detector for a field, from the beginning or from its snapshot. */
export function openDetector(name: DetectorName, field: Field, snapshot?: unknown): Detector {
  const resolution = field.resolution ?? 0;
  switch (name) {
    case 'z-score':
      return run(name, zScore, { config: { windowRows: Z_SCORE_WINDOW_ROWS, resolution }, snapshot });
    case 'sudden-change': {
      const config = {
        recentRows: CHANGE_RECENT_ROWS,
        referenceRows: CHANGE_REFERENCE_ROWS,
        resolution,
        minChange: minChangeOf(field),
      };
      return run(name, suddenChange, { config, snapshot });
    }
    default:
      return name satisfies never;
  }
}

/** When a detector opens and ends an anomaly; `limit` is the lowest limit that a criterion holds against its score. */
export function trackRuleOf(name: DetectorName, limit = DEFAULT_THRESHOLD): TrackRule {
  const baselineRows = name === 'z-score' ? Z_SCORE_WINDOW_ROWS : CHANGE_RECENT_ROWS + CHANGE_REFERENCE_ROWS;
  return {
    threshold: Math.max(MIN_THRESHOLD, Math.min(limit, DEFAULT_THRESHOLD)),
    quietRows: Math.floor(baselineRows / 4),
    refractoryRows: baselineRows,
  };
}

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
    push: (value) => operator.push(state, value),
    get expected() {
      return state.expected;
    },
    get sigma() {
      return state.sigma;
    },
    snapshot: () => operator.snapshot(state),
  };
}
