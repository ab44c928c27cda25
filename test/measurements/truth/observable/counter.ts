/** Counters by the rules of the measurement service: what each reading adds, and what may have been lost before it. */

export type CounterRule = {
  /** Items per second at most. */
  readonly maxRate: number;
  readonly modulus: number | undefined;
  readonly jitter: number;
  readonly maxGapMs: number;
};
/** The highest value that counts, and when it was set. */
export type Mark = { readonly value: number; readonly at: number };
export type CounterCase = 'first' | 'growth' | 'rollover' | 'jitter' | 'restart' | 'held' | 'reset' | 'rebase';
export type Counted = { readonly case: CounterCase; readonly d: number; readonly lost: number; readonly mark: Mark };
type Value = { readonly value: number; readonly at: number };

const CLOCK_SET_BACK_MS = 300_000;
const ROLLOVER_FROM = 0.9;

/** Items at most in a time. */
export const allowed = ({ maxRate }: CounterRule, ms: number): number => (maxRate * ms) / 1_000;

/** Whether so much growth is more than can be. */
const isTooMuch = (rule: CounterRule, growth: number, ms: number): boolean => growth > 1.5 * allowed(rule, ms) + 1;

export const jumps = (rule: CounterRule, mark: Mark | undefined, { value, at }: Value): boolean =>
  mark !== undefined && value >= mark.value && isTooMuch(rule, value - mark.value, at - mark.at);

/** The value goes on from the candidate, which jumped as well. */
export const goesOn = (rule: CounterRule, candidate: Value, { value, at }: Value): boolean =>
  value >= candidate.value && !isTooMuch(rule, value - candidate.value, at - candidate.at);

/** A value that does not jump. */
export function counted(
  rule: CounterRule,
  mark: Mark | undefined,
  { value, at, previousAt }: Value & { readonly previousAt: number },
): Counted {
  const here = { value, at };
  if (mark === undefined) return { case: 'first', d: 0, lost: 0, mark: here };
  const elapsedMs = at - mark.at;
  const most = allowed(rule, elapsedMs);
  if (value >= mark.value) {
    const d = value - mark.value;
    const lost = elapsedMs > rule.maxGapMs ? Math.max(0, Math.floor(most) - d) : 0;
    return { case: 'growth', d, lost, mark: here };
  }
  if (rule.modulus !== undefined && mark.value >= ROLLOVER_FROM * rule.modulus && elapsedMs <= rule.maxGapMs) {
    const d = rule.modulus - mark.value + value;
    if (d <= most) return { case: 'rollover', d, lost: 0, mark: here };
  }
  if (mark.value - value <= rule.jitter) return { case: 'jitter', d: 0, lost: 0, mark: { value: mark.value, at } };
  if (value <= most) return { case: 'restart', d: value, lost: Math.floor(most) - value, mark: here };
  if (mark.value - value <= allowed(rule, CLOCK_SET_BACK_MS))
    return { case: 'held', d: 0, lost: Math.floor(allowed(rule, at - previousAt)), mark };
  return { case: 'reset', d: 0, lost: Math.floor(most), mark: here };
}

/** A value that jumps and goes on from the candidate. */
export function rebased(
  rule: CounterRule,
  { mark, candidate }: { mark: Mark; candidate: Value },
  here: Value,
): Counted {
  const d = here.value - candidate.value;
  const lost = Math.max(0, Math.floor(allowed(rule, here.at - mark.at)) - d);
  return { case: 'rebase', d, lost, mark: { value: here.value, at: here.at } };
}
