/** Paints the marks over (and the anomalies under) a series. */
import type uPlot from 'uplot';
import type { ChartColours } from './chart-colours.ts';
import type { Marks, SpanMark } from './marks.ts';

const MARKER_PX = 5;
/** More lines than that would hide the readings; the marks at the top stay. */
const MAX_FIRING_LINES = 40;

/** How thick the edge over an anomaly is, by its severity. */
const EDGES_PX: Readonly<Record<string, number>> = { minor: 2, major: 4, critical: 7 };

export function drawAnomalies(plot: uPlot, { anomalies }: Marks, colours: ChartColours): void {
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = colours.anomalyLine;
  ctx.lineWidth = devicePixelRatio;
  for (const { fromMs, toMs, found, severity = '' } of anomalies) {
    const left = clampX(plot, plot.valToPos(fromMs, 'x', true));
    const right = clampX(plot, plot.valToPos(toMs, 'x', true));
    if (right < left || toMs < (plot.scales.x?.min ?? 0) || fromMs > (plot.scales.x?.max ?? 0)) continue;
    // A short anomaly in a long window still gets two pixels.
    const box = { left, width: Math.max(right - left, scaled(2)) };
    if (found === 'revised') strikeOut(plot, box);
    else drawSpan(plot, box, { found, edge: scaled(EDGES_PX[severity] ?? 0), colours });
  }
  ctx.restore();
}

type Box = { readonly left: number; readonly width: number };
type SpanLook = { readonly found: SpanMark['found']; readonly edge: number; readonly colours: ChartColours };

/** Found live: an area. Found by an analysis: the area with lines at its ends. */
function drawSpan({ ctx, bbox }: uPlot, { left, width }: Box, { found, edge, colours }: SpanLook): void {
  ctx.fillStyle = colours.anomaly;
  ctx.fillRect(left, bbox.top, width, bbox.height);
  ctx.fillStyle = colours.anomalyLine;
  ctx.fillRect(left, bbox.top, width, edge);
  if (found !== 'analysis') return;
  ctx.setLineDash([]);
  for (const x of [left, left + width]) line(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
}

/** Taken back: a dashed frame, crossed out. */
function strikeOut({ ctx, bbox }: uPlot, { left, width }: Box): void {
  const bottom = bbox.top + bbox.height;
  ctx.setLineDash([3, 3].map(scaled));
  ctx.strokeRect(left, bbox.top, width, bbox.height);
  line(ctx, [left, bottom], [left + width, bbox.top]);
}

export function drawLimits(plot: uPlot, { limits }: Marks, colours: ChartColours): void {
  const { ctx } = plot;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const { lines, kind } of limits) {
    ctx.strokeStyle = kind === 'preview' ? colours.preview : colours.limit;
    ctx.setLineDash(kind === 'preview' ? [2, 4].map(scaled) : [7, 5].map(scaled));
    for (const value of lines) drawLevel(plot, value);
  }
  ctx.restore();
}

function drawLevel(plot: uPlot, value: number): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(value, 'y', true));
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  line(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
}

export function drawFirings(plot: uPlot, { firings }: Marks, colours: ChartColours): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colours.firing;
  ctx.fillStyle = colours.firing;
  ctx.lineWidth = devicePixelRatio;
  for (const { atMs } of firings) {
    const x = Math.round(plot.valToPos(atMs, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    if (firings.length <= MAX_FIRING_LINES) line(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
    const size = scaled(MARKER_PX);
    ctx.beginPath();
    ctx.moveTo(x - size, bbox.top);
    ctx.lineTo(x + size, bbox.top);
    ctx.lineTo(x, bbox.top + size * 1.4);
    ctx.closePath();
    ctx.fill();
  }
  ctx.restore();
}

type Position = readonly [number, number];

function line(ctx: CanvasRenderingContext2D, from: Position, to: Position): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

const scaled = (pixels: number): number => pixels * devicePixelRatio;

const clampX = ({ bbox }: uPlot, x: number): number => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width);
