/**
 * Thresholds proposed from labels: what people, or the outcomes of processes, made of anomalies says which threshold would have
 * raised more of the confirmed ones and fewer of the rejected ones. Nothing is written.
 *
 * A detector is judged by the highest scores of its stored anomalies, so its threshold can only be raised: what lies below
 * was never stored. A criterion with one limit is judged on the stored readings, with the code that judges live ones, in
 * both directions; it covers the detector whose score it looks at.
 */
import type { Instant } from '../../kernel/clock.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import type { Anomalies } from '../anomaly/anomalies.ts';
import type { Anomaly } from '../anomaly/anomaly.ts';
import { trackRuleOf } from '../anomaly/detector.ts';
import { DETECTORS } from '../anomaly/detector-name.ts';
import { MULTIVARIATE_THRESHOLD } from '../anomaly/multivariate.ts';
import { type CriteriaParts, getCriterion, isJudgedByService } from '../criterion/change.ts';
import { type Criterion, criterionFamily, criterionOf, MAX_CRITERIA } from '../criterion/criterion.ts';
import { isLimit, type LimitSettings } from '../criterion/settings.ts';
import { rangeOf, type Tried, trySettings } from '../criterion/simulate.ts';
import type { Device } from '../device/device.ts';
import type { Devices } from '../device/devices.ts';
import { MAX_PAGE_ROWS } from '../page.ts';
import {
  bestOf,
  type Counts,
  candidatesBetween,
  isEnough,
  type Labels,
  type Measure,
  measureOf,
  thinned,
} from './sweep.ts';

/** Anomalies of a device that are looked at, the latest. */
export const MAX_TUNED_ANOMALIES = 10_000;
/** Devices that one question goes through. */
export const MAX_TUNED_DEVICES = 1_000;

export type TuneRequest = {
  /** Default: every device. */
  readonly device?: string | undefined;
  /** This criterion alone. */
  readonly criterion?: string | undefined;
  /** Default: 30 days before the end. */
  readonly from?: Instant | undefined;
  /** Not included. Default: just after the last reading of each device. */
  readonly to?: Instant | undefined;
};

export type TuneStatus = 'better' | 'as-good' | 'too-few-labels' | 'too-many-readings';
export type Proposal = {
  readonly device: string;
  readonly field: string;
  readonly detector: string | null;
  /** The criterion whose limit it is; null: the threshold of the detector. */
  readonly criterion: string | null;
  readonly status: TuneStatus;
  readonly labels: Labels;
  /** Null: it was not judged. */
  readonly now: Measure | null;
  /** Null: none is better. */
  readonly proposed: Measure | null;
  /** Whether the device or the criterion can be set to it; the limits of a service stand in its declaration. */
  readonly isSettable: boolean;
};

export type TuneParts = CriteriaParts & { readonly devices: Devices; readonly anomalies: Anomalies };
type Judged = Pick<Proposal, 'status' | 'now' | 'proposed'>;

/** Throws `device.unknown`, `criterion.unknown` or `measurement.invalid-range`. */
export async function tune(parts: TuneParts, request: TuneRequest): Promise<Proposal[]> {
  const proposals: Proposal[] = [];
  const only = request.criterion === undefined ? undefined : await getCriterion(parts.store, request.criterion);
  for (const device of await devicesOf(parts, only?.device ?? request.device)) {
    const { from, to } = await rangeOf(parts.store, device.id, request);
    const anomalies = await anomaliesIn(parts.anomalies, { device: device.id, from, to });
    if (!anomalies.some(({ label }) => label !== null)) continue;
    const criteria = await limitsOf(parts, device);
    const wanted = criteria.filter(({ id }) => request.criterion === undefined || id === request.criterion);
    for (const criterion of wanted) {
      const labelled = anomalies.filter(({ label, field }) => label !== null && field === fieldOf(criterion));
      if (labelled.length > 0) proposals.push(await ofCriterion(parts, criterion, { labelled, from, to }));
    }
    if (request.criterion === undefined) proposals.push(...ofDetectors(device, criteria, anomalies));
  }
  return proposals;
}

async function devicesOf({ devices }: TuneParts, id: string | undefined): Promise<Device[]> {
  if (id !== undefined) return [await devices.get(id)];
  const found: Device[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await devices.list({ limit: MAX_PAGE_ROWS, cursor });
    found.push(...page.items);
    if (page.next === null || found.length >= MAX_TUNED_DEVICES) return found.slice(0, MAX_TUNED_DEVICES);
    cursor = page.next;
  }
}

type Range = { readonly device: string; readonly from: Instant; readonly to: Instant };

/** Those that stand, the latest first. */
async function anomaliesIn(anomalies: Anomalies, range: Range): Promise<Anomaly[]> {
  const found: Anomaly[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await anomalies.list({ ...range, limit: MAX_PAGE_ROWS, cursor });
    found.push(...page.items.filter(({ revisedBy }) => revisedBy === null));
    if (page.next === null || found.length >= MAX_TUNED_ANOMALIES) return found.slice(0, MAX_TUNED_ANOMALIES);
    cursor = page.next;
  }
}

type OfLimit = Criterion & { readonly settings: LimitSettings & { readonly limit: number } };
const fieldOf = ({ settings }: OfLimit): string => settings.signal.field;

/** Criteria with one limit that readings judge. */
async function limitsOf({ store }: TuneParts, device: Device): Promise<OfLimit[]> {
  const fields = device.fields.map(({ name }) => name);
  const rows = await store.select(criterionFamily, {
    where: { device: device.id },
    order: ['id'],
    limit: MAX_CRITERIA,
  });
  return rows
    .map(criterionOf)
    .filter(
      (one): one is OfLimit => isOneLimit(one) && one.settings.enabled && !isJudgedByService(one.settings, fields),
    );
}

const isOneLimit = ({ settings }: Criterion): boolean => isLimit(settings) && typeof settings.limit === 'number';

type Past = { readonly labelled: readonly Anomaly[]; readonly from: Instant; readonly to: Instant };

async function ofCriterion(parts: TuneParts, criterion: OfLimit, { labelled, from, to }: Past): Promise<Proposal> {
  const { detector } = criterion.settings.signal;
  const labels = labelsOf(labelled);
  const proposal = {
    device: criterion.device,
    field: fieldOf(criterion),
    detector: detector ?? null,
    criterion: criterion.id,
    labels,
    isSettable: true,
  };
  if (!isEnough(labels)) return { ...proposal, status: 'too-few-labels', now: null, proposed: null };
  const values = labelled.flatMap((anomaly) => {
    if (detector === undefined) return [anomaly.evidence.value];
    return anomaly.detector === detector ? [anomaly.score] : [];
  });
  try {
    const settings = thinned(candidatesBetween(values)).map(
      (limit) => ({ ...criterion.settings, limit }) as LimitSettings,
    );
    const { tried } = await trySettings(parts, criterion, { settings, from, to });
    const [present, ...others] = tried.map((one) => countsOf(one, labels));
    return { ...proposal, ...judged(present as Counts, others) };
  } catch (error) {
    if (!isMillraceError(error, 'measurement.range-too-large')) throw error;
    return { ...proposal, status: 'too-many-readings', now: null, proposed: null };
  }
}

function countsOf({ settings, firings, labelled }: Tried, { confirmed }: Labels): Counts {
  const { hit, missed, falseAlarms } = labelled ?? { hit: 0, missed: confirmed, falseAlarms: 0 };
  const { limit } = settings as OfLimit['settings'];
  return { threshold: limit, alarms: firings.length, caught: hit, missed, falseAlarms };
}

/** One for each detector, watch or score on each field or signal that has labels, but those that a criterion covers. */
function ofDetectors(device: Device, criteria: readonly OfLimit[], anomalies: readonly Anomaly[]): Proposal[] {
  const groups = new Map<string, Anomaly[]>();
  for (const anomaly of anomalies) {
    const { field, detector } = anomaly;
    if (criteria.some(({ settings: { signal } }) => signal.field === field && signal.detector === detector)) continue;
    const key = JSON.stringify([field, detector]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [anomaly]);
    else group.push(anomaly);
  }
  return [...groups.values()].flatMap((group) => {
    const labelled = group.filter(({ label }) => label !== null);
    const [first] = group;
    if (first === undefined || labelled.length === 0) return [];
    const { field, detector } = first;
    const labels = labelsOf(labelled);
    const { threshold, isSettable } = thresholdOf(device, { field, detector });
    const head = { device: device.id, field, detector, criterion: null, labels, isSettable };
    if (!isEnough(labels)) return [{ ...head, status: 'too-few-labels' as const, now: null, proposed: null }];
    return [{ ...head, ...sweepScores(group, threshold) }];
  });
}

/** The threshold of now: of the field, of the detector, or of the service, whose watches count in times of their limit. */
function thresholdOf(
  { fields }: Device,
  of: { readonly field: string; readonly detector: string },
): { readonly threshold: number; readonly isSettable: boolean } {
  const name = DETECTORS.find((known) => known === of.detector);
  if (name === undefined)
    return { threshold: of.detector === 'multivariate' ? MULTIVARIATE_THRESHOLD : 1, isSettable: false };
  const field = fields.find((known) => known.name === of.field);
  const { threshold } = trackRuleOf(name, { own: field?.thresholds?.[name] });
  return { threshold, isSettable: field !== undefined };
}

/** What higher thresholds would have left of stored anomalies. */
export function sweepScores(anomalies: readonly Pick<Anomaly, 'score' | 'label'>[], threshold: number): Judged {
  const labelled = anomalies.filter(({ label }) => label !== null);
  const { confirmed } = labelsOf(labelled);
  const rising = anomalies.toSorted((one, other) => one.score - other.score);
  let place = 0;
  let caught = confirmed;
  let falseAlarms = labelled.length - confirmed;
  // Thresholds come in rising order: each leaves out some more, and there may be as many of both.
  const at = (candidate: number): Counts => {
    for (let next = rising[place]; next !== undefined && next.score < candidate; next = rising[++place]) {
      if (next.label === 'confirmed') caught -= 1;
      if (next.label === 'rejected') falseAlarms -= 1;
    }
    return { threshold: candidate, alarms: rising.length - place, caught, missed: confirmed - caught, falseAlarms };
  };
  const candidates = candidatesBetween(labelled.map(({ score }) => score)).filter((one) => one > threshold);
  const present = at(threshold);
  return judged(present, candidates.map(at));
}

function judged(present: Counts, others: readonly Counts[]): Judged {
  const best = bestOf(others, present);
  const now = measureOf(present);
  if (best === undefined) return { status: 'as-good', now, proposed: null };
  return { status: 'better', now, proposed: measureOf(best) };
}

function labelsOf(labelled: readonly Pick<Anomaly, 'label'>[]): Labels {
  const confirmed = labelled.filter(({ label }) => label === 'confirmed').length;
  return { confirmed, rejected: labelled.filter(({ label }) => label === 'rejected').length };
}
