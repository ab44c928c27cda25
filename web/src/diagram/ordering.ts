/** In which order the boxes of a column stand, so that few arrows cross: the barycentre heuristic, best round kept. */
import type { Arrow } from './graph.ts';

const ROUNDS = 8;

/** Columns of ids; every arrow joins neighbouring columns. */
export type Columns = readonly (readonly string[])[];

export function order(columns: Columns, arrows: readonly Arrow[]): Columns {
  const before = neighbours(arrows, 'to', 'from');
  const after = neighbours(arrows, 'from', 'to');
  let current = columns.map((column) => [...column]);
  let best = { columns: current, crossings: crossingsOf(current, after) };

  for (let round = 0; round < ROUNDS && best.crossings > 0; round++) {
    current = current.map((column) => [...column]);
    for (let at = 1; at < current.length; at++) sortBy(current[at] ?? [], before, current[at - 1] ?? []);
    for (let at = current.length - 2; at >= 0; at--) sortBy(current[at] ?? [], after, current[at + 1] ?? []);
    const crossings = crossingsOf(current, after);
    if (crossings < best.crossings) best = { columns: current, crossings };
  }
  return best.columns;
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

export function neighbours(arrows: readonly Arrow[], of: 'from' | 'to', who: 'from' | 'to'): Neighbours {
  const found = new Map<string, string[]>();
  for (const arrow of arrows) {
    const known = found.get(arrow[of]);
    if (known === undefined) found.set(arrow[of], [arrow[who]]);
    else known.push(arrow[who]);
  }
  return found;
}

function sortBy(column: string[], near: Neighbours, fixed: readonly string[]): void {
  const place = placesOf(fixed);
  const centre = new Map(
    column.map((id, at) => {
      const places = (near.get(id) ?? []).flatMap((other) => place.get(other) ?? []);
      return [id, places.length === 0 ? at : places.reduce((sum, each) => sum + each, 0) / places.length];
    }),
  );
  column.sort((a, b) => (centre.get(a) ?? 0) - (centre.get(b) ?? 0));
}

function crossingsOf(columns: Columns, after: Neighbours): number {
  let crossings = 0;
  for (let at = 0; at + 1 < columns.length; at++) {
    const place = placesOf(columns[at + 1] ?? []);
    const ends = (columns[at] ?? []).map((id) => (after.get(id) ?? []).flatMap((to) => place.get(to) ?? []));
    ends.forEach((lower, row) => {
      for (const upper of ends.slice(0, row)) {
        for (const end of upper) crossings += lower.filter((other) => other < end).length;
      }
    });
  }
  return crossings;
}

const placesOf = (column: readonly string[]): ReadonlyMap<string, number> => new Map(column.map((id, at) => [id, at]));
