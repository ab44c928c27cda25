/**
 * What a criterion would have made of stored readings if it had been set otherwise: the readings are judged again, by the
 * settings as they are and as they are proposed, with the code that judges live readings. Nothing is written or told.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Store } from '../../store/store.ts';
import type { Anomalies } from '../anomaly/anomalies.ts';
import type { Anomaly } from '../anomaly/anomaly.ts';
import { type Device, deviceFamily, deviceOf } from '../device/device.ts';
import { DeviceAnalysis, type Findings, noFindings } from '../ingest/analysis.ts';
import { analyzerFamily } from '../ingest/analyzer.ts';
import { measurementFamily } from '../ingest/measurement.ts';
import { MAX_PAGE_ROWS } from '../page.ts';
import { readingsOf } from '../series/readings.ts';
import { offerOf } from '../services/offer.ts';
import { type CriteriaParts, type CriterionChange, getCriterion, isJudgedByService, requireFitting } from './change.ts';
import { type Criterion, criterionFamily, criterionOf, MAX_CRITERIA } from './criterion.ts';
import { type CriterionSettings, isCombination, parseSettings, signalField } from './settings.ts';

/** Readings judged for one answer. */
export const MAX_SIMULATED_READINGS = 250_000;
/** Firings that an answer lists of each kind; its counts tell of all. */
export const MAX_LISTED_FIRINGS = 1_000;
/** Labelled anomalies that firings are held against. */
export const MAX_LABELLED_ANOMALIES = 10_000;
/** Without a beginning: so long before the end. */
export const DEFAULT_PAST_MS = 30 * 86_400_000;
/** Readings before the beginning that are judged too, so that detectors know what is usual by then. */
const WARM_UP_READINGS = 1_000;

export type SimulationRequest = {
  readonly criterion: string;
  readonly change: CriterionChange;
  /** Default: 30 days before the end. */
  readonly from?: Instant | undefined;
  /** Not included. Default: just after the last reading. */
  readonly to?: Instant | undefined;
};

/** `since`: when the signal went beyond the limit; `until`: when it cleared, undefined: not before the end. */
export type SimulatedFiring = {
  readonly at: Instant;
  readonly since: Instant;
  readonly until: Instant | undefined;
  readonly value: number;
};
/** Against anomalies that people labelled: confirmed ones it fired on, those it missed, rejected ones it fired on. */
export type LabelScore = { readonly hit: number; readonly missed: number; readonly falseAlarms: number };
export type SimulatedSettings = {
  readonly settings: CriterionSettings;
  readonly count: number;
  readonly firings: readonly SimulatedFiring[];
  /** Undefined: no anomaly of the signal in that time has a label. */
  readonly labelled: LabelScore | undefined;
};
export type CriterionSimulation = {
  readonly criterion: Criterion;
  readonly from: Instant;
  readonly to: Instant;
  readonly readings: number;
  readonly current: SimulatedSettings;
  readonly proposed: SimulatedSettings;
  /** Firings at times at which the other would have been quiet. */
  readonly onlyCurrent: readonly SimulatedFiring[];
  readonly onlyProposed: readonly SimulatedFiring[];
};

type Parts = CriteriaParts & { readonly anomalies: Anomalies };
/** No criterion has such a name, so that it can stand beside the others of its device. */
const PROPOSED = 'proposed settings';

/** Throws `criterion.unknown`, `criterion.invalid`, `criterion.not-simulated`, `measurement.invalid-range` or `measurement.range-too-large`. */
export async function simulateCriterion(parts: Parts, request: SimulationRequest): Promise<CriterionSimulation> {
  const current = await getCriterion(parts.store, request.criterion);
  const settings = parseSettings({ ...current.settings, ...request.change });
  const { from, to, readings, tried } = await trySettings(parts, current, { ...request, settings: [settings] });
  const [now, then] = tried as [Tried, Tried];
  const shown = ({ firings, labelled, settings: set }: Tried): SimulatedSettings => ({
    settings: set,
    count: firings.length,
    firings: firings.slice(0, MAX_LISTED_FIRINGS),
    labelled,
  });
  return {
    criterion: current,
    from,
    to,
    readings,
    current: shown(now),
    proposed: shown(then),
    onlyCurrent: without(now.firings, then.firings).slice(0, MAX_LISTED_FIRINGS),
    onlyProposed: without(then.firings, now.firings).slice(0, MAX_LISTED_FIRINGS),
  };
}

export type Tried = Omit<SimulatedSettings, 'count'>;
type Trial = Pick<SimulationRequest, 'from' | 'to'> & { readonly settings: readonly CriterionSettings[] };

/** Judges stored readings once by all of the settings, the present ones first. Throws as `simulateCriterion`. */
export async function trySettings(
  parts: Parts,
  current: Criterion,
  { settings, ...request }: Trial,
): Promise<{
  readonly from: Instant;
  readonly to: Instant;
  readonly readings: number;
  readonly tried: readonly Tried[];
}> {
  const { store } = parts;
  const proposed = settings.map((each, place): Criterion => {
    const name = `${PROPOSED} ${place}`;
    return { ...current, id: `${current.device}.${name}`, name, settings: each };
  });
  const { device, criteria } = await deviceWith(parts, current, settings);
  const { from, to } = await rangeOf(store, current.device, request);
  const own = [current, ...proposed];
  const judged = [...membersOf(criteria, own), ...own];
  const { findings, readings } = await judge(store, { device: narrowed(device, judged), criteria: judged, from, to });
  const fields = new Set(judged.flatMap((each) => signalField(each.settings) ?? []));
  const labelled = await labelledIn(parts, { device: current.device, fields, from, to });
  const tried = own.map((criterion): Tried => {
    const firings = firingsIn(findings, criterion, from);
    return { settings: criterion.settings, firings, labelled: scoreOf(firings, labelled) };
  });
  return { from, to, readings, tried };
}

/** The device and its other criteria; the settings must fit them as those of a change do. */
async function deviceWith({ store, services }: Parts, current: Criterion, settings: readonly CriterionSettings[]) {
  const row = await store.get(deviceFamily, [current.device]);
  if (row === undefined) throw new MillraceError('device.unknown', { device: current.device });
  const device = deviceOf(row);
  const rows = await store.select(criterionFamily, { where: { device: device.id }, limit: MAX_CRITERIA });
  const criteria = rows.map(criterionOf);
  const fields = device.fields.map(({ name }) => name);
  const offer = offerOf(services.get(device.service ?? ''));
  const known = new Map(criteria.map((each) => [each.name, each]));
  for (const each of settings) requireFitting({ ...current, settings: each }, { fields, offer, known });
  if ([current.settings, ...settings].some((each) => isJudgedByService(each, fields)))
    throw new MillraceError('criterion.not-simulated', { criterion: current.id });
  return { device, criteria };
}

/** What combinations count. */
function membersOf(criteria: readonly Criterion[], judged: readonly Criterion[]): Criterion[] {
  const names = new Set(judged.flatMap(({ settings }) => (isCombination(settings) ? settings.of : [])));
  return criteria.filter(({ name }) => names.has(name));
}

/** With the fields alone that matter: detectors watch each field there is. */
function narrowed(device: Device, criteria: readonly Criterion[]): Device {
  const names = new Set(criteria.map(({ settings }) => signalField(settings)));
  return { ...device, fields: device.fields.filter(({ name }) => names.has(name)) };
}

/** Throws `measurement.invalid-range`. */
export async function rangeOf(store: Store, device: string, request: Pick<SimulationRequest, 'from' | 'to'>) {
  const to = request.to ?? ((await store.get(analyzerFamily, [device]))?.lastAt ?? 0) + 1;
  const from = request.from ?? Math.max(0, to - DEFAULT_PAST_MS);
  if (from > to) throw new MillraceError('measurement.invalid-range', { from, to });
  return { from, to };
}

type Past = {
  readonly device: Device;
  readonly criteria: readonly Criterion[];
  readonly from: Instant;
  readonly to: Instant;
};

async function judge(
  store: Store,
  { device, criteria, from, to }: Past,
): Promise<{ readonly findings: Findings; readonly readings: number }> {
  const before = await store.select(measurementFamily, {
    where: { device: device.id, at: { lt: from } },
    order: ['-at', '-hash'],
    limit: WARM_UP_READINGS,
  });
  const memory = { lastAt: null, detectors: '', criteria: '[]' };
  const analysis = new DeviceAnalysis({ device, criteria, memory });
  const findings = noFindings();
  let readings = 0;
  const limit = MAX_SIMULATED_READINGS + before.length;
  for await (const rows of readingsOf(store, { device: device.id, from: before.at(-1)?.at ?? from, to, limit })) {
    for (const { at, payload } of rows) {
      const values = JSON.parse(payload) as Record<string, unknown>;
      const numbers = Float64Array.from(device.fields, ({ name }) => numberOf(values, name));
      analysis.push({ at, numbers }, findings);
      if (at >= from) readings += 1;
    }
    findings.anomalies.clear();
  }
  return { findings, readings };
}

function numberOf(values: Readonly<Record<string, unknown>>, name: string): number {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === 'number' ? value : Number.NaN;
}

/** Those that fired before the beginning belong to the time before it. */
function firingsIn({ criteria }: Findings, { id }: Criterion, from: Instant): SimulatedFiring[] {
  const firings: SimulatedFiring[] = [];
  for (const { criterion, event } of criteria) {
    if (criterion.id !== id) continue;
    const { at, since, value } = event;
    if (event.kind === 'fired') firings.push({ at, since, until: undefined, value });
    else firings.push({ ...(firings.pop() as SimulatedFiring), until: at });
  }
  return firings.filter(({ at }) => at >= from);
}

type Stretch = { readonly since: Instant; readonly until: Instant | undefined };

/** Both lists are in the order of time, and their stretches do not overlap within a list. */
function without(firings: readonly SimulatedFiring[], others: readonly Stretch[]): SimulatedFiring[] {
  let place = 0;
  return firings.filter((firing) => {
    while ((others[place]?.until ?? Infinity) < firing.since) place += 1;
    const other = others[place];
    return other === undefined || other.since > (firing.until ?? Infinity);
  });
}

type LabelledIn = {
  readonly device: string;
  readonly fields: ReadonlySet<string>;
  readonly from: Instant;
  readonly to: Instant;
};

async function labelledIn({ anomalies }: Parts, { fields, ...range }: LabelledIn): Promise<Anomaly[]> {
  const found: Anomaly[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await anomalies.list({ ...range, limit: MAX_PAGE_ROWS, cursor });
    found.push(...page.items.filter(({ label, field }) => label !== null && fields.has(field)));
    if (page.next === null || found.length >= MAX_LABELLED_ANOMALIES) return found.slice(0, MAX_LABELLED_ANOMALIES);
    cursor = page.next;
  }
}

function scoreOf(firings: readonly SimulatedFiring[], labelled: readonly Anomaly[]): LabelScore | undefined {
  if (labelled.length === 0) return undefined;
  const isHit = ({ from, to }: Anomaly) => firings.some(({ since, until = Infinity }) => since <= to && until >= from);
  const confirmed = labelled.filter(({ label }) => label === 'confirmed');
  const hit = confirmed.filter(isHit).length;
  const falseAlarms = labelled.filter((anomaly) => anomaly.label === 'rejected' && isHit(anomaly)).length;
  return { hit, missed: confirmed.length - hit, falseAlarms };
}
