/** What a firing was about. Its parts may be missing: an evidence is JSON of its own time. */
import type { Severity } from '../../../src/client/wire-measurements.ts';
import type { Firing } from '../api/processes.ts';

/** The field that was held against a limit; undefined for a combination of other criteria and for an anomaly. */
export const fieldOf = ({ signal }: Firing): string | undefined =>
  signal !== undefined && 'field' in signal && !('anomaly' in signal) ? signal.field : undefined;

/** The anomaly that it fired on. */
export const anomalyOf = ({ signal }: Firing): { anomaly: string; field: string; severity: Severity } | undefined =>
  signal !== undefined && 'anomaly' in signal ? signal : undefined;

/** The fields that a chart shows; an anomaly of several signals names them all. */
export const chartedFieldsOf = (firing: Firing): readonly string[] =>
  anomalyOf(firing)?.field.split('+') ?? [fieldOf(firing)].filter((field) => field !== undefined);

/** The detector whose score was held against the limit; undefined when it was the reading itself. */
export const detectorOf = ({ signal }: Firing): string | undefined =>
  signal !== undefined && 'field' in signal && !('anomaly' in signal) ? signal.detector : undefined;

/** The criteria that a combination counts. */
export const membersOf = ({ signal }: Firing): readonly string[] =>
  signal !== undefined && 'of' in signal ? signal.of : [];

export const criterionIdOf = ({ criterionId, device, criterion }: Firing): string =>
  criterionId ?? `${device}.${criterion}`;

/** By how much the value lies beyond the limit; undefined where one of them is not known. */
export function beyondBy({ value, limit }: Firing): number | undefined {
  if (value === undefined || limit === undefined) return undefined;
  if (typeof limit === 'number') return value - limit;
  return value > limit.high ? value - limit.high : value - limit.low;
}

/** The last firing of each criterion; one that fired again while the instance was open is seen at its latest. */
export function latestOfEach(firings: readonly Firing[]): Firing[] {
  return [...new Map(firings.map((firing) => [criterionIdOf(firing), firing])).values()];
}
