/** A detector on a signal of minutes: scores, and what becomes of them. */
import type { Instant } from '../../kernel/clock.ts';
import { severityOf } from '../anomaly/anomaly.ts';
import { type Detector, openDetector, severityScaleOf, trackRuleOf } from '../anomaly/detector.ts';
import type { DetectorName } from '../anomaly/detector-name.ts';
import { QUIET, type Track, type TrackRule, track } from '../anomaly/track.ts';
import type { Field } from '../device/field.ts';
import type { Find } from './finding.ts';

export type SignalState = { readonly detector: unknown; readonly track: Track };

export class SignalWatch {
  readonly #field: string;
  readonly #detector: Detector;
  readonly #rule: TrackRule;
  readonly #isRising: boolean;
  #track: Track;

  /** `isRising`: a value below what was expected is not strange. */
  constructor(
    name: DetectorName,
    field: Field,
    { isRising, before }: { readonly isRising: boolean; readonly before?: SignalState | undefined },
  ) {
    this.#isRising = isRising;
    this.#field = field.name;
    this.#detector = openDetector(name, field, { snapshot: before?.detector, isRising });
    this.#rule = trackRuleOf(name, { own: field.thresholds?.[name] });
    this.#track = before?.track ?? QUIET;
  }

  push(at: Instant, value: number, find: Find): void {
    const seen = this.#detector.push(value, at);
    const score = this.#isRising && this.#detector.isFall(value) ? 0 : seen;
    const before = this.#track;
    if (before.phase === 'quiet' && !(score >= this.#rule.threshold)) return;
    const { expected, sigma } = this.#detector;
    this.#track = track(this.#rule, before, { at, value, score, expected, sigma });
    if (before.phase === 'open' && this.#track.phase !== 'open') this.#hand(before, find, false);
  }

  /** Hands out what is open at the end of the rows. */
  end(find: Find): void {
    if (this.#track.phase === 'open') this.#hand(this.#track, find, true);
  }

  snapshot(): SignalState {
    return { detector: this.#detector.snapshot(), track: this.#track };
  }

  #hand({ from, to, peak }: Extract<Track, { phase: 'open' }>, find: Find, isOpen: boolean): void {
    const { at, value, score, expected, sigma } = peak;
    const evidence = { at, value, expected, sigma, threshold: this.#rule.threshold };
    const { name: detector } = this.#detector;
    find({
      field: this.#field,
      detector,
      from,
      to,
      isOpen,
      score,
      severity: severityOf(score, severityScaleOf(detector)),
      evidence,
    });
  }
}
