/** Where the time of a definition's instances goes, as the API tells it. */
import type { DurationText, Label, Time } from './wire.ts';

/** The mean is exact; the others are off by a tenth at most. */
export type DurationSpread = {
  mean: DurationText;
  p50: DurationText;
  p90: DurationText;
  p99: DurationText;
  longest: DurationText;
};

/** What happened at one step in the time that was asked for. */
export type StepAnalytics = {
  node: string;
  name: Label;
  type: string;
  begun: number;
  ended: number;
  /** How many are there now. */
  active: number;
  /** Ended without an outcome: something else took over, or the instance was cancelled. */
  interrupted: number;
  outcomes: { outcome: string; count: number; share: number }[];
  incidents: number;
  /** From arrival to departure; null: none has ended. */
  durations: DurationSpread | null;
  /** Of tasks and jobs: means until somebody had it, and from then to the end. */
  split: { waiting: DurationText; work: DurationText } | null;
  /** Of the time of all instances that ended; more than 1 where things go on beside each other. */
  share: number | null;
};

export type DefinitionAnalytics = {
  key: string;
  /** null: all versions. */
  version: number | null;
  /** The first day of which anything is known. */
  since: Time | null;
  /** What a duration other than a mean may be off by, as a share of it. */
  error: number;
  instances: {
    started: number;
    completed: number;
    cancelled: number;
    active: number;
    durations: DurationSpread | null;
  };
  steps: StepAnalytics[];
  /** Days, UTC, on which instances started or ended; days long ago are summed up by month. */
  days: { at: Time; started: number; completed: number; cancelled: number; median: DurationText | null }[];
};

export type AnalyticsRequest = { version?: number; from?: Time; to?: Time };
