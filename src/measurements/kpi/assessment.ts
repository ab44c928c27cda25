/**
 * Performance assessment and efficiency score: two answers to "how well did it run?" in one word and one number. Both are
 * ours, no standard defines them; docs/reference/analytics.md ("Assessment") has the thresholds and the formula.
 */
import type { Kpis } from './kpis.ts';

/** By OEE, the best first. 0.85 is what is widely called world class; it is a habit of the trade, no standard. */
export const GRADES = [
  { grade: 'excellent', from: 0.85 },
  { grade: 'good', from: 0.75 },
  { grade: 'fair', from: 0.6 },
  { grade: 'poor', from: 0 },
] as const;
export type Grade = (typeof GRADES)[number]['grade'];

/** Less of the planned time known, and no grade is given. */
export const MIN_COVERAGE = 0.5;

export type Assessment = {
  /** Null: nothing was planned, or too little is known. */
  readonly grade: Grade | null;
  readonly efficiency: EfficiencyScore | null;
};
/** 0 to 100; the parts are shares from 0 to 1. */
export type EfficiencyScore = {
  readonly score: number;
  readonly availability: number;
  readonly effectiveness: number;
  readonly quality: number;
};

export function assess(kpis: Kpis): Assessment {
  const isKnown = (kpis.coverage ?? 0) >= MIN_COVERAGE && kpis.oee !== null;
  const grade = isKnown ? (GRADES.find(({ from }) => (kpis.oee ?? 0) >= from)?.grade ?? 'poor') : null;
  return { grade, efficiency: isKnown ? efficiencyOf(kpis) : null };
}

/** The geometric mean of the three parts: a machine that is bad in one of them does not hide it behind the others. */
function efficiencyOf(kpis: Kpis): EfficiencyScore {
  const part = (value: number | null) => Math.min(1, Math.max(0, value ?? 0));
  const availability = part(kpis.availability);
  const effectiveness = part(kpis.effectiveness);
  const quality = part(kpis.quality);
  const score = 100 * Math.cbrt(availability * effectiveness * quality);
  return { score, availability, effectiveness, quality };
}
