/**
 * Judges what a run of a measurement service found by the criteria of the device. Pure.
 *
 *   on an anomaly   fires once for each anomaly of its kind that is severe enough and has lasted for the duration, and clears
 *                   when the anomaly is over, is no longer such a one, or has been taken back since rows came late. An
 *                   anomaly whose beginning late rows have moved is the same one: nothing is told of it.
 *   on a signal     is held against its limit minute by minute (judge-minutes.ts).
 *
 * What lies in the past starts nothing: an anomaly fires only when it begins no earlier than FIRING_WITHIN_MS before now,
 * was not over when the criterion was set, and did not come with an import. Minutes are judged under the same conditions.
 */
import { SEVERITIES } from '../anomaly/anomaly.ts';
import { DETECTORS } from '../anomaly/detector-name.ts';
import { type Criterion, type CriterionStanding, UNJUDGED } from '../criterion/criterion.ts';
import { IDLE } from '../criterion/evaluate.ts';
import type { FiredOn, Judgement } from '../criterion/judgement.ts';
import { type AnomalySettings, isLimit, isOfAnomaly } from '../criterion/settings.ts';
import type { CriterionFinding } from '../ingest/analysis.ts';
import { MINUTE_MS } from '../pipeline/minutes.ts';
import { judgeMinutes } from './judge-minutes.ts';
import { EVIDENCE_BEFORE_MS, FIRING_WITHIN_MS, type FoundAnomaly, isNews, type Judged, type Seen } from './seen.ts';

/** Anomalies that a criterion remembers, besides those that are open: the latest. */
export const MAX_FIRED_ON = 1_000;

export const NOT_JUDGED: Judgement = { v: 1, standing: UNJUDGED, upTo: null, firedOn: [] };

export function judge(criterion: Criterion, before: Judgement, seen: Seen): Judged {
  const { settings } = criterion;
  if (isOfAnomaly(settings)) return judgeAnomalies({ criterion, settings }, before, seen);
  if (isLimit(settings)) return judgeMinutes({ criterion, settings }, before, seen);
  return { judgement: before, findings: [] };
}

type Of<Settings> = { readonly criterion: Criterion; readonly settings: Settings };

function judgeAnomalies({ criterion, settings }: Of<AnomalySettings>, before: Judgement, seen: Seen): Judged {
  const isOfKind = ({ detector, field }: FoundAnomaly) =>
    detector === settings.signal.anomaly && field === (settings.signal.field ?? field);
  const found = new Map(seen.findings.filter(isOfKind).map((finding) => [finding.id, finding]));
  const events: CriterionFinding[] = [];
  const firedOn: FiredOn[] = [];
  const known = new Set(before.firedOn.map(({ anomaly }) => anomaly));
  for (const entry of before.firedOn) {
    const finding = found.get(entry.anomaly) ?? successorOf(entry, [...found.values()], { taken: known, seen });
    const next = standsNow(entry, finding, settings);
    known.add(next.anomaly);
    if (entry.isOpen && !next.isOpen) events.push(eventOf('cleared', { criterion, entry: next, finding, seen }));
    firedOn.push(next);
  }
  for (const finding of found.values()) {
    if (known.has(finding.id) || !matches(settings, finding) || !isNews(finding, seen)) continue;
    if (finding.to + MINUTE_MS <= criterion.updatedAt) continue;
    const entry = entryOf(finding, true);
    events.push(eventOf('fired', { criterion, entry, finding, seen }));
    if (!finding.isOpen) events.push(eventOf('cleared', { criterion, entry, finding, seen }));
    firedOn.push({ ...entry, isOpen: finding.isOpen });
  }
  return {
    judgement: { ...before, standing: standingOf(firedOn, events, before), firedOn: kept(firedOn, seen) },
    findings: events,
  };
}

/** Whether an anomaly is what the criterion looks for. */
function matches({ signal, durationMs, enabled }: AnomalySettings, { severity, from, to }: FoundAnomaly): boolean {
  const isSevere = SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(signal.minSeverity ?? 'minor');
  return enabled && isSevere && to - from >= durationMs;
}

/** The anomaly that stands where one was that the run has not found again: late rows have moved its beginning. */
function successorOf(
  { field, from, to, detector }: FiredOn,
  found: readonly FoundAnomaly[],
  { taken, seen }: { readonly taken: ReadonlySet<string>; readonly seen: Seen },
): FoundAnomaly | undefined {
  if (to < seen.foundFrom) return undefined;
  return found.find(
    (other) =>
      !taken.has(other.id) &&
      other.field === field &&
      other.detector === detector &&
      other.from <= to &&
      other.to >= from,
  );
}

/** Whatever is open is found by every run; what is not has been taken back. */
function standsNow(entry: FiredOn, finding: FoundAnomaly | undefined, settings: AnomalySettings): FiredOn {
  if (finding === undefined) return { ...entry, isOpen: false };
  return entryOf(finding, entry.isOpen && finding.isOpen && matches(settings, finding));
}

const entryOf = ({ id, field, detector, from, to }: FoundAnomaly, isOpen: boolean): FiredOn => ({
  anomaly: id,
  ...{ field, detector, from, to, isOpen },
});

/** What was taken back clears now, as far as the rows say. */
function eventOf(
  kind: 'fired' | 'cleared',
  {
    criterion,
    entry,
    finding,
    seen,
  }: {
    readonly criterion: Criterion;
    readonly entry: FiredOn;
    readonly finding: FoundAnomaly | undefined;
    readonly seen: Seen;
  },
): CriterionFinding {
  const { anomaly: id, detector, field, from } = entry;
  const isOver = finding !== undefined && !finding.isOpen;
  const at = kind === 'fired' || isOver ? (finding?.to ?? entry.to) : seen.horizon;
  const score = finding?.score ?? 0;
  const severity = finding?.severity ?? 'minor';
  return {
    criterion,
    event: { kind, at, since: from, value: score },
    anomalies: [id],
    from: from - EVIDENCE_BEFORE_MS,
    to: at,
    seen: { id, anomaly: detector, field, severity, threshold: thresholdOf(detector, finding) },
  };
}

/** The scores of detectors are in their own units; watches count in times of their limit. */
function thresholdOf(detector: string, finding: FoundAnomaly | undefined): number {
  const isScore = detector === 'multivariate' || DETECTORS.some((name) => name === detector);
  return isScore && finding !== undefined ? finding.evidence.threshold : 1;
}

function standingOf(
  firedOn: readonly FiredOn[],
  events: readonly CriterionFinding[],
  { standing }: Judgement,
): CriterionStanding {
  const latest = events.at(-1)?.event;
  const last = latest === undefined ? standing.last : { at: latest.at, value: latest.value };
  const open = firedOn.find(({ isOpen }) => isOpen);
  if (open === undefined) return { state: IDLE, last };
  const firedAt = standing.state.phase === 'fired' ? standing.state.firedAt : (latest?.at ?? open.to);
  return { state: { phase: 'fired', since: open.from, firedAt }, last };
}

/** An anomaly that is too old to fire need not be remembered. */
function kept(firedOn: readonly FiredOn[], { now }: Seen): FiredOn[] {
  const couldFire = firedOn.filter(({ isOpen, from }) => isOpen || from >= now - 2 * FIRING_WITHIN_MS);
  return couldFire.length <= MAX_FIRED_ON
    ? couldFire
    : [...couldFire].sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.from - a.from).slice(0, MAX_FIRED_ON);
}
