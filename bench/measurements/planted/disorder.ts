/**
 * The world is not as clean as a generator: spikes that belong to a signal, oddities that nobody labelled, labels where
 * nobody sees anything, labels beside the event. How much of each was set so that simple detectors come out as they do on
 * the whole of NAB (a rolling z-score about 40, with a refractory rule about 47).
 */
import type { Dice } from './dice.ts';
import { change, type PlantedSeries } from './planted-series.ts';

const HABITUAL_SHARE = 0.9;
const ODDITIES = 1;
const UNSEEN_SHARE = 0.05;
const PHANTOM_SHARE = 0.15;
/** Standard deviation of where a label stands, as a share of the rows. */
const LABEL_JITTER = 0.008;

export function disordered(series: PlantedSeries, dice: Dice): PlantedSeries {
  const values = [...series.values];
  const sorted = [...values].sort((one, other) => one - other);
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const spread = quantile(0.9) - quantile(0.1) || quantile(0.99) - quantile(0.01) || 1;
  const least = quantile(0) >= 0 ? 0 : Number.NEGATIVE_INFINITY;
  const hit = (at: number, rows: number, size: number) =>
    change(values, { at, rows }, (value) => Math.max(least, value + size * dice.between(0.85, 1.1)));
  if (dice.chance(HABITUAL_SHARE)) {
    const every = dice.between(60, 500);
    const size = (dice.chance(0.75) ? 1 : -1) * dice.between(0.6, 2.5) * spread;
    const rows = dice.chance(0.6) ? 1 : dice.whole(2, 10);
    for (let at = dice.exponential(every); at < values.length - 20; at += 1 + dice.exponential(every))
      hit(Math.floor(at), rows, size);
  }
  for (let left = dice.poisson(ODDITIES); left > 0; left--) {
    const [at, rows] = [dice.whole(100, values.length - 60), dice.chance(0.25) ? 1 : dice.whole(2, 40)];
    if (dice.chance(0.25)) change(values, { at, rows }, (value) => quantile(0.5) + (value - quantile(0.5)) * 0.1);
    else hit(at, rows, (dice.chance(0.6) ? 1 : -1) * dice.between(0.4, 1.4) * spread);
  }
  return { ...series, values, labels: disorderedLabels(series, dice) };
}

function disorderedLabels({ values: { length }, labels }: PlantedSeries, dice: Dice): number[] {
  const kept = labels.flatMap((label) => [
    ...(dice.chance(UNSEEN_SHARE) ? [] : [label]),
    ...(dice.chance(PHANTOM_SHARE) ? [dice.whole(Math.floor(length * 0.2), Math.floor(length * 0.95))] : []),
  ]);
  return (kept.length > 0 ? kept : labels.slice(0, 1)).map((label) => {
    const moved = Math.round(label + dice.normal() * LABEL_JITTER * length);
    return Math.max(Math.floor(length * 0.17), Math.min(length - 1, moved));
  });
}
