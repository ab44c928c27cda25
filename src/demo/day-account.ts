/** What is said about the simulated day: a line for everything that happens, and a table at the end. */
import type { Anomaly, Criterion } from '../client/wire-measurements.ts';
import type { Firing } from '../client/wire-process.ts';
import type { Instant } from '../kernel/clock.ts';
import type { NewLimit } from './day-people.ts';
import type { FaultKind } from './fault.ts';

const WHAT_HAPPENED: { readonly [Kind in FaultKind]: string } = {
  'bearing-wear': 'a bearing is wearing out',
  'lost-cooling': 'the cooling fails',
  'sensor-cleaned': 'the temperature sensor is taken out for cleaning',
};
const DEVICE_WIDTH = 8;

/** The detectors as they are called in a sentence. */
const nameOf = (detector: string): string => (detector === 'sudden-change' ? 'sudden change' : detector);

/** "09:12  press-1   both criteria fired …" */
export function lineOf(at: Instant, device: string, text: string): string {
  return `${new Date(at).toISOString().slice(11, 16)}  ${device.padEnd(DEVICE_WIDTH)}  ${text}`;
}

export const faultText = (kind: FaultKind): string => `(${WHAT_HAPPENED[kind]})`;

/** "both criteria fired: z-score 17.2 over 4, sudden change 4.6 over 4" */
export function firedText(evidence: readonly Firing[]): string {
  const parts = evidence.map(({ criterion, signal, value, limit }) => {
    const name = signal !== undefined && 'detector' in signal ? nameOf(signal.detector) : criterion;
    return `${name} ${value?.toFixed(1) ?? '?'} over ${typeof limit === 'number' ? limit : '?'}`;
  });
  return `both criteria fired: ${parts.join(', ')}`;
}

export const answerText = (role: string, outcome: string, comment: string): string =>
  `→ ${role}: ${outcome}. “${comment}”`;

/** "→ new limits: A 4 → 10, B 4 → 10" */
export function limitsText(limits: readonly NewLimit[], before: ReadonlyMap<string, number>): string {
  const changes = limits.map(({ id, limit }) => `${id.split('.').at(-1)} ${before.get(id) ?? '?'} → ${limit}`);
  return `→ new limits: ${changes.join(', ')}; the next readings are judged by them`;
}

/** "nobody is disturbed: z-score reached 7.3 of 10, sudden change 6.9 of 10" */
export function quietText(anomalies: readonly Anomaly[], criteria: readonly Criterion[]): string {
  const peaks = criteria.flatMap(({ settings }) => {
    if (!('limit' in settings) || settings.signal.detector === undefined) return [];
    const { field, detector } = settings.signal;
    const scores = anomalies
      .filter((found) => found.field === field && found.detector === detector)
      .map(({ score }) => score);
    return scores.length === 0
      ? []
      : [`${nameOf(detector)} reached ${Math.max(...scores).toFixed(1)} of ${settings.limit}`];
  });
  return ['nobody is disturbed', ...(peaks.length === 0 ? [] : [peaks.join(', ')])].join(': ');
}

/** Columns as wide as their widest cell; the first is text, the others are numbers. */
export function tableOf(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? String(cell).padEnd(widths[column] ?? 0) : String(cell).padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  const [head = '', ...body] = lines;
  return [head, '-'.repeat(head.length), ...body];
}
