/** What a change would have made of the past, as the API tells it. */
import type { DurationText, Label, Time } from './wire.ts';
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

export type DefinitionSimulationRequest = {
  /** A definition as it would be deployed; a text is a BPMN 2.0 file. */
  source?: unknown;
  /** One that is deployed, in this version or the newest; with a BPMN file that holds several, the process that is meant. */
  key?: string;
  version?: number;
  /** Past instances; default: the newest 1,000 of the definition with the same key that have ended. */
  against?: { definition?: string; from?: Time; to?: Time; limit?: number };
  /** What share of a node's visits ends with an outcome, where the past knows nothing. */
  answers?: { [node: string]: { [outcome: string]: number } };
  /** The same again for the same number. */
  seed?: number;
};
type Sides<Value> = { past: Value; proposed: Value };
export type SimulatedCounts = { count: number; outcomes: { [outcome: string]: number } };
export type SimulatedStep = { node: string; name: Label } & Sides<SimulatedCounts>;
export type SimulatedCourse = {
  status: 'completed' | 'cancelled' | 'stuck' | 'looped';
  /** End events that were reached. */
  ends: string[];
  /** Activities and events with their outcomes, and end events. */
  path: { node: string; outcome?: string }[];
  took: DurationText;
};
export type DefinitionSimulation = {
  key: string;
  /** null: it is not deployed. */
  version: number | null;
  against: string;
  seed: number;
  /** Run; `skipped` were not: people changed their course, or not all of their history is kept. */
  instances: number;
  skipped: { changedCourse: number; noHistory: number };
  /** Not all that were asked for: it took too long. */
  cutShort: boolean;
  completed: number;
  cancelled: number;
  stuck: number;
  looped: number;
  /** Whose course is another one; of these those that end otherwise. */
  differ: number;
  endOtherwise: number;
  ends: Sides<{ [node: string]: number }>;
  steps: SimulatedStep[];
  /** Of those that completed. */
  median: Sides<DurationText | null>;
  examples: ({ instance: string } & Sides<SimulatedCourse>)[];
  /** Incidents, and answers of the past that the definition would refuse. */
  troubles: { node: string; code: string; message: string; instance: string; count: number }[];
  /** Nodes at which the past had no answer, and how often one was guessed. */
  guessed: { [node: string]: number };
};
