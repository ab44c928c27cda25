/**
 * A run analyses one device: it goes on from a snapshot, walks the rows that came since, and writes what is different.
 *
 *   beginning   nothing is known, or the settings are other ones: from the first row.
 *   late rows   a dirty range lies before what was analysed: from the last checkpoint before it.
 *   go on       from the snapshot of the run before, which holds what was older than ALLOWED_LATENESS_MS then; what came
 *               after that is walked again, so that rows a little out of order cost nothing.
 *
 * A run takes the device by raising its version, and every unit that it writes is guarded by that version: of two runs at
 * once the one that began last wins, and the other one stops without harm. A run that dies has written some results, which
 * the next one finds and corrects; where the analysis is changes with the last unit.
 */
import type { Instant } from '../../kernel/clock.ts';
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import type { NextId } from '../../kernel/ids.ts';
import { measurementFeed } from '../../store/feed.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { append, isAbsent, isEqual, put, remove, type Write } from '../../store/unit.ts';
import { type AnomalyRow, anomalyFamily } from '../anomaly/anomaly.ts';
import { quarantineFamily } from '../ingest/quarantine.ts';
import { type AnalysisRow, analysisFamily, checkpointFamily, dirtyRangeFamily, runFamily } from './families.ts';
import { findingChanges, findingId } from './finding-changes.ts';
import { minuteOf } from './judge-minutes.ts';
import { type Judging, openJudging } from './judging.ts';
import { type Owner, tableResults } from './result-rows.ts';
import { doneRun, failedRun, type RunCounts, type RunHead, type RunTrigger } from './run-log.ts';
import { type Services, type Subject, subjectOf } from './subject.ts';
import { selectAll, tableChanges } from './table-changes.ts';
import { BEGINNING, type Progress, type Start, type Walked, walk } from './walk.ts';

/** Writes of one unit. */
const MAX_UNIT_WRITES = 2_000;
/** Dirty ranges that one run takes care of. */
const MAX_DIRTY_RANGES = 10_000;

export type RunParts = {
  readonly store: Store;
  readonly nextId: NextId;
  /** Of the plant. */
  readonly timeZone: string;
  readonly services: Services;
};
export type RunRequest = {
  readonly device: string;
  readonly trigger: RunTrigger;
  readonly actor: string;
  /** Takes in no rows from here on. */
  readonly to?: Instant | undefined;
  /** From the beginning, whatever is known. */
  readonly isAnew?: boolean | undefined;
  readonly batch?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};
export type RunOutcome = RunCounts & { readonly run: number; readonly horizon: Instant | null };

type OwnRequest = RunRequest & RunHead;
type Taken = { readonly row: AnalysisRow; readonly before: AnalysisRow | undefined };

/**
 * Throws `device.unknown`, `measurement.no-service`, `measurement.unknown-service`, `measurement.analysis-taken` or an error of
 * the store; what went wrong is in the log of runs.
 */
export async function runAnalysis(parts: RunParts, request: RunRequest): Promise<RunOutcome> {
  const { store, nextId } = parts;
  const subject = await subjectOf(parts, request.device, parts.services);
  const own = { ...request, id: nextId(), startedAt: store.now() };
  try {
    return await analyse(parts, own, subject);
  } catch (error) {
    const isTaken = isMillraceError(error) && error.code === 'measurement.analysis-taken';
    if (!isTaken)
      await store.commit([
        { guards: [], writes: [put(runFamily, failedRun(subject, own, { error, now: store.now() }))] },
      ]);
    throw error;
  }
}

async function analyse(parts: RunParts, request: OwnRequest, subject: Subject): Promise<RunOutcome> {
  const { store } = parts;
  const taken = await take(store, subject);
  const dirty = await store.select(dirtyRangeFamily, { where: { device: subject.device.id }, limit: MAX_DIRTY_RANGES });
  const start = await startOf(store, taken, { dirty, isAnew: request.isAnew === true, subject });
  const judging = await openJudging(store, subject);
  const walked = await walk(store, subject, { ...request, start, onMinute: judging.onMinute });
  const quietTo = dirty.reduce(
    (latest, { to, isQuiet }) => (isQuiet === 1 ? Math.max(latest, to) : latest),
    taken.before?.quietTo ?? -1,
  );
  const now = store.now();
  const { writes, opened } = await resultWrites(parts, { request, subject, start, walked, quietTo });
  const { rows, rowsFrom, rowsTo, horizon, tail } = walked;
  const late = taken.before?.upTo == null ? 0 : dirty.filter(({ from }) => from <= (taken.before?.upTo ?? -1)).length;
  const counts = {
    rows,
    rowsFrom,
    rowsTo,
    late,
    jumps: walked.jumps.length,
    written: writes.length,
    anomalies: opened,
  };
  const news = writes.length === 0 ? [] : [newsWrite(subject, request.actor, { now, from: rowsFrom, to: rowsTo })];
  const judged = await judgedWrites(parts, judging, { request, subject, start, walked, quietTo, taken });
  const checkpoints = await checkpointWrites(store, subject.device.id, { start, walked });
  await commitAll(store, taken.row, {
    writes: [...checkpoints, ...writes],
    last: [
      put(analysisFamily, {
        ...taken.row,
        service: subject.service.name,
        settings: subject.settings,
        upTo: tail.upTo,
        snapshot: tail.snapshot ?? '',
        horizon,
        quietTo: quietTo < 0 ? null : quietTo,
        updatedAt: now,
      }),
      put(runFamily, doneRun(subject, request, { counts, now })),
      ...dirty.map(({ device, id }) => remove(dirtyRangeFamily, [device, id])),
      ...news,
      ...judged,
    ],
  });
  return { run: request.id, horizon, ...counts };
}

async function take(store: Store, { device, service }: Subject): Promise<Taken> {
  const before = await store.get(analysisFamily, [device.id]);
  const row = { ...(before ?? newAnalysis(device.id, service.name)), version: (before?.version ?? 0) + 1 };
  const guard =
    before === undefined
      ? isAbsent(analysisFamily, [device.id])
      : isEqual(analysisFamily, [device.id], ['version', before.version]);
  const [verdict] = await store.commit([{ guards: [guard], writes: [put(analysisFamily, row)] }]);
  if (verdict === 'conflict') throw new MillraceError('measurement.analysis-taken', { device: device.id });
  return { row, before };
}

const newAnalysis = (device: string, service: string): AnalysisRow => ({
  device,
  service,
  version: 0,
  settings: '',
  upTo: null,
  snapshot: '',
  horizon: null,
  quietTo: null,
  updatedAt: 0,
});

async function startOf(
  store: Store,
  { before }: Taken,
  {
    dirty,
    isAnew,
    subject,
  }: { readonly dirty: readonly { readonly from: Instant }[]; readonly isAnew: boolean; readonly subject: Subject },
): Promise<Start> {
  if (before === undefined || isAnew || before.settings !== subject.settings || before.upTo === null) return BEGINNING;
  const { device, upTo, snapshot } = before;
  const earliest = dirty.reduce((least, { from }) => Math.min(least, from), Infinity);
  if (earliest > upTo) return { upTo, snapshot };
  const [checkpoint] = await store.select(checkpointFamily, {
    where: { device, upTo: { lt: earliest } },
    order: ['-upTo'],
    limit: 1,
  });
  return checkpoint ?? BEGINNING;
}

/** What a run has worked out, and from what. */
type Worked = {
  readonly request: OwnRequest;
  readonly subject: Subject;
  readonly start: Start;
  readonly walked: Walked;
  /** Up to here readings came with an import of the past; -1: none did. */
  readonly quietTo: Instant;
};

async function resultWrites(
  { store, nextId }: RunParts,
  { request, subject: { device, service }, start, walked, quietTo }: Worked,
): Promise<{ writes: Write[]; opened: number }> {
  const owner: Owner = { device: device.id, service: service.name, bucketMs: service.bucketMs };
  const writes: Write[] = [];
  for (const { family, where, place, rows } of tableResults(walked.results, owner)) {
    const stored = await selectAll(store, family, { ...where, ...sinceOf(start, walked, { place, rows }) });
    writes.push(...tableChanges(family, stored, rows));
  }
  const found = { device: device.id, service: service.name, to: { gte: foundFrom(start, walked) } };
  const replaced = (await selectAll(store, anomalyFamily, found)) as unknown as AnomalyRow[];
  const stored = await withFound(store, replaced, { ids: walked.results.findings.map((one) => findingId(owner, one)) });
  const of = { ...owner, run: request.id, actor: request.actor, now: store.now(), quietTo, nextId };
  const findings = findingChanges(of, stored, walked.results.findings);
  return {
    writes: [...writes, ...findings.writes, ...(await jumpWrites(store, owner, { start, walked }))],
    opened: findings.opened,
  };
}

/**
 * The stored rows that the results replace: from the first of them on, or what lies behind what was known. A run from the
 * beginning replaces nothing from before its first row: results of readings that were forgotten since are kept.
 */
function sinceOf(
  { upTo }: Start,
  { knownTo, rowsFrom }: Walked,
  { place, rows }: { readonly place: string; readonly rows: readonly Readonly<Record<string, unknown>>[] },
): Record<string, { gte: number | string }> {
  const known = upTo === null ? rowsFrom : (knownTo ?? upTo) + 1;
  let first: number | string | undefined = place === 'date' ? undefined : (known ?? undefined);
  for (const row of rows) {
    const value = row[place] as number | string;
    if (first === undefined || value < first) first = value;
  }
  return { [place]: { gte: first ?? (place === 'date' ? '9999' : Number.MAX_SAFE_INTEGER) } };
}

/** A run can find again what lasted until then or later. */
const foundFrom = ({ upTo }: Start, { rowsFrom }: Walked): Instant =>
  upTo === null ? (rowsFrom ?? Number.MAX_SAFE_INTEGER) : upTo + 1;

/** With those that are found again though they ended before the run begins: what stays open waits for quiet minutes. */
async function withFound(
  store: Store,
  replaced: readonly AnomalyRow[],
  { ids }: { readonly ids: readonly string[] },
): Promise<AnomalyRow[]> {
  const known = new Set(replaced.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id));
  const rows: AnomalyRow[] = [...replaced];
  for (let from = 0; from < missing.length; from += MAX_ROWS)
    for (const row of await store.getMany(
      anomalyFamily,
      missing.slice(from, from + MAX_ROWS).map((id) => [id]),
    ))
      if (row !== undefined) rows.push(row);
  return rows;
}

/** A run that looked at less than what was known says nothing of how things stand. */
async function judgedWrites(
  parts: RunParts,
  judging: Judging,
  { request, subject, start, walked, quietTo, taken }: Worked & { readonly taken: Taken },
): Promise<Write[]> {
  const { horizon } = walked;
  if (horizon === null || horizon < (taken.before?.horizon ?? -1)) return [];
  const of = { device: subject.device.id, service: subject.service.name };
  return judging.writes(parts, {
    findings: walked.results.findings.map((finding) => ({ ...finding, id: findingId(of, finding) })),
    foundFrom: foundFrom(start, walked),
    minutesFrom: start.upTo === null ? 0 : minuteOf(start.upTo),
    marks: [walked.tail, ...walked.checkpoints].flatMap(({ upTo }) => (upTo === null ? [] : [minuteOf(upTo)])),
    horizon,
    quietTo,
    now: parts.store.now(),
    actor: request.actor,
  });
}

/** What no longer jumps, since a row came late, leaves the quarantine. */
async function jumpWrites(
  store: Store,
  { device }: Owner,
  { start: { upTo }, walked: { jumps } }: { readonly start: Start; readonly walked: Walked },
): Promise<Write[]> {
  const stored = await selectAll(store, quarantineFamily, { device, code: 'counter-jump' });
  const isOurs = ({ row }: { readonly row?: unknown }) =>
    upTo === null || (JSON.parse(String(row)) as { ts: number }).ts > upTo;
  return tableChanges(quarantineFamily, stored.filter(isOurs), jumps);
}

async function checkpointWrites(
  store: Store,
  device: string,
  { start, walked }: { readonly start: Start; readonly walked: Walked },
): Promise<Write[]> {
  const where = { device, ...(start.upTo !== null && { upTo: { gt: start.upTo } }) };
  const wanted = walked.checkpoints.map((checkpoint) => ({ device, ...checkpoint }));
  return tableChanges(checkpointFamily, await selectAll(store, checkpointFamily, where), wanted);
}

/** All under the version that was taken; `last` goes with the last unit. */
async function commitAll(
  store: Store,
  { device, version }: AnalysisRow,
  { writes, last }: { readonly writes: readonly Write[]; readonly last: readonly Write[] },
): Promise<void> {
  const guards = [isEqual(analysisFamily, [device], ['version', version])];
  for (let from = 0; ; from += MAX_UNIT_WRITES) {
    const isLast = from + MAX_UNIT_WRITES >= writes.length;
    const some = writes.slice(from, from + MAX_UNIT_WRITES);
    const [verdict] = await store.commit([{ guards, writes: isLast ? [...some, ...last] : some }]);
    if (verdict === 'conflict') throw new MillraceError('measurement.analysis-taken', { device });
    if (isLast) return;
  }
}

const newsWrite = (
  { device, service }: Subject,
  actor: string,
  { now, from, to }: { readonly now: Instant; readonly from: Instant | null; readonly to: Instant | null },
): Write =>
  append(measurementFeed, {
    topic: 'millrace.measurements.analysis.updated',
    subject: device.id,
    at: now,
    actor,
    body: JSON.stringify({ v: 1, device: device.id, service: service.name, from, to }),
  });
