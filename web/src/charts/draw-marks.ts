/** Paints the marks over (and the anomalies under) a series. */
import type uPlot from 'uplot';
import type { ChartColours } from './chart-colours.ts';
import type { Marks } from './marks.ts';

const MARKER_PX = 5;

export function drawAnomalies(plot: uPlot, { anomalies }: Marks, colours: ChartColours): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colours.anomaly;
  for (const { fromMs, toMs } of anomalies) {
    const left = clampX(plot, plot.valToPos(fromMs, 'x', true));
    const right = clampX(plot, plot.valToPos(toMs, 'x', true));
    // A short anomaly in a long window still gets two pixels.
    if (right >= left) ctx.fillRect(left, bbox.top, Math.max(right - left, 2 * devicePixelRatio), bbox.height);
  }
  ctx.restore();
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
    line(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
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
