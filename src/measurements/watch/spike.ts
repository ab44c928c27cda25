/**
 * Spikes: a few readings far off that a mean over a minute hardly shows. Of each minute the reading is looked at that
 * stands out farthest from the levels of the minutes before and after it, above both or below both: what goes to another
 * level and stays there stands out from neither. How far that is on an ordinary minute is learned; the score is in such.
 */
import type { Instant } from '../../kernel/clock.ts';
import { type SeverityScale, severityOf } from '../anomaly/anomaly.ts';
import { MAX_SCORE, MIN_BASELINE_ROWS } from '../anomaly/operator.ts';
import { QUIET, type Track, track } from '../anomaly/track.ts';
import type { Field } from '../device/field.ts';
import { MINUTE_MS } from '../pipeline/minutes.ts';
import type { Find } from './finding.ts';

type Extent = { readonly at: Instant; readonly mean: number; readonly low: number; readonly high: number };
/** JSON: its own snapshot. */
export type SpikeState = {
  /** The level before the minute that waits for the one after it; null: none yet, or too long ago. */
  level: number | null;
  waiting: Extent | null;
  /** How far the farthest reading of a minute usually stands out, and how many minutes say so. */
  usual: number;
  minutes: number;
  track: Track;
};

/** The next minute without a spike ends it. */
const RULE = { threshold: 8, quietRows: 1, refractoryRows: 1 };
const SEVERITY: SeverityScale = { major: 16, critical: 32 };
/** What is usual follows the minutes of about five hours; one counts as three times as much as usual at most. */
const MEMORY_MINUTES = 288;
const FARTHEST_FOLLOWED = 3;
/** A level says nothing of minutes farther away than this. */
const NEIGHBOUR_MS = 5 * MINUTE_MS;

export const newSpike = (): SpikeState => ({ level: null, waiting: null, usual: 0, minutes: 0, track: QUIET });

export function watchSpikes(
  { name, resolution = 0 }: Pick<Field, 'name' | 'resolution'>,
  state: SpikeState,
  { minute, find }: { readonly minute: Extent; readonly find: Find },
): void {
  const { waiting, level } = state;
  const isNext = waiting !== null && minute.at - waiting.at <= NEIGHBOUR_MS;
  if (isNext && level !== null)
    judge({ name, resolution }, state, { minute: waiting, levels: [level, minute.mean], find });
  state.level = isNext ? waiting.mean : null;
  state.waiting = minute;
}

/** Hands out what is open at the end of the rows. */
export function endSpikes({ name }: Pick<Field, 'name'>, state: SpikeState, find: Find): void {
  if (state.track.phase === 'open') hand(name, state.track, { find, isOpen: true });
}

type Judged = { readonly minute: Extent; readonly levels: readonly [number, number]; readonly find: Find };

function judge(
  { name, resolution }: Required<Pick<Field, 'name' | 'resolution'>>,
  state: SpikeState,
  judged: Judged,
): void {
  const { minute, levels, find } = judged;
  const above = minute.high - Math.max(...levels);
  const below = Math.min(...levels) - minute.low;
  const excess = Math.max(0, above, below);
  const usual = Math.max(state.usual, resolution);
  const isKnown = state.minutes >= MIN_BASELINE_ROWS && usual > 0;
  const score = isKnown ? Math.min(excess / usual, MAX_SCORE) : Number.NaN;
  const [value, expected] = above >= below ? [minute.high, Math.max(...levels)] : [minute.low, Math.min(...levels)];
  const before = state.track;
  state.track = track(RULE, before, { at: minute.at, value, score, expected, sigma: usual });
  if (before.phase === 'open' && state.track.phase !== 'open') hand(name, before, { find, isOpen: false });
  state.minutes = Math.min(state.minutes + 1, MEMORY_MINUTES);
  const followed = isKnown ? Math.min(excess, FARTHEST_FOLLOWED * usual) : excess;
  state.usual += (followed - state.usual) / state.minutes;
}

function hand(
  field: string,
  { from, to, peak }: Extract<Track, { phase: 'open' }>,
  { find, isOpen }: { readonly find: Find; readonly isOpen: boolean },
): void {
  const { at, value, score, expected, sigma } = peak;
  find({
    field,
    detector: 'spike',
    from,
    to: to + MINUTE_MS,
    isOpen,
    score,
    severity: severityOf(score, SEVERITY),
    evidence: { at, value, expected, sigma, threshold: RULE.threshold },
  });
}
