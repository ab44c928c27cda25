/** What a detector should find: the true stretch of a disturbance. */
import type { Stretch } from './stretch.ts';

export type AnomalyType =
  | 'stoppage'
  | 'high-error-rate'
  | 'low-efficiency'
  | 'stuck'
  | 'drift'
  | 'spike'
  | 'silent'
  | 'bearing'
  | 'cooling';
export type Anomaly = Stretch & { readonly type: AnomalyType };

export const inOrder = (anomalies: readonly Anomaly[]): Anomaly[] =>
  [...anomalies].sort((a, b) => a.from - b.from || a.to - b.to || a.type.localeCompare(b.type));
