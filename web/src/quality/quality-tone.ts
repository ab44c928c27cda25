/** When a share of the data quality asks for somebody. */

/** A part below these is worth a look, or a repair. */
const WORTH_A_LOOK = 0.98;
const WORTH_A_REPAIR = 0.9;

export function qualityTone(share: number | null): 'plain' | 'warn' | 'bad' {
  if (share === null || share >= WORTH_A_LOOK) return 'plain';
  return share >= WORTH_A_REPAIR ? 'warn' : 'bad';
}
