/** What definitions need to know of decisions: that there is one of this key, and what it answers. How it does is not their matter. */
import type { Moment } from './span.ts';
import type { Variables } from './state.ts';

export type DecisionAnswer = {
  /** JSON. */
  readonly value: unknown;
  /** Which rules fired and why, and why something is null: JSON of limited size, kept with the history. */
  readonly trace: unknown;
};

export type DecisionFace = {
  readonly key: string;
  /** Of the model it stands in. */
  readonly version: number;
  /** Throws what an expression throws: `feel.too-expensive` and `feel.evaluation`. */
  readonly evaluate: (variables: Variables, at: Moment) => DecisionAnswer;
};

/** By key, the newest version of each. */
export type DecisionFaces = {
  readonly get: (key: string) => DecisionFace | undefined;
  /** Reads those that were deployed at another server. */
  readonly refresh?: () => Promise<void>;
};
