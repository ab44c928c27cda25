/**
 * A layered layout from left to right: columns by longest path, few crossings, level rows. Long arrows pass each column
 * between its boxes; arrows that run back go round below everything.
 */
import { align } from './alignment.ts';
import type { Arrow, Box, Graph, Point } from './graph.ts';
import { layer } from './layering.ts';
import { order } from './ordering.ts';

const COLUMN_GAP = 56;
/** Of a label, on each side: for the bend before it and the arrowhead behind it. */
const LABEL_AIR = 20;
const ROW_GAP = 40;
/** A long arrow needs a little room where it passes a column. */
const PASSAGE = 14;
const LANE = 22;

export type PlacedBox = Box & Point;
export type Route<A extends Arrow = Arrow> = {
  readonly arrow: A;
  readonly points: readonly Point[];
  readonly isBack: boolean;
};
export type Layout<A extends Arrow = Arrow> = {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly routes: readonly Route<A>[];
};

export function layOut<A extends Arrow>(graph: Graph<A>): Layout<A> {
  const { layerOf, forward, back } = layer(graph);
  const boxes = new Map(graph.boxes.map((box) => [box.id, box]));
  const chains = forward.map((arrow, at) => ({ arrow, chain: chainOf(arrow, at, layerOf) }));
  const columns: string[][] = Array.from({ length: Math.max(0, ...layerOf.values()) + 1 }, () => []);
  for (const { id } of graph.boxes) columns[layerOf.get(id) ?? 0]?.push(id);
  for (const { arrow, chain } of chains) {
    chain.slice(1, -1).forEach((id, at) => {
      boxes.set(id, { id, width: 0, height: PASSAGE });
      columns[(layerOf.get(arrow.from) ?? 0) + at + 1]?.push(id);
    });
  }
  const links = chains.flatMap(({ chain }) => chain.slice(1).map((to, at): Arrow => ({ from: chain[at] ?? to, to })));
  const boxOf = (id: string): Box => boxes.get(id) ?? { id, width: 0, height: 0 };
  const ordered = order(columns, links);
  const middle = align({ columns: ordered, arrows: links, boxOf, gap: ROW_GAP });
  const gaps = columns.map((_, at) => gapAfter(at, forward, layerOf));
  const placed = placeBoxes(ordered, { boxOf, middle, gaps });

  const real = graph.boxes.flatMap(({ id }) => placed.get(id) ?? []);
  const bottom = Math.max(0, ...real.map(({ y, height }) => y + height));
  return {
    width: Math.max(0, ...real.map(({ x, width }) => x + width)),
    height: bottom + (back.length > 0 ? back.length * LANE + LANE : 0),
    boxes: real,
    routes: [
      ...chains.map(({ arrow, chain }) => ({ arrow, points: pointsAlong(chain, placed), isBack: false })),
      ...back.map((arrow, lane) => ({
        arrow,
        points: pointsBelow(arrow, placed, bottom + (lane + 1) * LANE),
        isBack: true,
      })),
    ],
  };
}

/** The arrow's ends, and between them one invisible box for each column it passes. */
function chainOf({ from, to }: Arrow, number: number, layerOf: ReadonlyMap<string, number>): string[] {
  const passed = (layerOf.get(to) ?? 0) - (layerOf.get(from) ?? 0) - 1;
  return [from, ...Array.from({ length: Math.max(0, passed) }, (_, at) => `passage ${number} ${at}`), to];
}

/** Between a column and the next: wide enough for the labels of the arrows that start in it. */
function gapAfter(column: number, forward: readonly Arrow[], layerOf: ReadonlyMap<string, number>): number {
  const labels = forward.filter(({ from }) => layerOf.get(from) === column).map(({ labelWidth = 0 }) => labelWidth);
  const widest = Math.max(0, ...labels);
  return widest === 0 ? COLUMN_GAP : Math.max(COLUMN_GAP, widest + 2 * LABEL_AIR);
}

type PlacingParts = {
  readonly boxOf: (id: string) => Box;
  readonly middle: ReadonlyMap<string, number>;
  readonly gaps: readonly number[];
};

function placeBoxes(
  columns: readonly (readonly string[])[],
  { boxOf, middle, gaps }: PlacingParts,
): ReadonlyMap<string, PlacedBox> {
  const placed = new Map<string, PlacedBox>();
  let left = 0;
  for (const [at, column] of columns.entries()) {
    const width = Math.max(0, ...column.map((id) => boxOf(id).width));
    for (const id of column) {
      const box = boxOf(id);
      // A passage is as wide as its column: the line stays level until it is past all boxes.
      const own = box.width === 0 ? width : box.width;
      const y = (middle.get(id) ?? 0) - box.height / 2;
      placed.set(id, { ...box, width: own, x: left + (width - own) / 2, y });
    }
    left += width + (gaps[at] ?? COLUMN_GAP);
  }
  return placed;
}

function pointsAlong(chain: readonly string[], placed: ReadonlyMap<string, PlacedBox>): Point[] {
  return chain.flatMap((id, at) => {
    const box = placed.get(id);
    if (box === undefined) return [];
    const y = box.y + box.height / 2;
    if (at === 0) return [{ x: box.x + box.width, y }];
    if (at === chain.length - 1) return [{ x: box.x, y }];
    return [
      { x: box.x, y },
      { x: box.x + box.width, y },
    ];
  });
}

function pointsBelow({ from, to }: Arrow, placed: ReadonlyMap<string, PlacedBox>, lane: number): Point[] {
  const [source, target] = [placed.get(from), placed.get(to)];
  if (source === undefined || target === undefined) return [];
  const start = { x: source.x + source.width * 0.6, y: source.y + source.height };
  const end = { x: target.x + target.width * 0.4, y: target.y + target.height };
  return [start, { x: start.x, y: lane }, { x: end.x, y: lane }, end];
}
