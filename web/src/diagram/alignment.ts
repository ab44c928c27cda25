/** How high each box stands: as level with its neighbours as the boxes above and below it allow. */
import type { Arrow, Box } from './graph.ts';
import { type Columns, neighbours } from './ordering.ts';

const ROUNDS = 12;

export type AlignmentParts = {
  readonly columns: Columns;
  readonly arrows: readonly Arrow[];
  readonly boxOf: (id: string) => Box;
  /** Between two boxes of a column. */
  readonly gap: number;
};

/** Id → the height of the box's middle; the topmost edge is at 0. */
export function align({ columns, arrows, boxOf, gap }: AlignmentParts): Map<string, number> {
  const middle = new Map<string, number>();
  const apart = (upper: string, lower: string): number => (boxOf(upper).height + boxOf(lower).height) / 2 + gap;
  for (const column of columns) stack(column, apart, middle);
  const [before, after] = [neighbours(arrows, 'to', 'from'), neighbours(arrows, 'from', 'to')];

  for (let round = 0; round < ROUNDS; round++) {
    const isDown = round % 2 === 0;
    const near = isDown ? before : after;
    for (const column of isDown ? columns : [...columns].reverse()) {
      const wanted = column.map((id) => {
        const others = (near.get(id) ?? []).map((other) => middle.get(other) ?? 0);
        return others.length === 0 ? (middle.get(id) ?? 0) : mean(others);
      });
      place(column, wanted, apart).forEach((y, at) => {
        middle.set(column[at] ?? '', y);
      });
    }
  }
  const top = Math.min(...[...middle].map(([id, y]) => y - boxOf(id).height / 2));
  return new Map([...middle].map(([id, y]) => [id, y - top]));
}

type Apart = (upper: string, lower: string) => number;

function stack(column: readonly string[], apart: Apart, middle: Map<string, number>): void {
  let y = 0;
  column.forEach((id, at) => {
    const above = column[at - 1];
    if (above !== undefined) y += apart(above, id);
    middle.set(id, y);
  });
  for (const id of column) middle.set(id, (middle.get(id) ?? 0) - y / 2);
}

/**
 * The places nearest to the wanted ones (least squares) that keep the order and the distances: isotonic regression,
 * pooling neighbours that would overlap into blocks.
 */
function place(column: readonly string[], wanted: readonly number[], apart: Apart): number[] {
  const offsets: number[] = [];
  column.forEach((id, at) => {
    const above = column[at - 1];
    offsets.push(above === undefined ? 0 : (offsets[at - 1] ?? 0) + apart(above, id));
  });
  const blocks: { sum: number; size: number }[] = [];
  wanted.forEach((y, at) => {
    blocks.push({ sum: y - (offsets[at] ?? 0), size: 1 });
    for (let last = blocks.at(-1), prior = blocks.at(-2); last && prior && level(prior) > level(last); ) {
      blocks.splice(-2, 2, { sum: prior.sum + last.sum, size: prior.size + last.size });
      last = blocks.at(-1);
      prior = blocks.at(-2);
    }
  });
  return blocks
    .flatMap((block) => Array.from({ length: block.size }, () => level(block)))
    .map((y, at) => y + (offsets[at] ?? 0));
}

const level = ({ sum, size }: { sum: number; size: number }): number => sum / size;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
