/** Results as rows of tables. Pure. */
import type { Family, Row } from '../../store/family.ts';
import { SCOPE_KINDS, type ScopeKind } from '../pipeline/scope.ts';
import type { Results } from '../services/device-run.ts';
import {
  type BucketStatRow,
  bucketFamily,
  type KpiStatRow,
  kpiFamily,
  qualityFamily,
  segmentFamily,
} from './families.ts';

export type Owner = { readonly device: string; readonly service: string; readonly bucketMs: number };
/** Rows of one table that have `where` in common, and the column by which they are ordered in time. */
export type TableResult = {
  readonly family: Family;
  readonly where: Readonly<Record<string, string>>;
  readonly place: string;
  readonly rows: readonly Row[];
};

export function tableResults(results: Results, owner: Owner): TableResult[] {
  const { device } = owner;
  const segments = results.segments.map(({ from, to, state }) => ({ device, from, to, state }));
  const kpis = (kind: ScopeKind) =>
    results.scopes.filter((scope) => scope.kind === kind).map((scope) => kpiRow(scope, owner));
  return [
    { family: segmentFamily, where: { device }, place: 'from', rows: segments },
    ...SCOPE_KINDS.map((kind) => ({ family: kpiFamily, where: { device, kind }, place: 'from', rows: kpis(kind) })),
    {
      family: bucketFamily,
      where: { device },
      place: 'start',
      rows: results.buckets.map((row) => bucketRow(row, owner)),
    },
    {
      family: qualityFamily,
      where: { device },
      place: 'date',
      rows: results.quality.map((row) => ({ device, ...row })),
    },
  ];
}

function kpiRow({ elements, ...scope }: Results['scopes'][number], { device, service }: Owner): KpiStatRow {
  return { device, service, ...scope, ...elements };
}

function bucketRow(
  { metric, start, bucket }: Results['buckets'][number],
  { device, bucketMs: widthMs }: Owner,
): BucketStatRow {
  const { sketch, ...numbers } = bucket;
  return {
    device,
    metric,
    start,
    widthMs,
    ...numbers,
    sketch: Object.keys(sketch).length === 0 ? '' : JSON.stringify(sketch),
  };
}
