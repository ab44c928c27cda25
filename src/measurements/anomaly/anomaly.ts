/**
 * An anomaly is a stretch of time in which a detector found a field strange. Its id follows from device, field, detector
 * and start, so that seeing the same readings again finds the same anomaly instead of making another one.
 */
import { hash } from 'node:crypto';
import type { Instant } from '../../kernel/clock.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import type { OpenTrack } from './track.ts';

export const LABELS = ['confirmed', 'rejected'] as const;
/** What people made of it. */
export type AnomalyLabel = (typeof LABELS)[number];
/** From the least to the worst. */
export const SEVERITIES = ['minor', 'major', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const anomalyFamily = defineFamily({
  name: 'anomaly',
  area: 'measurements',
  columns: {
    id: 'text',
    device: 'text',
    field: 'text',
    /** One of `DETECTORS`, or what else of measurements judges a device over time. */
    detector: 'text',
    from: 'integer',
    /** The last strange reading so far. */
    to: 'integer',
    isOpen: 'integer',
    /** The highest score. */
    score: 'real',
    severity: 'text',
    /** JSON. */
    evidence: 'text',
    /** The measurement service whose analysis found it; empty: it was found as the readings came. */
    service: 'text',
    /** The run that no longer found it, since rows came late or settings changed; null: it stands. */
    revisedBy: 'integer?',
    label: 'text?',
    labelledBy: 'text?',
    labelledAt: 'integer?',
  },
  key: ['id'],
  indexes: [{ columns: ['device', 'from', 'id'] }, { columns: ['from', 'id'] }],
});
export type AnomalyRow = RowOf<typeof anomalyFamily>;

/** The reading with the highest score, and what the detector had expected there. */
export type AnomalyEvidence = {
  readonly v: 1;
  readonly at: Instant;
  readonly value: number;
  readonly expected: number;
  readonly sigma: number;
  readonly threshold: number;
};
export type Anomaly = Omit<AnomalyRow, 'isOpen' | 'severity' | 'evidence' | 'label'> & {
  readonly isOpen: boolean;
  readonly severity: Severity;
  readonly evidence: AnomalyEvidence;
  readonly label: AnomalyLabel | null;
};
/** What goes on changing while readings come. */
export type AnomalyExtent = Pick<AnomalyRow, 'to' | 'isOpen' | 'score' | 'severity' | 'evidence'>;

/** Where an anomaly was found. */
export type Source = { readonly device: string; readonly field: string; readonly detector: string };

export const anomalyId = ({ device, field, detector }: Source, from: Instant): string =>
  `ano_${hash('sha256', JSON.stringify([device, field, detector, from]), 'hex').slice(0, 20)}`;

/** The scores from which on an anomaly is major and critical; detectors count in different units. */
export type SeverityScale = { readonly major: number; readonly critical: number };

/** Of detectors that count in standard deviations. */
export const SIGMA_SEVERITY: SeverityScale = { major: 6, critical: 8 };

export function severityOf(score: number, { major, critical }: SeverityScale = SIGMA_SEVERITY): Severity {
  if (score >= critical) return 'critical';
  return score >= major ? 'major' : 'minor';
}

export function extentOf(
  { to, peak }: OpenTrack,
  { threshold, isOpen, scale }: { readonly threshold: number; readonly isOpen: boolean; readonly scale: SeverityScale },
): AnomalyExtent {
  const { at, value, score, expected, sigma } = peak;
  const evidence: AnomalyEvidence = { v: 1, at, value, expected, sigma, threshold };
  return {
    to,
    isOpen: isOpen ? 1 : 0,
    score,
    severity: severityOf(score, scale),
    evidence: JSON.stringify(evidence),
  };
}

export const anomalyOf = (row: AnomalyRow): Anomaly => ({
  ...row,
  isOpen: row.isOpen === 1,
  severity: row.severity as Severity,
  evidence: JSON.parse(row.evidence) as AnomalyEvidence,
  label: row.label as AnomalyLabel | null,
});
