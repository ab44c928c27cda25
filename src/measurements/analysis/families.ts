/**
 * What analyses keep of a device: where they are, and their results. Results are a function of the stored rows and the
 * settings, so a run writes only what differs from what is there; docs/reference/store.md lists the tables.
 */
import { defineFamily, type RowOf } from '../../store/family.ts';

const area = 'measurements';

/** Where the analysis of a device is. `version` counts runs that wrote, and guards against two at once. */
export const analysisFamily = defineFamily({
  name: 'analysis',
  area,
  columns: {
    device: 'text',
    service: 'text',
    version: 'integer',
    /** A hash of everything but rows that results depend on: another one, and the device is analysed from its beginning. */
    settings: 'text',
    /** The snapshot holds what came up to this time; null: it is that of the beginning. */
    upTo: 'integer?',
    snapshot: 'text',
    /** The latest sample that results take in. */
    horizon: 'integer?',
    /** Findings before this came with an import of the past and start nothing. */
    quietTo: 'integer?',
    updatedAt: 'integer',
  },
  key: ['device'],
  indexes: [{ columns: ['service', 'device'] }],
});
export type AnalysisRow = RowOf<typeof analysisFamily>;

/** Snapshots at the beginnings of local days, to go on from when a late row comes. */
export const checkpointFamily = defineFamily({
  name: 'analysis_checkpoint',
  area,
  columns: { device: 'text', upTo: 'integer', snapshot: 'text' },
  key: ['device', 'upTo'],
});

/** Rows came that lie before what was analysed: from here on it has to be done again. */
export const dirtyRangeFamily = defineFamily({
  name: 'dirty_range',
  area,
  columns: {
    device: 'text',
    id: 'integer',
    from: 'integer',
    to: 'integer',
    /** 1: the rows came with an import of the past. */
    isQuiet: 'integer',
  },
  key: ['device', 'id'],
});

export const segmentFamily = defineFamily({
  name: 'state_segment',
  area,
  columns: { device: 'text', from: 'integer', to: 'integer', state: 'text' },
  key: ['device', 'from'],
});

export const bucketFamily = defineFamily({
  name: 'bucket_stat',
  area,
  columns: {
    device: 'text',
    metric: 'text',
    start: 'integer',
    widthMs: 'integer',
    n: 'integer',
    sum: 'real',
    mean: 'real',
    m2: 'real',
    min: 'real',
    max: 'real',
    first: 'real',
    last: 'real',
    firstAt: 'integer',
    lastAt: 'integer',
    integral: 'real',
    heldMs: 'integer',
    /** JSON: bin → count; empty for counters. */
    sketch: 'text',
  },
  key: ['device', 'metric', 'start'],
});
export type BucketStatRow = RowOf<typeof bucketFamily>;

/** Numerators and denominators of a shift or a day; ratios are worked out when they are read. */
export const kpiFamily = defineFamily({
  name: 'kpi_stat',
  area,
  columns: {
    device: 'text',
    kind: 'text',
    from: 'integer',
    to: 'integer',
    end: 'integer',
    date: 'text',
    name: 'text',
    service: 'text',
    calendar: 'integer',
    noShift: 'integer',
    planned: 'integer',
    setup: 'integer',
    breakdown: 'integer',
    microstop: 'integer',
    unknown: 'integer',
    running: 'integer',
    pq: 'integer',
    pqOutside: 'integer',
    sq: 'integer',
    rq: 'integer',
    idealMs: 'real',
    idealScrapMs: 'real',
    failures: 'integer',
    sumTbf: 'integer',
    intervalsTbf: 'integer',
    sumTtr: 'integer',
    repairs: 'integer',
    pqLow: 'integer',
    pqHigh: 'integer',
    sqLow: 'integer',
    sqHigh: 'integer',
    gqLow: 'integer',
    gqHigh: 'integer',
    aptLow: 'real',
    aptHigh: 'real',
  },
  key: ['device', 'kind', 'from'],
  indexes: [{ columns: ['kind', 'from', 'device'] }],
});
export type KpiStatRow = RowOf<typeof kpiFamily>;

/** What of a local day's quality is seen in the stored rows. */
export const qualityFamily = defineFamily({
  name: 'quality_day',
  area,
  columns: {
    device: 'text',
    date: 'text',
    /** Where the local day begins and ends. */
    from: 'integer',
    to: 'integer',
    seen: 'integer',
    expected: 'integer',
    stored: 'integer',
    onTime: 'integer',
    conflicts: 'integer',
    inconsistent: 'integer',
    jumps: 'integer',
  },
  key: ['device', 'date'],
});

/** What of it is only known when rows arrive: every copy that came, and what was refused. */
export const intakeFamily = defineFamily({
  name: 'intake_day',
  area,
  isHot: true,
  columns: { device: 'text', date: 'text', received: 'integer', duplicate: 'integer', refused: 'integer' },
  key: ['device', 'date'],
});

/** One row a run: what was asked, what was done, how it ended. */
export const runFamily = defineFamily({
  name: 'analysis_run',
  area,
  columns: {
    id: 'integer',
    device: 'text',
    service: 'text',
    serviceVersion: 'integer',
    /** follow: rows came; job, command: somebody asked; schedule. */
    trigger: 'text',
    actor: 'text',
    /** Rows from here on were left out; null: none. */
    to: 'integer?',
    /** Rows that were gone through: the stretch, their number, how many stood, and how many lay before what was known. */
    rowsFrom: 'integer?',
    rowsTo: 'integer?',
    rows: 'integer',
    late: 'integer',
    jumps: 'integer',
    written: 'integer',
    anomalies: 'integer',
    /** done or failed. */
    status: 'text',
    error: 'text?',
    startedAt: 'integer',
    endedAt: 'integer',
  },
  key: ['id'],
  indexes: [{ columns: ['device', 'id'] }, { columns: ['status', 'id'] }],
});
export type RunRow = RowOf<typeof runFamily>;

export const analysisFamilies = [
  analysisFamily,
  checkpointFamily,
  dirtyRangeFamily,
  segmentFamily,
  bucketFamily,
  kpiFamily,
  qualityFamily,
  intakeFamily,
  runFamily,
];
