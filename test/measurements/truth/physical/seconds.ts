/** The grid of the truth: a state for each second of a period. */
import type { Stretch } from '../stretch.ts';

/** In the order of their codes. */
export const PHYSICAL_STATES = ['no_shift', 'planned', 'setup', 'breakdown', 'microstop', 'running'] as const;
export type PhysicalState = (typeof PHYSICAL_STATES)[number];
export type PhysicalSegment = Stretch & { readonly state: PhysicalState };

export const codeOf = (state: PhysicalState): number => PHYSICAL_STATES.indexOf(state);

/** Second of the period in which the instant lies. */
export const secondOf = (period: Stretch, instant: number): number => Math.floor((instant - period.from) / 1_000);
export const secondsIn = (period: Stretch): number => (period.to - period.from) / 1_000;

/** Sets the seconds of each stretch, as far as they lie in the period. */
export function fill(
  seconds: { fill: (value: number, from: number, to: number) => unknown },
  {
    period,
    stretches,
    value,
  }: { readonly period: Stretch; readonly stretches: readonly Stretch[]; readonly value: number },
): void {
  for (const { from, to } of stretches) {
    if (to <= period.from || from >= period.to) continue;
    seconds.fill(value, Math.max(0, secondOf(period, from)), secondOf(period, Math.min(to, period.to)));
  }
}

/** Neighbouring seconds of one state are one segment. */
export function segmentsOf(period: Stretch, states: Uint8Array): PhysicalSegment[] {
  const segments: PhysicalSegment[] = [];
  for (let from = 0; from < states.length; ) {
    let to = from + 1;
    while (to < states.length && states[to] === states[from]) to += 1;
    segments.push({
      state: PHYSICAL_STATES[states[from]!]!,
      from: period.from + from * 1_000,
      to: period.from + to * 1_000,
    });
    from = to;
  }
  return segments;
}

/** Stretches of seconds for which the test holds. */
export function stretchesWhere(period: Stretch, seconds: number, test: (second: number) => boolean): Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0; from < seconds; from++) {
    if (!test(from)) continue;
    let to = from + 1;
    while (to < seconds && test(to)) to += 1;
    stretches.push({ from: period.from + from * 1_000, to: period.from + to * 1_000 });
    from = to;
  }
  return stretches;
}
