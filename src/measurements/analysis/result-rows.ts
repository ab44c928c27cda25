/** Results as rows of tables. Pure. */
import type { Row } from '../../store/family.ts';
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
/** Rows of one table, and from which place of its key on they are all there are. */
export type TableResult = {
  readonly family: typeof segmentFamily | typeof bucketFamily | typeof kpiFamily | typeof qualityFamily;
  readonly rows: readonly Row[];
};

export function tableResults(results: Results, owner: Owner): TableResult[] {
  const { device } = owner;
  return [
    { family: segmentFamily, rows: results.segments.map(({ from, to, state }) => ({ device, from, to, state })) },
    { family: kpiFamily, rows: results.scopes.map((scope) => kpiRow(scope, owner)) },
    { family: bucketFamily, rows: results.buckets.map((row) => bucketRow(row, owner)) },
    { family: qualityFamily, rows: results.quality.map((row) => ({ device, ...row })) },
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
