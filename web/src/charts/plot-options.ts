/** How every time chart of Millrace looks. */
import type uPlot from 'uplot';
import type { Format } from '../i18n/format.ts';
import type { ChartColours } from './chart-colours.ts';
import { drawAnomalies, drawFirings, drawLimits } from './draw-marks.ts';
import type { Marks } from './marks.ts';
import { type Extent, valueRange } from './series-shape.ts';

/** What may change while the chart lives; it is read at every redraw. */
export type PlotState = {
  readonly marks: Marks;
  readonly window: readonly [number, number];
  readonly extent: Extent | undefined;
  /** Stands instead of what readings and limits need. */
  readonly valueRange: readonly [number, number] | undefined;
};

export type PlotParts = {
  readonly size: { readonly width: number; readonly height: number };
  readonly colours: ChartColours;
  readonly format: Format;
  readonly state: () => PlotState;
  /** The reading under the pointer; undefined when there is none. */
  readonly onPoint: (index: number | undefined) => void;
  /** Somebody has drawn over a stretch of time; undefined: that means nothing here. */
  readonly onStretch: ((fromMs: number, toMs: number) => void) | undefined;
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function plotOptions({ size, colours, format, state, onPoint, onStretch }: PlotParts): uPlot.Options {
  const axis = {
    stroke: colours.axis,
    font: '12px -apple-system, "Segoe UI", Roboto, "Liberation Sans", system-ui, sans-serif',
    ticks: { show: false },
    gap: 6,
  };
  const grid = { stroke: colours.grid, width: 1 };
  return {
    ...size,
    ms: 1,
    padding: [10, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: onStretch !== undefined, y: false, setScale: false }, points: { show: false } },
    scales: {
      x: { time: true, range: () => [...state().window] as [number, number] },
      y: { range: () => [...(state().valueRange ?? valueRange(state().extent, state().marks))] as [number, number] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 52,
        values: (...[, splits, , , stepMs]) => splits.map((atMs) => timeText(format, atMs, stepMs)),
      },
      {
        ...axis,
        grid,
        size: 52,
        space: 32,
        values: (_plot, splits) => splits.map((value) => format.setting(value)),
      },
    ],
    series: [
      {},
      { stroke: 'transparent', points: { show: false }, width: 0 },
      { stroke: 'transparent', points: { show: false }, width: 0 },
      { stroke: colours.line, width: 1.6, points: { show: false } },
    ],
    bands: [{ series: [2, 1], fill: colours.band }],
    hooks: {
      drawClear: [(plot) => drawAnomalies(plot, state().marks, colours)],
      draw: [
        (plot) => {
          drawLimits(plot, state().marks, colours);
          drawFirings(plot, state().marks, colours);
        },
      ],
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? undefined)],
      setSelect: [(plot) => tellStretch(plot, onStretch)],
    },
  };
}

/** A selection of a few pixels is a click. */
const LEAST_SELECTED_PX = 5;

function tellStretch(plot: uPlot, onStretch: PlotParts['onStretch']): void {
  const { left, width } = plot.select;
  if (onStretch === undefined || width < LEAST_SELECTED_PX) return;
  const [fromMs, toMs] = [left, left + width].map((x) => Math.round(plot.posToVal(x, 'x')));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (fromMs !== undefined && toMs !== undefined && fromMs < toMs) onStretch(fromMs, toMs);
}

function timeText(format: Format, atMs: number, stepMs: number): string {
  if (stepMs >= DAY_MS) return format.day(atMs);
  return stepMs >= MINUTE_MS ? format.clock(atMs) : format.seconds(atMs);
}
