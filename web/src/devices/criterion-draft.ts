/** A criterion while it is being edited: every field of every kind, so that switching back and forth loses nothing. */
import {
  type AnomalySettings,
  type Criterion,
  type CriterionChange,
  type Direction,
  isCombination,
  isLimit,
  type Limit,
  type LimitSettings,
} from '../api/measurements.ts';

export const SEVERITIES = ['minor', 'major', 'critical'] as const;
type Severity = (typeof SEVERITIES)[number];

/** '' while a field holds no number. */
type NumberField = number | '';

export type CriterionDraft = {
  readonly kind: 'limit' | 'combination' | 'anomaly';
  readonly direction: Direction;
  readonly limit: NumberField;
  /** Of a band. */
  readonly low: NumberField;
  readonly high: NumberField;
  readonly hysteresis: NumberField;
  /** Of a combination. */
  readonly atLeast: NumberField;
  /** Of an anomaly. */
  readonly minSeverity: Severity;
  readonly duration: string;
  readonly enabled: boolean;
};

export const DIRECTIONS: readonly Direction[] = ['above', 'below', 'outside'];

export function draftOf(settings: Criterion['settings']): CriterionDraft {
  const { duration, enabled } = settings;
  const empty = {
    direction: 'above',
    limit: '',
    low: '',
    high: '',
    hysteresis: '',
    atLeast: '',
    minSeverity: SEVERITIES[0],
    duration,
    enabled,
  } as const;
  if (isCombination(settings)) return { ...empty, kind: 'combination', atLeast: settings.atLeast };
  if (!isLimit(settings))
    return { ...empty, kind: 'anomaly', minSeverity: settings.signal.minSeverity ?? SEVERITIES[0] };
  const { direction, limit, hysteresis } = settings;
  const edges = typeof limit === 'number' ? { limit } : limit;
  return { ...empty, kind: 'limit', direction, hysteresis, ...edges };
}

/** Only what differs; undefined when nothing does, or a field is empty. */
export function changeOf(draft: CriterionDraft, settings: Criterion['settings']): CriterionChange | undefined {
  const { duration, enabled } = draft;
  const shared = {
    ...(duration !== settings.duration && { duration }),
    ...(enabled !== settings.enabled && { enabled }),
  };
  const own = ownChange(draft, settings);
  const change = own === undefined ? {} : { ...own, ...shared };
  return Object.keys(change).length === 0 ? undefined : change;
}

function ownChange(draft: CriterionDraft, settings: Criterion['settings']): CriterionChange | undefined {
  if (isCombination(settings)) return atLeastChange(draft, settings.atLeast);
  return isLimit(settings) ? limitChange(draft, settings) : severityChange(draft, settings);
}

function severityChange({ minSeverity }: CriterionDraft, { signal }: AnomalySettings): CriterionChange {
  return minSeverity === (signal.minSeverity ?? SEVERITIES[0]) ? {} : { signal: { ...signal, minSeverity } };
}

function atLeastChange({ atLeast }: CriterionDraft, before: number): CriterionChange | undefined {
  if (atLeast === '') return undefined;
  return atLeast === before ? {} : { atLeast };
}

function limitChange(draft: CriterionDraft, before: LimitSettings): CriterionChange | undefined {
  const limit = limitOf(draft);
  const { hysteresis, direction } = draft;
  if (limit === undefined || hysteresis === '') return undefined;
  return {
    ...(JSON.stringify(limit) !== JSON.stringify(before.limit) && { limit }),
    ...(hysteresis !== before.hysteresis && { hysteresis }),
    ...(direction !== before.direction && { direction }),
  };
}

function limitOf({ direction, limit, low, high }: CriterionDraft): Limit | undefined {
  if (direction !== 'outside') return limit === '' ? undefined : limit;
  return low === '' || high === '' ? undefined : { low, high };
}
