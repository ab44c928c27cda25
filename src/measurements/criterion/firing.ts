/**
 * The events that criteria emit: `millrace.measurements.criterion.fired` and `….cleared`. The body says enough to decide
 * and to draw the evidence; docs/reference/measurements.md is the contract.
 */
import type { CriterionFinding } from '../ingest/analysis.ts';
import type { Limit, Signal } from './settings.ts';
import { isCombination } from './settings.ts';

export type Firing = {
  readonly v: 1;
  /** The message id. */
  readonly id: number;
  /** The name that process definitions use. */
  readonly criterion: string;
  readonly criterionId: string;
  readonly device: string;
  /** Event time, ISO 8601. */
  readonly at: string;
  /** The reading or score that decided; for a combination how many of its criteria have fired. */
  readonly value: number;
  readonly limit: Limit;
  /** Of the criterion's settings. */
  readonly version: number;
  readonly signal: Signal | { readonly of: readonly string[] };
  readonly anomalies: readonly string[];
  /** The stretch that shows it. */
  readonly from: string;
  readonly to: string;
};

export const firingTopic = ({ event }: Pick<CriterionFinding, 'event'>): string =>
  `millrace.measurements.criterion.${event.kind}`;

export function firingOf({ criterion, event, anomalies, from, to }: CriterionFinding, id: number): Firing {
  const { settings } = criterion;
  return {
    v: 1,
    id,
    criterion: criterion.name,
    criterionId: criterion.id,
    device: criterion.device,
    at: isoOf(event.at),
    value: event.value,
    limit: isCombination(settings) ? settings.atLeast : settings.limit,
    version: criterion.version,
    signal: isCombination(settings) ? { of: settings.of } : settings.signal,
    anomalies,
    from: isoOf(from),
    to: isoOf(to),
  };
}

const isoOf = (instant: number): string => new Date(instant).toISOString();
