/** What a change would have made of the past, as the API tells it. */
import type { Time } from './wire.ts';
import type { CriterionChange, CriterionSettings } from './wire-measurements.ts';

export type CriterionSimulationRequest = {
  /** The settings to try; the rest is as it is. */
  settings: CriterionChange;
  /** Default: 30 days before the end. */
  from?: Time;
  /** Not included. Default: just after the last reading. */
  to?: Time;
};
/** `since`: when the signal went beyond the limit. `until`: when it cleared; null: not before the end. */
export type SimulatedFiring = { at: Time; since: Time; until: Time | null; value: number };
export type SimulatedSettings = {
  settings: CriterionSettings;
  count: number;
  /** The first 1,000. */
  firings: SimulatedFiring[];
  /** Against anomalies that people labelled; null: none has a label. */
  labelled: { hit: number; missed: number; falseAlarms: number } | null;
};
export type CriterionSimulation = {
  criterion: string;
  from: Time;
  to: Time;
  readings: number;
  current: SimulatedSettings;
  proposed: SimulatedSettings;
  onlyCurrent: SimulatedFiring[];
  onlyProposed: SimulatedFiring[];
};
