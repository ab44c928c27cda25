/** The public entry `millrace/measurements`: what users build on; docs/reference/measurements.md describes it. */

export { measurementFeed } from '../store/feed.ts';
export { measurementOutbox } from '../store/outbox.ts';
export type { Processed } from './analysis/analyses.ts';
export type { DeviceStretch } from './analysis/process-device.ts';
export type { Anomaly, AnomalyEvidence, AnomalyLabel, Severity } from './anomaly/anomaly.ts';
export { drift } from './anomaly/drift/drift.ts';
export { multivariate } from './anomaly/multivariate.ts';
export { novelty } from './anomaly/novelty/novelty.ts';
export type { Operator, OperatorState } from './anomaly/operator.ts';
export { stuck } from './anomaly/stuck.ts';
export { suddenChange } from './anomaly/sudden-change.ts';
export { zScore } from './anomaly/z-score.ts';
export type { Criterion, CriterionView } from './criterion/criterion.ts';
export { evaluateCriterion } from './criterion/evaluate.ts';
export type { Firing } from './criterion/firing.ts';
export type { CriterionSettings } from './criterion/settings.ts';
export type { Device, DeviceView } from './device/device.ts';
export { measurementFamilies } from './families.ts';
export type { IngestOptions, IngestResult } from './ingest/ingest.ts';
export { type Measurements, type MeasurementsOptions, openMeasurements } from './open-measurements.ts';
export { compareWithWindows, type Report, reportText } from './report/report.ts';
export type { Series, SeriesRequest } from './series/series.ts';
export {
  type DerivedSignal,
  defineMeasurement,
  type MeasurementDeclaration,
  type MeasurementService,
} from './services/measurement-service.ts';
export type { ShiftPlan } from './shift-plan/shift-plan.ts';
export { ewmaMean, ewmaVariance } from './window/ewma.ts';
export { percentiles } from './window/percentile.ts';
export { rollingMax, rollingMin } from './window/rolling-extremes.ts';
export { rollingMean, rollingStandardDeviation } from './window/rolling-moments.ts';
export { rollingQuantile } from './window/rolling-quantile.ts';
export type { StatisticOperator } from './window/statistic-operator.ts';
export { type Direction, trend } from './window/trend.ts';
