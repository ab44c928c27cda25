/**
 * Drift: a level that moves away slowly and stays away, too slowly for any single reading to be strange. A cumulative sum
 * (Page, "Continuous inspection schemes", Biometrika 41, 1954) over the means of blocks of 24 readings: a block mean is a
 * measure of the level, and neighbouring readings, which resemble each other, count once.
 *
 *   z     distance of a block mean from the mean of the block means before, in their standard deviations; at most 4, so
 *         that a single outlier is no drift.
 *   up    max(0, up + z − 0.5), down likewise with −z: what is less than half a standard deviation away is forgiven.
 *   score the larger of both. It stays until the next block, and falls when the level comes back or has become usual.
 *
 * Mean and deviation of the block means follow them exponentially, over about 120 blocks. No score before 30 blocks.
 */
import { MIN_BASELINE_ROWS, type Operator, type OperatorState, spreadOf } from './operator.ts';

export type DriftConfig = { readonly resolution: number };
export type DriftState = OperatorState & {
  readonly config: DriftConfig;
  /** Mean of the present block, and how many readings it has. */
  blockMean: number;
  blockRows: number;
  /** Blocks that have ended. */
  blocks: number;
  expected: number;
  variance: number;
  sigma: number;
  up: number;
  down: number;
};
export type DriftSnapshot = Omit<DriftState, 'config' | 'sigma'>;

export const DRIFT_BLOCK_ROWS = 24;
const MEMORY_BLOCKS = 120;
/** What is forgiven of every block, in standard deviations. */
const ALLOWANCE = 0.5;
const MAX_Z = 4;

export const drift = {
  init: (config: DriftConfig): DriftState => ({
    config,
    blockMean: 0,
    blockRows: 0,
    blocks: 0,
    expected: 0,
    variance: 0,
    sigma: 0,
    up: 0,
    down: 0,
  }),
  push: (state: DriftState, value: number): number => {
    state.blockRows += 1;
    state.blockMean += value / state.blockRows - state.blockMean / state.blockRows;
    if (state.blockRows === DRIFT_BLOCK_ROWS) endBlock(state);
    return state.blocks < MIN_BASELINE_ROWS ? Number.NaN : Math.max(state.up, state.down);
  },
  snapshot: ({ config: _, sigma: __, ...rest }: DriftState): DriftSnapshot => rest,
  restore: (config: DriftConfig, snapshot: DriftSnapshot): DriftState => ({ ...snapshot, config, sigma: 0 }),
} satisfies Operator<DriftConfig, DriftState, DriftSnapshot>;

function endBlock(state: DriftState): void {
  const { blockMean, config, blocks } = state;
  const distance = blockMean - state.expected;
  state.sigma = spreadOf(Math.sqrt(state.variance), config.resolution, state.expected);
  if (blocks >= MIN_BASELINE_ROWS) {
    const z = distance === 0 ? 0 : Math.max(-MAX_Z, Math.min(MAX_Z, distance / state.sigma));
    state.up = Math.max(0, state.up + z - ALLOWANCE);
    state.down = Math.max(0, state.down - z - ALLOWANCE);
  }
  const share = 1 / Math.min(blocks + 1, MEMORY_BLOCKS);
  const variance = (1 - share) * (state.variance + share * distance * distance);
  // A level too far away to be squared would never be forgotten: what was known is given up.
  const isKnown = Number.isFinite(variance);
  state.expected = isKnown ? state.expected + share * distance : 0;
  state.variance = isKnown ? variance : 0;
  state.blocks = isKnown ? Math.min(blocks + 1, MEMORY_BLOCKS) : 0;
  state.blockMean = 0;
  state.blockRows = 0;
}
