/** What can be asked of a range behind a point: `[1..3].start`. */
import type { FeelRange, Value } from './value.ts';

/** null for everything else. */
export function rangeProperty(range: FeelRange, key: string): Value {
  switch (key) {
    case 'start':
      return range.low;
    case 'end':
      return range.high;
    case 'start included':
      return range.includesLow;
    case 'end included':
      return range.includesHigh;
    default:
      return null;
  }
}
