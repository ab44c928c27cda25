/**
 * The parts of a unit by which criteria come to be and change: checked against the device and its other criteria, guarded
 * by the device's settings, with an entry in the feed that says what was, what is, and who did it.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { measurementFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { append, type Guard, isAbsent, isEqual, put, set, type Unit, type Write } from '../../store/unit.ts';
import { deviceFamily, deviceOf } from '../device/device.ts';
import { invalid } from '../input.ts';
import type { MeasurementService } from '../services/measurement-service.ts';
import { type Offer, offerOf } from '../services/offer.ts';
import { type Criterion, criterionFamily, criterionOf, criterionRow, MAX_CRITERIA } from './criterion.ts';
import { type CriterionSettings, isCombination, isOfAnomaly, parseSettings, signalField } from './settings.ts';

/** Any part of the settings of a criterion; the rest stays. */
export type CriterionChange = Readonly<Record<string, unknown>>;
/** `services` by name, those that may analyse a device. */
export type CriteriaParts = { readonly store: Store; readonly services: ReadonlyMap<string, MeasurementService> };
export type Changed = { readonly unit: Unit; readonly criteria: readonly Criterion[] };

/** Throws `criterion.unknown`. */
export async function getCriterion(store: Store, id: string): Promise<Criterion> {
  const row = /^[\w.-]+$/.test(id) ? await store.get(criterionFamily, [id]) : undefined;
  if (row === undefined) throw new MillraceError('criterion.unknown', { criterion: id });
  return criterionOf(row);
}

export async function creationOf(parts: CriteriaParts, criterion: Criterion): Promise<Unit> {
  const { guards, writes } = await deviceParts(parts, [criterion]);
  return {
    guards: [...guards, isAbsent(criterionFamily, [criterion.id])],
    writes: [...writes, ...criterionWrites('created', null, criterion)],
  };
}

/** Changes some criteria, of one or of several devices, together. Each is named once. */
export async function changeOf(
  parts: CriteriaParts,
  changes: readonly { readonly id: string; readonly change: CriterionChange }[],
  actor: string,
): Promise<Changed> {
  const { store } = parts;
  const old = await Promise.all(changes.map(({ id }) => getCriterion(store, id)));
  const criteria = old.map((before, place): Criterion => {
    const settings = parseSettings({ ...before.settings, ...changes[place]?.change });
    return { ...before, version: before.version + 1, settings, updatedAt: store.now(), updatedBy: actor };
  });
  const { guards, writes } = await deviceParts(parts, criteria);
  const changed = criteria.flatMap((criterion, place) => criterionWrites('changed', old[place] ?? null, criterion));
  return { unit: { guards, writes: [...writes, ...changed] }, criteria };
}

/** Checks the criteria against their devices, and counts up the settings of each device once. */
async function deviceParts({ store, services }: CriteriaParts, criteria: readonly Criterion[]): Promise<Unit> {
  const guards: Guard[] = [];
  const writes: Write[] = [];
  for (const id of new Set(criteria.map(({ device }) => device))) {
    const device = await store.get(deviceFamily, [id]);
    if (device === undefined) throw new MillraceError('device.unknown', { device: id });
    const rows = await store.select(criterionFamily, { where: { device: id }, limit: MAX_CRITERIA });
    const known = new Map(rows.map((row) => [row.name, criterionOf(row)]));
    const fields = deviceOf(device).fields.map(({ name }) => name);
    const offer = offerOf(services.get(device.service ?? ''));
    for (const criterion of criteria) if (criterion.device === id) requireFitting(criterion, { fields, offer, known });
    guards.push(isEqual(deviceFamily, [id], ['settingsVersion', device.settingsVersion]));
    writes.push(set(deviceFamily, [id], { settingsVersion: device.settingsVersion + 1 }));
  }
  return { guards, writes };
}

export type LookedAt = { readonly fields: readonly string[]; readonly offer: Offer };

/** Whether readings as they come do not tell: the analysis of the device's service judges it. */
export const isJudgedByService = (settings: CriterionSettings, fields: readonly string[]): boolean =>
  isOfAnomaly(settings) || (!isCombination(settings) && !fields.includes(settings.signal.field));

/**
 * A signal is a field of the device or one of its service, an anomaly is of a kind that the service finds; a combination counts
 * other criteria that readings judge and that are no combination themselves. Throws `criterion.invalid`.
 */
export function requireFitting(
  { settings, device, name }: Criterion,
  { fields, offer, known }: LookedAt & { readonly known: ReadonlyMap<string, Criterion> },
): void {
  const problems: string[] = [];
  if (!known.has(name) && known.size >= MAX_CRITERIA) problems.push(`a device has at most ${MAX_CRITERIA} criteria`);
  problems.push(
    ...missingIn(settings, { fields, offer }).map((problem) => `${problem.path}: ${device} ${problem.what}`),
  );
  for (const member of isCombination(settings) ? settings.of : []) {
    const found = known.get(member);
    if (found === undefined || member === name) problems.push(`of: ${device} has no other criterion "${member}"`);
    else if (isCombination(found.settings)) problems.push(`of: "${member}" is a combination itself`);
    else if (isJudgedByService(found.settings, fields))
      problems.push(`of: "${member}" is judged by the analysis of a service; a process can ask for both`);
  }
  if (problems.length > 0) throw invalid('criterion.invalid', problems);
}

/** What a criterion looks at and the device does not have. */
export function missingIn(
  settings: CriterionSettings,
  { fields, offer }: LookedAt,
): readonly { readonly path: string; readonly what: string }[] {
  if (isOfAnomaly(settings)) {
    const { anomaly, field } = settings.signal;
    const found = offer.anomalies.get(anomaly);
    const known = [...offer.anomalies.keys()].join(', ') || 'none: it has no measurement service';
    if (found === undefined)
      return [{ path: 'signal.anomaly', what: `is not watched for "${anomaly}", but for ${known}` }];
    if (field === undefined || found.includes(field)) return [];
    return [{ path: 'signal.field', what: `is watched for "${anomaly}" on ${found.join(', ')}, not on "${field}"` }];
  }
  const field = signalField(settings);
  if (field === undefined || fields.includes(field)) return [];
  if (!offer.signals.includes(field)) return [{ path: 'signal.field', what: `has no field "${field}"` }];
  if (isCombination(settings) || settings.signal.detector === undefined) return [];
  return [{ path: 'signal.detector', what: `works "${field}" out itself; name the anomaly instead of the score` }];
}

function criterionWrites(verb: 'created' | 'changed', old: Criterion | null, now: Criterion): Write[] {
  const { id, device, name, version, updatedAt, updatedBy } = now;
  const body = { v: 1, criterion: id, device, name, version, old: old?.settings ?? null, new: now.settings };
  return [
    put(criterionFamily, criterionRow(now)),
    append(measurementFeed, {
      topic: `millrace.measurements.criterion.${verb}`,
      subject: id,
      at: updatedAt,
      actor: updatedBy,
      body: JSON.stringify(body),
    }),
  ];
}
