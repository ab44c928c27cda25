/**
 * Holds the anomalies of a device against windows in which something really was wrong, as the Numenta Anomaly Benchmark
 * labels them. Pure. A window is hit when an anomaly touches it, both ends included; an anomaly that touches none is a
 * false alarm; what happened while detectors were still learning is not scored.
 */
import type { Instant } from '../../kernel/clock.ts';

export type Window = { readonly from: Instant; readonly to: Instant };
export type ReportedAnomaly = Window & { readonly id: string; readonly detector: string; readonly score: number };

export type WindowReport = Window & {
  readonly isHit: boolean;
  /** From the start of the window to the first anomaly that touches it, 0 when that was open before; null: missed. */
  readonly delayMs: number | null;
  readonly anomalies: readonly string[];
};
export type Score = { readonly hit: number; readonly missed: number; readonly falseAlarms: number };
export type Report = Score & {
  readonly windows: readonly WindowReport[];
  /** Anomalies that are scored. */
  readonly anomalies: number;
  readonly detectors: Readonly<Record<string, Score & { readonly anomalies: number }>>;
};

const LEARNING_SHARE = 0.15;
const MAX_LEARNING_ROWS = 750;
/** With this many rows the learning period no longer grows. */
export const ROWS_THAT_MATTER = MAX_LEARNING_ROWS / LEARNING_SHARE;

/** How many rows of a series are not scored. */
export const learningRows = (rows: number): number => Math.min(Math.floor(LEARNING_SHARE * rows), MAX_LEARNING_ROWS);

/** `scoredFrom` is the time of the first scored row. */
export function compareWithWindows(
  all: readonly ReportedAnomaly[],
  windows: readonly Window[],
  { scoredFrom }: { readonly scoredFrom: Instant },
): Report {
  const anomalies = all.filter(({ to }) => to >= scoredFrom);
  const names = [...new Set(anomalies.map(({ detector }) => detector))].sort();
  const of = (name: string) => anomalies.filter(({ detector }) => detector === name);
  return {
    ...scoreOf(anomalies, windows),
    windows: windows.map((window) => windowReport(window, anomalies)),
    anomalies: anomalies.length,
    detectors: Object.fromEntries(
      names.map((name) => [name, { ...scoreOf(of(name), windows), anomalies: of(name).length }]),
    ),
  };
}

/** The report as people read it. */
export function reportText({ windows, anomalies, detectors, ...total }: Report): string {
  const lines = windows.map(({ from, to, isHit, delayMs, anomalies: touching }) => {
    const verdict = isHit ? `hit after ${hours(delayMs ?? 0)} by ${touching.length} anomalies` : 'missed';
    return `  ${minute(from)} to ${minute(to)}  ${verdict}`;
  });
  const score = ({ hit, missed, falseAlarms }: Score, count: number) =>
    `${count} anomalies, ${hit} windows hit, ${missed} missed, ${falseAlarms} false alarms`;
  return [
    score(total, anomalies),
    ...Object.entries(detectors).map(([name, each]) => `  ${name}: ${score(each, each.anomalies)}`),
    'Windows:',
    ...lines,
  ].join('\n');
}

function scoreOf(anomalies: readonly Window[], windows: readonly Window[]): Score {
  const hit = windows.filter((window) => anomalies.some((anomaly) => touches(anomaly, window))).length;
  const falseAlarms = anomalies.filter((anomaly) => !windows.some((window) => touches(anomaly, window))).length;
  return { hit, missed: windows.length - hit, falseAlarms };
}

function windowReport(window: Window, anomalies: readonly ReportedAnomaly[]): WindowReport {
  const touching = anomalies.filter((anomaly) => touches(anomaly, window)).sort((a, b) => a.from - b.from);
  const first = touching[0];
  return {
    ...window,
    isHit: first !== undefined,
    delayMs: first === undefined ? null : Math.max(0, first.from - window.from),
    anomalies: touching.map(({ id }) => id),
  };
}

const touches = (a: Window, b: Window): boolean => a.from <= b.to && a.to >= b.from;
const minute = (instant: Instant): string => new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} h`;
