/**
 * Everything that looks at the readings of one device, row by row in event time: detectors make scores, scores make
 * anomalies, criteria judge fields and scores. No I/O and no clock: the same rows give the same findings and the same
 * memory, whether they come one by one or a year at once, and a restored memory continues to the last bit.
 */
import type { Instant } from '../../kernel/clock.ts';
import { type AnomalyExtent, anomalyId, extentOf, type Source } from '../anomaly/anomaly.ts';
import { type Detector, openDetector, severityScaleOf, trackRuleOf } from '../anomaly/detector.ts';
import { DEFAULT_DETECTORS, DETECTORS, type DetectorName } from '../anomaly/detector-name.ts';
import { activeSince, QUIET, type Track, type TrackRule, track } from '../anomaly/track.ts';
import { type Criterion, type CriterionStanding, UNJUDGED } from '../criterion/criterion.ts';
import { type CriterionEvent, evaluateCriterion, type Reading } from '../criterion/evaluate.ts';
import type { SeenAnomaly } from '../criterion/judgement.ts';
import { isCombination, isLimit, type LimitRule, ruleOf } from '../criterion/settings.ts';
import type { Device } from '../device/device.ts';
import { type Field, roleOf } from '../device/field.ts';
import { type AnalysisMemory, standingsOf } from './analyzer.ts';

export type AnomalyFinding = {
  readonly source: Source;
  readonly from: Instant;
  readonly extent: AnomalyExtent;
  readonly isNew: boolean;
};
export type CriterionFinding = {
  readonly criterion: Criterion;
  readonly event: CriterionEvent;
  /** Ids of the anomalies that the signal belongs to. */
  readonly anomalies: readonly string[];
  /** The stretch that a chart of the evidence shows. */
  readonly from: Instant;
  readonly to: Instant;
  /** Of a criterion on an anomaly. */
  readonly seen?: SeenAnomaly;
  /** Of a criterion on the minutes of a signal, which may be judged more than once. */
  readonly isOnMinutes?: boolean;
};
export type Findings = {
  /** By id; the last state of each. */
  readonly anomalies: Map<string, AnomalyFinding>;
  readonly criteria: CriterionFinding[];
};
export const noFindings = (): Findings => ({ anomalies: new Map(), criteria: [] });

/** `numbers` by the place of the field, NaN where the row has none. */
export type AnalysedRow = { readonly at: Instant; readonly numbers: Float64Array };

type DetectorRun = {
  readonly source: Source;
  readonly detector: Detector;
  readonly rule: TrackRule;
  track: Track;
  /** Of the present row; NaN: the row has no such field, or too little is known. */
  score: number;
};
type CriterionRun = {
  readonly criterion: Criterion;
  readonly rule: LimitRule;
  readonly place: number;
  readonly detectors: readonly DetectorRun[];
  readonly isScore: boolean;
  readonly members: readonly CriterionRun[] | undefined;
  standing: CriterionStanding;
};
type DetectorMemory = readonly [name: DetectorName, snapshot: unknown, track: Track];
type Memory = {
  readonly v: 1;
  readonly marks: Instant[];
  readonly rowsSinceMark: number;
  readonly fields: readonly (readonly [field: string, detectors: readonly DetectorMemory[]])[];
};

/** A chart of evidence begins about as many rows before as the widest baseline has: a mark every 32 rows, ten kept. */
const MARK_EVERY_ROWS = 32;
const MAX_MARKS = 10;

export class DeviceAnalysis {
  readonly #device: Device;
  readonly #detectors: readonly (readonly DetectorRun[])[];
  readonly #criteria: readonly CriterionRun[];
  #marks: Instant[];
  #rowsSinceMark: number;
  #lastAt: Instant | null;

  constructor({
    device,
    criteria,
    memory,
  }: {
    readonly device: Device;
    readonly criteria: readonly Criterion[];
    readonly memory: AnalysisMemory;
  }) {
    const before = memory.detectors === '' ? undefined : (JSON.parse(memory.detectors) as Memory);
    this.#device = device;
    this.#marks = before?.marks ?? [];
    this.#rowsSinceMark = before?.rowsSinceMark ?? 0;
    this.#lastAt = memory.lastAt;
    this.#detectors = openDetectors(device, criteria, before);
    this.#criteria = openCriteria(device, criteria, { detectors: this.#detectors, standings: standingsOf(memory) });
  }

  /** Event time of the latest row; nothing older may be pushed. */
  get lastAt(): Instant | null {
    return this.#lastAt;
  }

  push(row: AnalysedRow, findings: Findings): void {
    this.#lastAt = row.at;
    this.#mark(row.at);
    for (const [place, runs] of this.#detectors.entries()) {
      const value = row.numbers[place] as number;
      for (const run of runs) {
        run.score = Number.isNaN(value) ? Number.NaN : run.detector.push(value, row.at);
        if (!Number.isNaN(value)) detect(run, { at: row.at, value }, findings);
      }
    }
    for (const run of this.#criteria) {
      const value = signalOf(run, row);
      if (!Number.isNaN(value)) this.#judge(run, { at: row.at, value }, findings);
    }
  }

  /** The memory as it is stored. */
  memory(): AnalysisMemory {
    const fields = this.#device.fields.map(({ name }, place) => {
      const runs = this.#detectors[place] ?? [];
      return [name, runs.map((run) => [run.detector.name, run.detector.snapshot(), run.track] as const)] as const;
    });
    const memory: Memory = { v: 1, marks: this.#marks, rowsSinceMark: this.#rowsSinceMark, fields };
    return {
      lastAt: this.#lastAt,
      detectors: JSON.stringify(memory),
      criteria: JSON.stringify(this.#criteria.map(({ criterion, standing }) => [criterion.id, standing])),
    };
  }

  #mark(at: Instant): void {
    if (this.#rowsSinceMark === 0) this.#marks = [...this.#marks.slice(1 - MAX_MARKS), at];
    this.#rowsSinceMark = (this.#rowsSinceMark + 1) % MARK_EVERY_ROWS;
  }

  #judge(run: CriterionRun, reading: Reading, { criteria }: Findings): void {
    const { state, events } = evaluateCriterion(run.rule, run.standing.state, reading);
    run.standing = { state, last: reading };
    for (const event of events) {
      const from = Math.min(this.#marks[0] ?? event.since, event.since);
      criteria.push({ criterion: run.criterion, event, anomalies: [...new Set(anomaliesOf(run))], from, to: event.at });
    }
  }
}

function openDetectors(device: Device, criteria: readonly Criterion[], before: Memory | undefined): DetectorRun[][] {
  const known = new Map(before?.fields);
  return device.fields.map((field) =>
    watchersOf(device, field, criteria).map((name) => {
      const [, snapshot, state = QUIET] = known.get(field.name)?.find(([detector]) => detector === name) ?? [];
      return {
        source: { device: device.id, field: field.name, detector: name },
        detector: openDetector(name, field, { snapshot }),
        rule: trackRuleOf(name, { own: field.thresholds?.[name], limit: lowestLimit(criteria, field.name, name) }),
        track: state,
        score: Number.NaN,
      };
    }),
  );
}

/**
 * Those that the field declares, and those whose score a criterion looks at. By default gauges are watched, but not those
 * of a device with a measurement service, whose analysis watches them with more sense of what the machine is doing.
 */
function watchersOf({ service }: Device, field: Field, criteria: readonly Criterion[]): readonly DetectorName[] {
  const { name, detectors } = field;
  const byDefault = service === null && roleOf(field) === 'gauge' ? DEFAULT_DETECTORS : [];
  const declared = detectors ?? byDefault;
  const judged = criteria.flatMap(({ settings }) =>
    isLimit(settings) && settings.signal.field === name ? [settings.signal.detector] : [],
  );
  return DETECTORS.filter((detector) => declared.includes(detector) || judged.includes(detector));
}

/** So that whatever a criterion fires on is an anomaly, which the outcome of its process can label. */
function lowestLimit(criteria: readonly Criterion[], field: string, detector: DetectorName): number | undefined {
  const limits = criteria.flatMap(({ settings }) => {
    if (!isLimit(settings) || !settings.enabled || settings.direction !== 'above') return [];
    return settings.signal.field === field && settings.signal.detector === detector ? [settings.limit] : [];
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/**
 * Combinations come last: they count the others as they stand after this row. What looks at an anomaly or a signal of the
 * device's service is judged by the analysis of the service.
 */
function openCriteria(
  device: Device,
  criteria: readonly Criterion[],
  {
    detectors,
    standings,
  }: {
    readonly detectors: readonly (readonly DetectorRun[])[];
    readonly standings: ReadonlyMap<string, CriterionStanding>;
  },
): CriterionRun[] {
  const runs = new Map<string, CriterionRun>();
  const standingOf = ({ id }: Criterion) => standings.get(id) ?? UNJUDGED;
  for (const criterion of criteria) {
    const { settings } = criterion;
    if (!isLimit(settings)) continue;
    const { field, detector } = settings.signal;
    const place = device.fields.findIndex(({ name }) => name === field);
    if (place < 0) continue;
    const watching = (detectors[place] ?? []).filter(
      ({ source }) => detector === undefined || source.detector === detector,
    );
    const signal = { place, detectors: watching, isScore: detector !== undefined, members: undefined };
    runs.set(criterion.name, { criterion, rule: ruleOf(settings), standing: standingOf(criterion), ...signal });
  }
  const combinations = criteria.flatMap((criterion): CriterionRun[] => {
    const { settings } = criterion;
    if (!isCombination(settings)) return [];
    const members = settings.of.flatMap((name) => runs.get(name) ?? []);
    const signal = { place: -1, detectors: [], isScore: false, members };
    return [{ criterion, rule: ruleOf(settings), standing: standingOf(criterion), ...signal }];
  });
  return [...runs.values(), ...combinations];
}

function signalOf({ members, isScore, detectors, place }: CriterionRun, row: AnalysedRow): number {
  if (members !== undefined) return members.filter(hasFired).length;
  return (isScore ? detectors[0]?.score : row.numbers[place]) ?? Number.NaN;
}

const hasFired = ({ standing }: CriterionRun): boolean => standing.state.phase === 'fired';

function anomaliesOf({ members, detectors }: CriterionRun): string[] {
  if (members !== undefined) return members.flatMap((member) => (hasFired(member) ? anomaliesOf(member) : []));
  return detectors.flatMap(({ source, track: state }) => {
    const since = activeSince(state);
    return since === undefined ? [] : [anomalyId(source, since)];
  });
}

function detect(run: DetectorRun, { at, value }: Reading, { anomalies }: Findings): void {
  const { source, rule, detector, score, track: before } = run;
  if (before.phase === 'quiet' && !(score >= rule.threshold)) return;
  const after = track(rule, before, { at, value, score, expected: detector.expected, sigma: detector.sigma });
  run.track = after;
  const isOver = before.phase === 'open' && after.phase !== 'open';
  const seen = isOver ? before : after.phase === 'open' && after.quietRows === 0 ? after : undefined;
  if (seen === undefined) return;
  const id = anomalyId(source, seen.from);
  const isNew = before.phase !== 'open' || (anomalies.get(id)?.isNew ?? false);
  const extent = extentOf(seen, { threshold: rule.threshold, isOpen: !isOver, scale: severityScaleOf(detector.name) });
  anomalies.set(id, { source, from: seen.from, extent, isNew });
}
