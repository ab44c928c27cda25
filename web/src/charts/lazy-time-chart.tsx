/** The chart with its drawing library, fetched when the first chart is shown: pages without one load without it. */
import { Skeleton } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import type { TimeChartProps } from './time-chart.tsx';

const Chart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

export function LazyTimeChart(props: TimeChartProps): ReactNode {
  return (
    <Suspense fallback={<Skeleton height={props.height ?? 220} />}>
      <Chart {...props} />
    </Suspense>
  );
}
