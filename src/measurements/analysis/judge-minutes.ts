/**
 * Holds a signal of a service against the limit of a criterion, minute by minute. Pure.
 *
 * A run that goes on from an earlier moment hands out the minutes from there once more, since late rows may have changed
 * them. They are judged again, from where the criterion stood at that moment (a mark). What comes out is held against what
 * was told: a firing that lies where one was told is the same one, even if it begins earlier or later now; one that was not
 * told is told; one that is no longer there clears. So nothing starts twice.
 *
 * Not judged again is what lies before the criterion was last set, what came with an import, and what is older than a day.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { Criterion, CriterionStanding } from '../criterion/criterion.ts';
import { type CriterionEvent, evaluateCriterion, type Reading } from '../criterion/evaluate.ts';
import type { Judgement, Mark, ToldFiring } from '../criterion/judgement.ts';
import type { LimitSettings } from '../criterion/settings.ts';
import type { CriterionFinding } from '../ingest/analysis.ts';
import { MINUTE_MS } from '../pipeline/minutes.ts';
import { EVIDENCE_BEFORE_MS, FIRING_WITHIN_MS, type Judged, type Seen } from './seen.ts';

/** Firings that are remembered: the latest. */
const MAX_TOLD = 100;

export const minuteOf = (instant: Instant): Instant => Math.floor(instant / MINUTE_MS) * MINUTE_MS;

type Of = { readonly criterion: Criterion; readonly settings: LimitSettings };

export function judgeMinutes({ criterion, settings }: Of, before: Judgement, seen: Seen): Judged {
  const { now, quietTo, minutesFrom, marks } = seen;
  const setAt = criterion.updatedAt - MINUTE_MS;
  const earliest = Math.max(setAt, quietTo + 1, now - FIRING_WITHIN_MS);
  const known = (before.marks ?? []).filter(({ at }) => at >= earliest);
  const start = startOf(known, before, { minutesFrom, earliest });
  const readings = (seen.minutes.get(settings.signal.field) ?? []).filter(({ at }) => at >= start.at);
  const walked = walk(settings, { start, readings, marks });
  const { told, events } = compare(toldOf(before), walked, start);
  const { field } = settings.signal;
  const findings = events.map((event): CriterionFinding => {
    const anomalies = seen.findings
      .filter((one) => one.field === field && one.to >= event.since && one.from <= event.at)
      .map(({ id }) => id);
    return { criterion, event, anomalies, from: event.since - EVIDENCE_BEFORE_MS, to: event.at, isOnMinutes: true };
  });
  const judgement: Judgement = {
    ...before,
    standing: walked.standing,
    upTo: readings.at(-1)?.at ?? before.upTo,
    marks: [...known.filter(({ at }) => at < start.at), ...walked.marks],
    told: told.filter(({ isOpen, to }) => isOpen || to >= now - 2 * FIRING_WITHIN_MS).slice(-MAX_TOLD),
  };
  return { judgement, findings };
}

/** The earliest mark from which this run has all minutes; else what was not judged yet. */
function startOf(
  known: readonly Mark[],
  { standing, upTo }: Judgement,
  { minutesFrom, earliest }: { readonly minutesFrom: Instant; readonly earliest: Instant },
): Mark {
  const again = known.find(({ at }) => at >= minutesFrom);
  if (again !== undefined && upTo !== null && again.at <= upTo) return again;
  return { at: upTo === null ? earliest : Math.max(earliest, upTo + 1), standing };
}

type Walked = {
  readonly standing: CriterionStanding;
  readonly events: readonly CriterionEvent[];
  readonly marks: readonly Mark[];
};

function walk(
  settings: LimitSettings,
  {
    start,
    readings,
    marks,
  }: { readonly start: Mark; readonly readings: readonly Reading[]; readonly marks: readonly Instant[] },
): Walked {
  const waiting = [...marks].filter((at) => at > start.at).sort((a, b) => b - a);
  const set: Mark[] = [start];
  const events: CriterionEvent[] = [];
  let { standing } = start;
  for (const reading of readings) {
    for (let at = waiting.at(-1); at !== undefined && at <= reading.at; at = waiting.at(-1)) {
      set.push({ at, standing });
      waiting.pop();
    }
    const judged = evaluateCriterion(settings, standing.state, reading);
    standing = { state: judged.state, last: reading };
    events.push(...judged.events);
  }
  return { standing, events, marks: set };
}

/** Of a judgement from before firings were remembered: the one that it stands at. */
function toldOf({ told, standing: { state } }: Judgement): readonly ToldFiring[] {
  if (told !== undefined) return told;
  return state.phase === 'fired' ? [{ since: state.since, to: state.firedAt, isOpen: true }] : [];
}

type Firing = { readonly since: Instant; readonly fired?: CriterionEvent; readonly cleared?: CriterionEvent };

/** What was told, as it stands now, and what is still to be told. */
function compare(
  told: readonly ToldFiring[],
  { standing, events }: Walked,
  start: Mark,
): { readonly told: ToldFiring[]; readonly events: CriterionEvent[] } {
  const { state } = start.standing;
  const reach = state.phase === 'fired' ? Math.min(state.since, start.at) : start.at;
  const next = told.filter(({ isOpen, to }) => !isOpen && to < reach);
  const asked = told.filter((one) => !next.includes(one));
  const toTell: CriterionEvent[] = [];
  for (const { since, fired, cleared } of firingsOf(start, events)) {
    const to = cleared?.at ?? standing.last?.at ?? since;
    const place = asked.findIndex((one) => one.since <= to && (one.isOpen || one.to >= since));
    const [same] = place < 0 ? [] : asked.splice(place, 1);
    if (same === undefined && fired !== undefined) toTell.push(fired);
    const known = same?.since ?? since;
    if (cleared !== undefined && (same?.isOpen ?? true)) toTell.push({ ...cleared, since: known });
    next.push({ since: known, to, isOpen: cleared === undefined && (same?.isOpen ?? true) });
  }
  const { last } = standing;
  for (const gone of asked) {
    if (gone.isOpen && last !== null) toTell.push({ kind: 'cleared', ...last, since: gone.since });
    next.push({ ...gone, isOpen: false });
  }
  return { told: next.sort((a, b) => a.since - b.since), events: toTell };
}

/** Fired and cleared of one another, the one first that stood at the start. */
function firingsOf({ standing: { state } }: Mark, events: readonly CriterionEvent[]): Firing[] {
  const firings: Firing[] = state.phase === 'fired' ? [{ since: state.since }] : [];
  for (const event of events) {
    if (event.kind === 'fired') firings.push({ since: event.since, fired: event });
    else firings.push({ ...(firings.pop() ?? { since: event.since }), cleared: event });
  }
  return firings;
}
