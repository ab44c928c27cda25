/** The course of a series at a glance; the text beside it carries the figures. */
import type { ReactNode } from 'react';
import type { SeriesPoint } from '../api/measurements.ts';
import { extentOf } from './series-shape.ts';
import classes from './sparkline.module.css';

const WIDTH = 160;
const HEIGHT = 36;
const AIR = 3;

export function Sparkline({ points }: { readonly points: readonly SeriesPoint[] }): ReactNode {
  const path = pathOf(points);
  return (
    <svg className={classes.sparkline} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {path === '' ? <path className={classes.nothing} d={`M0 ${HEIGHT / 2}H${WIDTH}`} /> : <path d={path} />}
    </svg>
  );
}

function pathOf(points: readonly SeriesPoint[]): string {
  const extent = extentOf(points);
  const startMs = points[0]?.[0];
  const endMs = points.at(-1)?.[0];
  if (extent === undefined || startMs === undefined || endMs === undefined || endMs === startMs) return '';
  const x = (atMs: number): number => ((atMs - startMs) / (endMs - startMs)) * WIDTH;
  const y = (value: number): number =>
    HEIGHT - AIR - ((value - extent.min) / (extent.max - extent.min || 1)) * (HEIGHT - 2 * AIR);
  let command = 'M';
  let path = '';
  for (const [atMs, min, max] of points) {
    if (min === null || max === null) {
      command = 'M';
      continue;
    }
    path += `${command}${x(atMs).toFixed(1)} ${y((min + max) / 2).toFixed(1)}`;
    command = 'L';
  }
  return path;
}
