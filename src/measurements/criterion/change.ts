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
import { type Criterion, criterionFamily, criterionOf, criterionRow, MAX_CRITERIA } from './criterion.ts';
import { isCombination, parseSettings, signalField } from './settings.ts';

/** Any part of the settings of a criterion; the rest stays. */
export type CriterionChange = Readonly<Record<string, unknown>>;
export type Changed = { readonly unit: Unit; readonly criteria: readonly Criterion[] };

/** Throws `criterion.unknown`. */
export async function getCriterion(store: Store, id: string): Promise<Criterion> {
  const row = /^[\w.-]+$/.test(id) ? await store.get(criterionFamily, [id]) : undefined;
  if (row === undefined) throw new MillraceError('criterion.unknown', { criterion: id });
  return criterionOf(row);
}

export async function creationOf(store: Store, criterion: Criterion): Promise<Unit> {
  const { guards, writes } = await deviceParts(store, [criterion]);
  return {
    guards: [...guards, isAbsent(criterionFamily, [criterion.id])],
    writes: [...writes, ...criterionWrites('created', null, criterion)],
  };
}

/** Changes some criteria, of one or of several devices, together. Each is named once. */
export async function changeOf(
  store: Store,
  changes: readonly { readonly id: string; readonly change: CriterionChange }[],
  actor: string,
): Promise<Changed> {
  const old = await Promise.all(changes.map(({ id }) => getCriterion(store, id)));
  const criteria = old.map((before, place): Criterion => {
    const settings = parseSettings({ ...before.settings, ...changes[place]?.change });
    return { ...before, version: before.version + 1, settings, updatedAt: store.now(), updatedBy: actor };
  });
  const { guards, writes } = await deviceParts(store, criteria);
  const changed = criteria.flatMap((criterion, place) => criterionWrites('changed', old[place] ?? null, criterion));
  return { unit: { guards, writes: [...writes, ...changed] }, criteria };
}

/** Checks the criteria against their devices, and counts up the settings of each device once. */
async function deviceParts(store: Store, criteria: readonly Criterion[]): Promise<Unit> {
  const guards: Guard[] = [];
  const writes: Write[] = [];
  for (const id of new Set(criteria.map(({ device }) => device))) {
    const device = await store.get(deviceFamily, [id]);
    if (device === undefined) throw new MillraceError('device.unknown', { device: id });
    const rows = await store.select(criterionFamily, { where: { device: id }, limit: MAX_CRITERIA });
    const known = new Map(rows.map((row) => [row.name, criterionOf(row)]));
    const fields = deviceOf(device).fields.map(({ name }) => name);
    for (const criterion of criteria) if (criterion.device === id) requireFitting(criterion, { fields, known });
    guards.push(isEqual(deviceFamily, [id], ['settingsVersion', device.settingsVersion]));
    writes.push(set(deviceFamily, [id], { settingsVersion: device.settingsVersion + 1 }));
  }
  return { guards, writes };
}

/** A signal is a field of the device; a combination counts other criteria that are none themselves. Throws `criterion.invalid`. */
export function requireFitting(
  { settings, device, name }: Criterion,
  { fields, known }: { readonly fields: readonly string[]; readonly known: ReadonlyMap<string, Criterion> },
): void {
  const problems: string[] = [];
  const field = signalField(settings);
  if (!known.has(name) && known.size >= MAX_CRITERIA) problems.push(`a device has at most ${MAX_CRITERIA} criteria`);
  if (field !== undefined && !fields.includes(field)) problems.push(`signal.field: ${device} has no field "${field}"`);
  for (const member of isCombination(settings) ? settings.of : []) {
    const found = known.get(member);
    if (found === undefined || member === name) problems.push(`of: ${device} has no other criterion "${member}"`);
    else if (isCombination(found.settings)) problems.push(`of: "${member}" is a combination itself`);
  }
  if (problems.length > 0) throw invalid('criterion.invalid', problems);
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
