/**
 * The events that criteria emit: `millrace.measurements.criterion.fired` and `….cleared`. The body says enough to decide
 * and to draw the evidence; docs/reference/measurements.md is the contract.
 */
import { hash } from 'node:crypto';
import type { Severity } from '../anomaly/anomaly.ts';
import type { CriterionFinding } from '../ingest/analysis.ts';
import { isCombination, isLimit, type Limit, type Signal } from './settings.ts';

export type Firing = {
  readonly v: 1;
  /**
   * The message id. Of a criterion on an anomaly it follows from both, and of one on a signal of a service from the minute with
   * which the firing began, so that neither starts anything twice.
   */
  readonly id: number | string;
  /** The name that process definitions use. */
  readonly criterion: string;
  readonly criterionId: string;
  readonly device: string;
  /** Event time, ISO 8601. */
  readonly at: string;
  /** The reading or score that decided; of an anomaly its score; for a combination how many of its criteria have fired. */
  readonly value: number;
  readonly limit: Limit;
  /** Of the criterion's settings. */
  readonly version: number;
  readonly signal:
    | Signal
    | { readonly of: readonly string[] }
    | { readonly anomaly: string; readonly field: string; readonly severity: Severity };
  readonly anomalies: readonly string[];
  /** The stretch that shows it. */
  readonly from: string;
  readonly to: string;
};

export const firingTopic = ({ event }: Pick<CriterionFinding, 'event'>): string =>
  `millrace.measurements.criterion.${event.kind}`;

export function firingOf(finding: CriterionFinding, id: number): Firing {
  const { criterion, event, anomalies, from, to, seen, isOnMinutes = false } = finding;
  return {
    v: 1,
    id: isOnMinutes ? firingId(criterion.id, event.since) : seen ? firingId(criterion.id, seen.id) : id,
    criterion: criterion.name,
    criterionId: criterion.id,
    device: criterion.device,
    at: isoOf(event.at),
    value: event.value,
    ...heldAgainst(finding),
    version: criterion.version,
    anomalies,
    from: isoOf(from),
    to: isoOf(to),
  };
}

function heldAgainst({ criterion: { settings }, seen }: CriterionFinding): Pick<Firing, 'limit' | 'signal'> {
  if (isCombination(settings)) return { limit: settings.atLeast, signal: { of: settings.of } };
  if (isLimit(settings)) return { limit: settings.limit, signal: settings.signal };
  if (seen === undefined) throw new RangeError('a criterion on an anomaly has seen one');
  const { anomaly, field, severity, threshold } = seen;
  return { limit: threshold, signal: { anomaly, field, severity } };
}

const firingId = (criterion: string, of: string | number): string =>
  `fir_${hash('sha256', JSON.stringify([criterion, of]), 'hex').slice(0, 20)}`;

const isoOf = (instant: number): string => new Date(instant).toISOString();
