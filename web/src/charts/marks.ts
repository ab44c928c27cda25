/** What is drawn over a series: limits, firings and anomalies. */

export type LimitMark = { readonly value: number; readonly label: string; readonly kind: 'limit' | 'preview' };
export type FiringMark = { readonly atMs: number; readonly label: string };
export type SpanMark = { readonly fromMs: number; readonly toMs: number };

export type Marks = {
  readonly limits: readonly LimitMark[];
  readonly firings: readonly FiringMark[];
  readonly anomalies: readonly SpanMark[];
};

export const noMarks: Marks = { limits: [], firings: [], anomalies: [] };
