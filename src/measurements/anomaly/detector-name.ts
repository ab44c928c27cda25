/** The detectors that watch a field, by name. Kept apart so that the declaration of a field can name them. */

export const DETECTORS = ['z-score', 'sudden-change', 'novelty', 'drift', 'stuck'] as const;
export type DetectorName = (typeof DETECTORS)[number];

/** What watches a field that names no detectors: the two that cost least for every reading. */
export const DEFAULT_DETECTORS: readonly DetectorName[] = ['z-score', 'sudden-change'];
