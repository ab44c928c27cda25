/** A limit in words: one number, or the band between two. */
import { useCallback } from 'react';
import type { Limit } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';

export function useLimitText(): (limit: Limit, unit?: string | null) => string {
  const format = useFormat();
  return useCallback(
    (limit, unit) =>
      typeof limit === 'number'
        ? format.setting(limit, unit)
        : `${format.setting(limit.low)} – ${format.setting(limit.high, unit)}`,
    [format],
  );
}
