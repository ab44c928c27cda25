/** Several signals of a machine judged together, minute by minute: what moves three sensors a little is seen here first. */
import type { Instant } from '../../kernel/clock.ts';
import {
  MULTIVARIATE_LEARN_ROWS,
  MULTIVARIATE_THRESHOLD,
  type MultivariateConfig,
  type MultivariateSnapshot,
  type MultivariateState,
  multivariate,
} from '../anomaly/multivariate.ts';
import { activeSince, QUIET, type Track, track } from '../anomaly/track.ts';
import type { Field } from '../device/field.ts';
import type { Find } from './finding.ts';

export type TogetherState = { readonly operator: MultivariateSnapshot; readonly track: Track };

/** A quarter of an hour without a strange minute ends it; for an hour after that only a worse one is another. */
const RULE = { threshold: MULTIVARIATE_THRESHOLD, quietRows: 15, refractoryRows: 60 };
const MAJOR_SCORE = 5;
const CRITICAL_SCORE = 8;

export class TogetherWatch {
  readonly #name: string;
  readonly #state: MultivariateState;
  #track: Track;

  /** `rising`: the fields of which a value below the reference is not strange. */
  constructor(
    fields: readonly Field[],
    { rising, before }: { readonly rising: readonly string[]; readonly before?: TogetherState | undefined },
  ) {
    const config: MultivariateConfig = {
      sensors: fields.length,
      learnRows: MULTIVARIATE_LEARN_ROWS,
      resolutions: fields.map(({ resolution = 0 }) => resolution),
      rising: fields.map(({ name }) => rising.includes(name)),
    };
    this.#name = fields.map(({ name }) => name).join('+');
    this.#state = before === undefined ? multivariate.init(config) : multivariate.restore(config, before.operator);
    this.#track = before?.track ?? QUIET;
  }

  push(at: Instant, values: readonly number[], find: Find): void {
    const score = multivariate.push(this.#state, values);
    const before = this.#track;
    this.#track = track(RULE, before, { at, value: score, score, expected: 1, sigma: 1 });
    if (before.phase === 'open' && this.#track.phase !== 'open') this.#hand(before, find, false);
  }

  /** Hands out what is open at the end of the rows. */
  end(find: Find): void {
    if (this.#track.phase === 'open') this.#hand(this.#track, find, true);
  }

  snapshot(): TogetherState {
    return { operator: multivariate.snapshot(this.#state), track: this.#track };
  }

  #hand(open: Extract<Track, { phase: 'open' }>, find: Find, isOpen: boolean): void {
    const { to, peak } = open;
    const { at, value, score, expected, sigma } = peak;
    find({
      field: this.#name,
      detector: 'multivariate',
      from: activeSince(open) ?? at,
      to,
      isOpen,
      score,
      severity: score >= CRITICAL_SCORE ? 'critical' : score >= MAJOR_SCORE ? 'major' : 'minor',
      evidence: { at, value, expected, sigma, threshold: RULE.threshold },
    });
  }
}
