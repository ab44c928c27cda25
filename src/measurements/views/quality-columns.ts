/** Data quality in SQL: the formulas of `qualityParts` over rows of `quality_day` (q) and `intake_day` (i); null without them. */
import { type Column, ratio } from './kpi-columns.ts';

const known = (column: string): string => `COALESCE(${column}, 0)`;
const STORED = known('q.stored');
const RECEIVED = known('i.received');

export const QUALITY_PARTS: readonly Column[] = [
  ['completeness', ratio('q.seen', 'q.expected')],
  ['validity', ratio(`${RECEIVED} - ${known('i.refused')} - ${known('q.jumps')}`, RECEIVED)],
  ['uniqueness', ratio(`${RECEIVED} - ${known('i.duplicate')}`, RECEIVED)],
  ['consistency', ratio(`${STORED} - ${known('q.conflicts')} - ${known('q.inconsistent')}`, STORED)],
  ['timeliness', ratio('q.on_time', STORED)],
];

const parts = QUALITY_PARTS.map(([name]) => `k.${name}`);
/** Out of the parts, which are columns of k by now: the product of those there are. */
export const QUALITY_SCORE: Column = [
  'data_quality_score',
  `CASE WHEN COALESCE(${parts.join(', ')}) IS NOT NULL THEN ${parts.map((part) => `COALESCE(${part}, 1)`).join(' * ')} END`,
];
