/**
 * KPIs in SQL: the formulas of `kpisOf` and `assess` over a row of `kpi_stat` under the name k, whose planned busy time is
 * its column pbt. docs/reference/analytics.md ("KPIs", "Assessment") defines them; a test holds both forms together.
 */
import { GRADES, MIN_COVERAGE } from '../kpi/assessment.ts';

/** A name in the view, and what it is. */
export type Column = readonly [name: string, sql: string];

const HOUR_MS = 3_600_000;

/** Null where the denominator is 0 or null. */
export const ratio = (numerator: string, denominator: string): string =>
  `CAST(${numerator} AS DOUBLE PRECISION) / NULLIF(${denominator}, 0)`;

export const PLANNED_BUSY = 'k.running + k.setup + k.breakdown + k.microstop + k.unknown';

/** Times in milliseconds; of every service with states. */
export const TIME_COLUMNS: readonly Column[] = [
  ['calendar_ms', 'k.calendar'],
  ['no_shift_ms', 'k.no_shift'],
  ['planned_ms', 'k.planned'],
  ['setup_ms', 'k.setup'],
  ['breakdown_ms', 'k.breakdown'],
  ['microstop_ms', 'k.microstop'],
  ['unknown_ms', 'k.unknown'],
  ['running_ms', 'k.running'],
  ['pbt_ms', 'k.pbt'],
  ['apt_low_ms', 'k.apt_low'],
  ['apt_high_ms', 'k.apt_high'],
  ['failures', 'k.failures'],
  ['sum_tbf_ms', 'k.sum_tbf'],
  ['intervals_tbf', 'k.intervals_tbf'],
  ['sum_ttr_ms', 'k.sum_ttr'],
  ['repairs', 'k.repairs'],
];

/** Of services that count their output. */
export const QUANTITY_COLUMNS: readonly Column[] = [
  ['count_increment', 'k.pq + k.pq_outside'],
  ['error_increment', 'k.sq'],
  ['pq', 'k.pq'],
  ['pq_outside', 'k.pq_outside'],
  ['sq', 'k.sq'],
  ['rq', 'k.rq'],
  ['gq', 'k.pq - k.sq'],
  ['pq_low', 'k.pq_low'],
  ['pq_high', 'k.pq_high'],
  ['sq_low', 'k.sq_low'],
  ['sq_high', 'k.sq_high'],
  ['gq_low', 'k.gq_low'],
  ['gq_high', 'k.gq_high'],
  ['ideal_ms', 'k.ideal_ms'],
  ['ideal_scrap_ms', 'k.ideal_scrap_ms'],
];

export const TIME_RATIOS: readonly Column[] = [
  ['availability', ratio('k.running', 'k.pbt')],
  ['utilization', ratio('k.running', 'k.running + k.setup + k.breakdown + k.microstop')],
  ['technical', ratio('k.running', 'k.running + k.breakdown + k.microstop')],
  ['setup_ratio', ratio('k.setup', 'k.running + k.setup')],
  ['mtbf_ms', ratio('k.sum_tbf', 'k.intervals_tbf')],
  ['mttr_ms', ratio('k.sum_ttr', 'k.repairs')],
  ['operating_ms_per_failure', ratio('k.running + k.setup', 'k.failures')],
  ['coverage', ratio('k.pbt - k.unknown', 'k.pbt')],
];

const EFFECTIVENESS = ratio('k.ideal_ms', 'k.running');
const QUALITY_RATE = ratio('k.pq - k.sq', 'k.pq');
/** The mean ideal cycle of what was made; the bounds take it for what was not seen. */
const CYCLE_MS = `COALESCE(${ratio('k.ideal_ms', 'k.pq')}, 0)`;
const MOST_GOOD = 'CASE WHEN k.gq_high > k.pq - k.sq THEN k.gq_high ELSE k.pq - k.sq END';

export const QUANTITY_RATIOS: readonly Column[] = [
  ['effectiveness', EFFECTIVENESS],
  ['quality_rate', QUALITY_RATE],
  ['oee', ratio('k.ideal_ms - k.ideal_scrap_ms', 'k.pbt')],
  ['oee_low', ratio(`k.gq_low * ${CYCLE_MS}`, 'k.pbt')],
  ['oee_high', ratio(`CASE WHEN k.pq = 0 THEN k.unknown ELSE (${MOST_GOOD}) * ${CYCLE_MS} END`, 'k.pbt')],
  ['nee', `${ratio('k.running + k.setup', 'k.pbt')} * COALESCE(${EFFECTIVENESS}, 0) * COALESCE(${QUALITY_RATE}, 0)`],
  ['teep', ratio('k.ideal_ms - k.ideal_scrap_ms', 'k.calendar')],
  ['scrap_ratio', ratio('k.sq', 'k.pq')],
  ['rework_ratio', ratio('k.rq', 'k.pq')],
  ['throughput', ratio(`k.pq * ${HOUR_MS}`, 'k.pbt - k.unknown')],
  ['avg_speed', ratio(`k.pq * ${HOUR_MS}`, 'k.running')],
];

/** Out of the ratios, which are columns of k by now. */
const IS_KNOWN = `k.coverage >= ${MIN_COVERAGE} AND k.oee IS NOT NULL`;
const share = (part: string): string =>
  `CASE WHEN ${part} > 0 THEN CASE WHEN ${part} < 1 THEN ${part} ELSE 1 END ELSE 0 END`;

export const ASSESSMENT_COLUMNS: readonly Column[] = [
  [
    'performance',
    `CASE WHEN NOT (${IS_KNOWN}) THEN NULL ${GRADES.map(({ grade, from }) => `WHEN k.oee >= ${from} THEN '${grade}'`).join(' ')} ELSE 'poor' END`,
  ],
  [
    'efficiency_score',
    `CASE WHEN ${IS_KNOWN} THEN 100 * power((${share('k.availability')}) * (${share('k.effectiveness')}) * (${share('k.quality_rate')}), 1.0 / 3) END`,
  ],
];
