/**
 * Series that resemble those of NAB in kind and number, 58 in all with about 116 windows, made from a seed: a judge for
 * what detectors ship with that has never seen a series of NAB.
 */
import type { NabSeries } from '../../../src/measurements/benchmark/nab-folder.ts';
import { markingOf } from '../../../src/measurements/benchmark/nab-score.ts';
import { ADVERTISING_SHAPES, MESSAGE_SHAPES, ROAD_SHAPES } from './crowd-shapes.ts';
import { DAILY_SHAPES, QUIET_SHAPES } from './daily-shapes.ts';
import { diceOf } from './dice.ts';
import { disordered } from './disorder.ts';
import { MACHINE_SHAPES } from './machine-shapes.ts';
import type { PlantedSeries, Shape } from './planted-series.ts';
import { SERVER_SHAPES } from './server-shapes.ts';

type Family = { readonly shapes: readonly Shape[]; readonly count: number; readonly isClean: boolean };
/** As many of each kind as NAB has. */
const FAMILIES: Readonly<Record<string, Family>> = {
  quiet: { shapes: QUIET_SHAPES, count: 5, isClean: true },
  daily: { shapes: DAILY_SHAPES, count: 6, isClean: true },
  advertising: { shapes: ADVERTISING_SHAPES, count: 6, isClean: false },
  server: { shapes: SERVER_SHAPES, count: 17, isClean: false },
  machine: { shapes: MACHINE_SHAPES, count: 7, isClean: false },
  road: { shapes: ROAD_SHAPES, count: 7, isClean: false },
  message: { shapes: MESSAGE_SHAPES, count: 10, isClean: false },
};
/** All windows of a series together are this share of its rows. */
const WINDOWS_SHARE = 0.1;
const SEEDS_APART = 1_000;

export function plantedCorpus(seed: number): NabSeries[] {
  let next = seed * SEEDS_APART;
  return Object.entries(FAMILIES).flatMap(([family, { shapes, count, isClean }]) =>
    Array.from({ length: count }, (_, place) => {
      const dice = diceOf(next++);
      const series = { family, ...(shapes[place % shapes.length] as Shape)(dice) };
      return nabSeriesOf(isClean ? series : disordered(series, dice), `${family}/${place}`);
    }),
  );
}

function nabSeriesOf({ values, labels, stepMs }: PlantedSeries, name: string): NabSeries {
  const rows = values.length;
  const half = Math.floor((WINDOWS_SHARE * rows) / labels.length / 2);
  const windows = labels.map((label) => [Math.max(0, label - half), Math.min(rows - 1, label + half)] as const);
  return {
    name,
    times: Float64Array.from(values, (_, row) => row * stepMs),
    values: Float64Array.from(values),
    marking: markingOf(rows, windows),
  };
}
