/**
 * Readings over time on a canvas. Always left to right, as time is read in instruments. Since a canvas says nothing to
 * a screen reader, the summary sentence is the chart's text and is shown to everybody.
 */
import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import type { SeriesPoint } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import { readChartColours } from './chart-colours.ts';
import { ChartLegend } from './chart-legend.tsx';
import type { Marks } from './marks.ts';
import { type PlotState, plotOptions } from './plot-options.ts';
import { columnsOf, extentOf } from './series-shape.ts';
import classes from './time-chart.module.css';

export type TimeChartProps = {
  readonly points: readonly SeriesPoint[];
  readonly unit?: string | null | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly marks: Marks;
  readonly height?: number;
  /** What the chart shows, as a sentence. */
  readonly summary: string;
  /** The values of the axis, where it must not move; default: what readings and limits need. */
  readonly valueRange?: readonly [number, number] | undefined;
  /** Somebody has drawn over a stretch of time. */
  readonly onStretch?: ((fromMs: number, toMs: number) => void) | undefined;
  /** Lies over the plot, within the axes. */
  readonly over?: ReactNode;
};

export function TimeChart({ points, unit, height = 220, summary, over, ...rest }: TimeChartProps): ReactNode {
  const { fromMs, toMs, marks, valueRange, onStretch } = rest;
  const canStretch = onStretch !== undefined;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const [pointed, setPointed] = useState<number | undefined>();

  const columns = useMemo(() => columnsOf(points), [points]);
  const state: PlotState = useMemo(
    () => ({ marks, window: [fromMs, toMs], extent: extentOf(points), valueRange }),
    [marks, fromMs, toMs, points, valueRange],
  );
  const latest = useRef({ state, columns, onStretch });
  useLayoutEffect(() => {
    latest.current = { state, columns, onStretch };
  }, [state, columns, onStretch]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours have to be read again for each scheme
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const size = { width: element.clientWidth, height };
    const colours = readChartColours(element);
    const options = plotOptions({
      size,
      colours,
      format,
      state: () => latest.current.state,
      onPoint: setPointed,
      onStretch: canStretch ? (from, to) => latest.current.onStretch?.(from, to) : undefined,
    });
    const created = new uPlot(options, latest.current.columns, element);
    plot.current = created;
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      created.destroy();
      plot.current = null;
    };
  }, [format, height, scheme, canStretch]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new marks or another window are drawn by the same call
  useEffect(() => plot.current?.setData(columns), [columns, state]);

  return (
    <figure className={classes.figure}>
      <div className={classes.frame} dir="ltr">
        <div ref={holder} style={{ height }} aria-hidden="true" />
        {over && <div className={classes.over}>{over}</div>}
        <Pointed columns={columns} index={pointed} unit={unit} />
      </div>
      <figcaption className={classes.caption}>
        <ChartLegend marks={marks} unit={unit} />
        <p>{summary}</p>
      </figcaption>
    </figure>
  );
}

type PointedProps = {
  readonly columns: ReturnType<typeof columnsOf>;
  readonly index: number | undefined;
  readonly unit?: string | null | undefined;
};

function Pointed({ columns: [times, mins, maxs], index, unit }: PointedProps): ReactNode {
  const format = useFormat();
  if (index === undefined) return null;
  const [atMs, min, max] = [times[index], mins[index], maxs[index]];
  if (atMs === undefined || typeof min !== 'number' || typeof max !== 'number') return null;
  const reading = min === max ? format.reading(max, unit) : `${format.reading(min)} – ${format.reading(max, unit)}`;
  return (
    <div className={classes.pointed} aria-hidden="true">
      {format.seconds(atMs)} · <strong>{reading}</strong>
    </div>
  );
}
