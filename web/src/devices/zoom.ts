/** Going closer and back: each stretch that was looked at stands in the address, so the browser's own back works too. */
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { TimeWindow } from '../api/analyses.ts';
import { DEFAULT_RANGE, ownWindowOf, type Range, type RangeSearch, rangeSearchOf, searchOf } from './range.ts';

export type Zoom = {
  readonly isZoomed: boolean;
  readonly choose: (range: Range) => void;
  readonly to: (window: TimeWindow) => void;
  /** To what was shown before the last step; from a link straight into a stretch to the usual range. */
  readonly back: () => void;
};

export function useZoom(): Zoom {
  const navigate = useNavigate();
  const { deviceId } = useParams({ from: '/devices/$deviceId' });
  const search = useSearch({ from: '/devices/$deviceId' });
  const [before, setBefore] = useState<readonly RangeSearch[]>([]);
  const isZoomed = ownWindowOf(search) !== undefined;

  const go = useCallback(
    (next: RangeSearch, replace: boolean) =>
      void navigate({ to: '/devices/$deviceId', params: { deviceId }, search: next, replace, resetScroll: false }),
    [navigate, deviceId],
  );
  return useMemo(
    () => ({
      isZoomed,
      choose: (range) => {
        setBefore([]);
        go(range === DEFAULT_RANGE ? {} : { range }, true);
      },
      to: (window) => {
        setBefore([...before, rangeSearchOf({ ...search })]);
        go(searchOf(window), false);
      },
      back: () => {
        setBefore(before.slice(0, -1));
        go(before.at(-1) ?? {}, true);
      },
    }),
    [isZoomed, before, search, go],
  );
}
