/**
 * One unit of ingest: up to MAX_UNIT_ROWS rows of one device, and everything that follows from them. Either all of it is
 * stored or nothing: the readings, what detectors and criteria remember, anomalies, messages and news.
 *
 * Order in time: the rows of a call are sorted, so a row is late only against what earlier calls stored. A late row is
 * stored and counted, but no detector or criterion sees it. Only rows not after the latest reading can be duplicates of a
 * stored row, so that new readings cost no question to the store.
 */
import { measurementFeed } from '../../store/feed.ts';
import { measurementOutbox, send } from '../../store/outbox.ts';
import type { Store } from '../../store/store.ts';
import { append, isEqual, put, set, type Unit, type Write } from '../../store/unit.ts';
import { anomalyFamily } from '../anomaly/anomaly.ts';
import { firingOf, firingTopic } from '../criterion/firing.ts';
import { deviceFamily } from '../device/device.ts';
import { type Findings, noFindings } from './analysis.ts';
import { analyzerFamily, memoryWrites } from './analyzer.ts';
import type { GoodRow, Run } from './call.ts';
import type { LoadedDevice } from './loaded-devices.ts';
import { type MeasurementRow, measurementFamily, payloadHash, payloadOf, readNumbers } from './measurement.ts';
import { processingLog } from './processing-log.ts';
import { type QuarantineRow, quarantineFamily, quarantineRow, type Refusal } from './quarantine.ts';
import { returnOf } from './return.ts';
import type { TimedRow } from './row.ts';
import { dayOfRefusal, refusalCounts, serviceWrites } from './service-intake.ts';

export const MAX_UNIT_ROWS = 2_000;

export type UnitCounts = {
  readonly stored: number;
  readonly duplicate: number;
  readonly late: number;
  readonly refusals: readonly Refusal[];
};
/** `device` is what memory holds once the unit is stored. */
export type PlannedUnit = {
  readonly unit: Unit;
  readonly counts: UnitCounts;
  readonly findings: Findings;
  readonly device: LoadedDevice;
};

/** Works out the unit. The device's analysis has moved on afterwards: forget the device unless the unit is stored. */
export async function planUnit(run: Run, device: LoadedDevice, rows: readonly TimedRow[]): Promise<PlannedUnit> {
  const refusals: Refusal[] = [];
  const good: GoodRow[] = [];
  for (const { row, at, receivedAt, values, source } of rows) {
    const numbers = readNumbers(device.layout, values);
    if (typeof numbers === 'string') {
      refusals.push({ row, code: numbers, device: device.id, at, receivedAt, source });
      continue;
    }
    const payload = payloadOf(device.layout, numbers);
    good.push({
      numbers,
      row: { device: device.id, at, hash: payloadHash(payload), receivedAt, payload },
    });
  }
  const { fresh, earlier } = await withoutDuplicates(run.store, device, good);
  const returned = returnOf(run, rows, refusals);
  const refused = await quarantineWrites(run, refusals, () => device.hasService);
  const known = device.analysis.lastAt;
  const came = { rows: rows.filter(returned.isNews), refusals: refusals.filter(returned.isNews) };
  const service = device.hasService ? serviceWrites(run, device.id, { ...came, good, fresh, earlier, known }) : [];
  const findings = noFindings();
  const late = analyse(device, fresh, findings);
  const counts = { stored: fresh.length, duplicate: good.length - fresh.length, late, refusals };
  const log = logWrite(run, { device: device.id, counts, findings, rows: good.map(({ row }) => row) });
  const settingsHold = isEqual(deviceFamily, [device.id], ['settingsVersion', device.settingsVersion]);
  if (fresh.length === 0) {
    // Duplicates change nothing, so nothing need hold; a refusal is only right by the settings of now.
    const guards = [...(refusals.length === 0 ? [] : [settingsHold]), ...returned.guards];
    const writes = [...refused, ...returned.writes, ...service, log];
    return { unit: { guards, writes }, counts, findings, device };
  }
  const version = device.version + 1;
  const unit: Unit = {
    guards: [settingsHold, isEqual(analyzerFamily, [device.id], ['version', device.version]), ...returned.guards],
    writes: [
      ...fresh.map(({ row }) => put(measurementFamily, row)),
      ...memoryWrites(device.analysis.memory(), { device: device.id, version, updatedAt: run.receivedAt }),
      ...anomalyWrites(run, findings),
      ...firingWrites(run, findings),
      seriesWrite(run, fresh),
      ...refused,
      ...returned.writes,
      ...service,
      log,
    ],
  };
  return { unit, counts, findings, device: { ...device, version } };
}

/** Rows that no device can take, of any call: they are kept, and nothing else changes. */
export async function planRefusals(run: Run, refusals: readonly Refusal[]): Promise<Unit> {
  const counts = { stored: 0, duplicate: 0, late: 0, refusals };
  const log = logWrite(run, { device: null, counts, findings: noFindings(), rows: [] });
  const returned = returnOf(run, refusals, refusals);
  const { writes: counted, counting } = await refusalCounts(run, refusals.filter(returned.isNews));
  const kept = await quarantineWrites(run, refusals, ({ device }) => counting.has(device));
  return { guards: returned.guards, writes: [...kept, ...returned.writes, ...counted, log] };
}

/** `earlier`: stored rows that turn out to have been received before the copy that was stored first. */
async function withoutDuplicates(
  store: Store,
  { analysis }: LoadedDevice,
  rows: readonly GoodRow[],
): Promise<{ readonly fresh: GoodRow[]; readonly earlier: MeasurementRow[] }> {
  const { lastAt } = analysis;
  // Nearly always: each row is younger than the one before, and than all that is stored.
  if (rows.every(({ row }, place) => row.at > (rows[place - 1]?.row.at ?? lastAt ?? Number.NEGATIVE_INFINITY)))
    return { fresh: [...rows], earlier: [] };
  const nameOf = ({ at, hash }: Pick<MeasurementRow, 'at' | 'hash'>) => `${at} ${hash}`;
  const first = new Map<string, GoodRow>();
  for (const good of rows) {
    const before = first.get(nameOf(good.row));
    if (before === undefined || good.row.receivedAt < before.row.receivedAt) first.set(nameOf(good.row), good);
  }
  const distinct = [...first.values()];
  const old = lastAt === null ? [] : distinct.filter(({ row }) => row.at <= lastAt);
  const stored = await store.getMany(
    measurementFamily,
    old.map(({ row: { device, at, hash } }) => [device, at, hash]),
  );
  const seen = new Set(stored.flatMap((row) => (row === undefined ? [] : nameOf(row))));
  const earlier = old.flatMap(({ row }, place) => (row.receivedAt < (stored[place]?.receivedAt ?? 0) ? [row] : []));
  return { fresh: distinct.filter(({ row }) => !seen.has(nameOf(row))), earlier };
}

/** Answers how many rows were late. */
function analyse({ analysis }: LoadedDevice, rows: readonly GoodRow[], findings: Findings): number {
  let late = 0;
  for (const { numbers, row } of rows) {
    if (row.at < (analysis.lastAt ?? row.at)) late += 1;
    else analysis.push({ at: row.at, numbers }, findings);
  }
  return late;
}

/** A bad row that is already kept is not written again, unless this copy of it was received first. */
async function quarantineWrites(
  run: Run,
  refusals: readonly Refusal[],
  isCounted: (refusal: Refusal) => boolean,
): Promise<Write[]> {
  const { store, actor } = run;
  const rows = new Map<string, QuarantineRow>();
  const keepFirst = (row: QuarantineRow) => {
    if (row.receivedAt < (rows.get(row.id)?.receivedAt ?? Infinity)) rows.set(row.id, row);
  };
  for (const refusal of refusals)
    keepFirst(quarantineRow(refusal, { actor, countedOn: isCounted(refusal) ? dayOfRefusal(run, refusal) : null }));
  const kept = await store.getMany(
    quarantineFamily,
    [...rows.keys()].map((id) => [id]),
  );
  for (const row of kept)
    if (row !== undefined && row.receivedAt <= (rows.get(row.id)?.receivedAt ?? 0)) rows.delete(row.id);
  return [...rows.values()].map((row) => put(quarantineFamily, row));
}

function anomalyWrites({ actor, receivedAt }: Run, { anomalies }: Findings): Write[] {
  return [...anomalies].flatMap(([id, { source, from, extent, isNew }]) => {
    if (!isNew) return [set(anomalyFamily, [id], extent)];
    const body = { v: 1, anomaly: id, ...source, from };
    return [
      put(anomalyFamily, {
        id,
        ...source,
        from,
        ...extent,
        service: '',
        revisedBy: null,
        label: null,
        labelledBy: null,
        labelledAt: null,
      }),
      append(measurementFeed, {
        topic: 'millrace.measurements.anomaly.opened',
        subject: id,
        at: receivedAt,
        actor,
        body: JSON.stringify(body),
      }),
    ];
  });
}

function firingWrites({ mode, actor, receivedAt, nextId }: Run, { criteria }: Findings): Write[] {
  return criteria.flatMap((finding) => {
    const id = nextId();
    const topic = firingTopic(finding);
    const firing = firingOf(finding, id);
    const body = JSON.stringify(firing);
    const news = append(measurementFeed, { topic, subject: firing.criterionId, at: receivedAt, actor, body });
    if (mode === 'import') return [news];
    return [news, send(measurementOutbox, { id, routingKey: topic, body: firing, at: receivedAt })];
  });
}

function seriesWrite({ actor, receivedAt }: Run, rows: readonly GoodRow[]): Write {
  const device = rows[0]?.row.device ?? '';
  const body = { v: 1, device, from: rows[0]?.row.at, to: rows.at(-1)?.row.at, rows: rows.length };
  return append(measurementFeed, {
    topic: 'millrace.measurements.series.extended',
    subject: device,
    at: receivedAt,
    actor,
    body: JSON.stringify(body),
  });
}

function logWrite(
  { id, mode, actor, receivedAt }: Run,
  {
    device,
    counts: { stored, duplicate, late, refusals },
    findings,
    rows,
  }: {
    readonly device: string | null;
    readonly counts: UnitCounts;
    readonly findings: Findings;
    readonly rows: readonly MeasurementRow[];
  },
): Write {
  return append(processingLog, {
    run: id,
    device,
    mode,
    actor,
    receivedAt,
    from: rows[0]?.at ?? null,
    to: rows.at(-1)?.at ?? null,
    stored,
    duplicate,
    late,
    quarantined: refusals.length,
    anomalies: [...findings.anomalies.values()].filter(({ isNew }) => isNew).length,
    firings: findings.criteria.filter(({ event }) => event.kind === 'fired').length,
  });
}
