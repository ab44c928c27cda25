/** A press that makes one brick a second at best, as rows every minute: what it does is written down minute by minute. */

import type { SegmentState } from '../../../src/measurements/pipeline/scope.ts';
import { brickProduction } from '../../../src/measurements/services/brick-production.ts';
import { type AnalysedRows, type AnalysedScope, analyseRows, type RowsToAnalyse } from '../../../src/testing/index.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** While it runs. */
export const PER_MINUTE = 60;
export const PER_HOUR = 3_600;

/** run and stand: it reports every minute and counts, or does not; silent: it reports nothing, and runs. */
export type Doing = {
  readonly does: 'run' | 'stand' | 'silent';
  readonly minutes: number;
  readonly mode?: 'auto' | 'setup' | 'maintenance';
  /** Rejects in each minute. */
  readonly scrap?: number;
};
export type PressRow = {
  readonly ts: number;
  readonly values: { readonly count: number; readonly errors: number; readonly mode: string };
};

/** The first row stands at `from`. What is done in a minute is in the row at its end; the mode is that of its beginning. */
export function pressRows(from: string, doings: readonly Doing[]): PressRow[] {
  let [at, count, errors] = [Date.parse(from), 10_000, 100];
  const rows: PressRow[] = [{ ts: at, values: { count, errors, mode: doings[0]?.mode ?? 'auto' } }];
  const minutes = doings.flatMap((doing) => Array.from({ length: doing.minutes }, () => doing));
  for (const [place, { does, scrap = 0 }] of minutes.entries()) {
    at += MINUTE_MS;
    if (does !== 'stand') count += PER_MINUTE;
    if (does !== 'stand') errors += scrap;
    const next = minutes[place + 1];
    if (does !== 'silent' || next?.does !== 'silent')
      rows.push({ ts: at, values: { count, errors, mode: next?.mode ?? 'auto' } });
  }
  return rows;
}

export const PRESS = { idealCycleMs: 1_000 } as const;

export const analysePress = (given: Omit<RowsToAnalyse, 'service'>): AnalysedRows =>
  analyseRows({ service: brickProduction, device: PRESS, ...given });

/** `state from–to` in UTC, the day left out where nothing was said of it. */
export const statesOf = ({ segments }: AnalysedRows): string[] =>
  segments.map(({ state, from, to }) => `${state} ${clock(from)}–${clock(to)}`);
const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);

/** Minutes of each state that a scope has any of. */
export function minutesOf({ elements }: AnalysedScope): Partial<Record<SegmentState, number>> {
  const { noShift: no_shift, planned, setup, breakdown, microstop, unknown, running } = elements;
  const all = { no_shift, planned, setup, breakdown, microstop, unknown, running };
  return Object.fromEntries(Object.entries(all).flatMap(([state, ms]) => (ms === 0 ? [] : [[state, ms / MINUTE_MS]])));
}

/** The scope of a date: the day, or the shift of a name. */
export function scopeOf({ scopes }: AnalysedRows, date: string, shift?: string): AnalysedScope {
  const found = scopes.filter((scope) => scope.date === date && scope.name === (shift ?? ''));
  if (found.length !== 1) throw new Error(`${found.length} scopes of ${date} ${shift ?? 'day'}`);
  return found[0] as AnalysedScope;
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
export const EARLY = { name: 'early', days: [...WEEKDAYS], from: '06:00', to: '14:00' };
export const LATE = { name: 'late', days: [...WEEKDAYS], from: '14:00', to: '22:00' };
export const NIGHT = { name: 'night', days: [...WEEKDAYS], from: '22:00', to: '06:00' };
