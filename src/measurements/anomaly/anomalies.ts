/** Anomalies are looked up and labelled here. A label is what people, or the outcome of a process, made of an anomaly. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { measurementFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { append, isEqual, set, type Unit } from '../../store/unit.ts';
import { type Page, type PageRequest, pageOf, pageQuery } from '../page.ts';
import { commitSettings } from '../settings-commit.ts';
import { type Anomaly, type AnomalyLabel, anomalyFamily, anomalyOf } from './anomaly.ts';

/** Anomalies labelled in one call. */
export const MAX_LABELLED = 10_000;

export type AnomalyFilter = {
  readonly device?: string | undefined;
  /** Those that touch the stretch from `from` to just before `to`. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
};

export interface Anomalies {
  /** Latest first. */
  list(request?: PageRequest & AnomalyFilter): Promise<Page<Anomaly>>;
  /** Throws `measurement.unknown-anomaly`. */
  get(id: string): Promise<Anomaly>;
  /** All or none; an anomaly that has the label already stays as it is. Throws `measurement.unknown-anomaly`. */
  label(ids: readonly string[], label: AnomalyLabel, by: { readonly actor: string }): Promise<void>;
}

export function openAnomalies({ store }: { readonly store: Store }): Anomalies {
  return {
    list: async ({ device, from, to, ...request } = {}) => {
      const query = pageQuery(request, 2);
      const where = {
        ...(device !== undefined && { device }),
        ...(from !== undefined && { to: { gte: from } }),
        ...(to !== undefined && { from: { lt: to } }),
      };
      const rows = await store.select(anomalyFamily, { ...query, where, order: ['-from', '-id'] });
      return pageOf(rows, { limit: query.limit, place: (row) => [row.from, row.id], item: anomalyOf });
    },
    get: async (id) => (await getAnomalies(store, [id]))[0] as Anomaly,
    label: (ids, label, { actor }) =>
      commitSettings(store, 'labels', async () => {
        const anomalies = await getAnomalies(store, ids);
        return { unit: labelUnit(store, { anomalies, label, actor }), result: undefined };
      }),
  };
}

/** Labels what does not have the label yet; undefined when nothing is left to do. */
export function labelUnit(
  store: Store,
  {
    anomalies,
    label,
    actor,
  }: { readonly anomalies: readonly Anomaly[]; readonly label: AnomalyLabel; readonly actor: string },
): Unit | undefined {
  const at = store.now();
  const changed = anomalies.filter((anomaly) => anomaly.label !== label);
  if (changed.length === 0) return undefined;
  return {
    guards: changed.map((anomaly) => isEqual(anomalyFamily, [anomaly.id], ['label', anomaly.label])),
    writes: changed.flatMap(({ id, device, label: old }) => [
      set(anomalyFamily, [id], { label, labelledBy: actor, labelledAt: at }),
      append(measurementFeed, {
        topic: 'millrace.measurements.anomaly.labelled',
        subject: id,
        at,
        actor,
        body: JSON.stringify({ v: 1, anomaly: id, device, old, new: label }),
      }),
    ]),
  };
}

/** Each once, in the order given. */
export async function getAnomalies(store: Store, given: readonly string[]): Promise<Anomaly[]> {
  const ids = [...new Set(given)];
  if (ids.length > MAX_LABELLED)
    throw new MillraceError('measurement.too-many-rows', { rows: ids.length, limit: MAX_LABELLED });
  const unknown = ids.find((id) => !/^ano_[0-9a-f]{20}$/.test(id));
  if (unknown !== undefined) throw new MillraceError('measurement.unknown-anomaly', { anomaly: unknown });
  const rows = await store.getMany(
    anomalyFamily,
    ids.map((id) => [id]),
  );
  return rows.map((row, place) => {
    if (row === undefined) throw new MillraceError('measurement.unknown-anomaly', { anomaly: ids[place] });
    return anomalyOf(row);
  });
}
