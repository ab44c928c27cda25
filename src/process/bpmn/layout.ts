/**
 * Where the nodes of a process are drawn when nobody has drawn them: columns by the longest way from the start, rows so
 * that what follows stands beside what it follows, lanes as bands of rows. Ways on run in the gaps between columns and
 * rows, so they never cross a node. In linear time but for the search of free rows.
 */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type Point = { readonly x: number; readonly y: number };
export type LaidOutNode = {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly band: number;
};
export type Grid = {
  readonly boxes: ReadonlyMap<string, Box>;
  /** Top and bottom of each band. */
  readonly bands: readonly { readonly top: number; readonly bottom: number }[];
  readonly width: number;
  readonly height: number;
  /** The points of a way on; `start` is where it leaves when that is not the right side of its node. */
  readonly route: (way: { readonly from: string; readonly to: string; readonly start?: Point }) => Point[];
};

export const GAP = 60;
const MIN_ROW = 80;

type Cell = { readonly column: number; readonly row: number };

/** Lays out the nodes of one scope, from (0, 0) on. */
export function layOut(
  nodes: readonly LaidOutNode[],
  ways: readonly { readonly from: string; readonly to: string }[],
  bandCount: number,
): Grid {
  const columns = columnsOf(nodes, ways);
  const cells = cellsOf(nodes, { ways, columns, bandCount });
  const lefts = offsets(
    nodes,
    (node) => cells.at.get(node.id)!.column,
    (node) => node.width,
  );
  const tops = offsets(
    nodes,
    (node) => cells.at.get(node.id)!.row,
    (node) => node.height,
    cells.rowCount,
  );
  const boxes = new Map<string, Box>();
  for (const { id, width, height } of nodes) {
    const { column, row } = cells.at.get(id)!;
    const [left, top] = [lefts[column]!, tops[row]!];
    boxes.set(id, {
      x: left.from + (left.size - width) / 2,
      y: top.from + (top.size - height) / 2,
      width,
      height,
    });
  }
  const right = lefts.at(-1);
  const bottom = tops.at(-1);
  return {
    boxes,
    bands: cells.bands.map(({ first, last }) => ({
      top: tops[first]!.from - GAP / 2,
      bottom: tops[last]!.from + tops[last]!.size + GAP / 2,
    })),
    width: right === undefined ? 0 : right.from + right.size,
    height: bottom === undefined ? 0 : bottom.from + bottom.size,
    route: (way) => route(way, { boxes, cells: cells.at, taken: cells.taken, lefts, tops }),
  };
}

/** The longest way from a start, ways back left out; without recursion, for processes may be long. */
function columnsOf(
  nodes: readonly LaidOutNode[],
  ways: readonly { readonly from: string; readonly to: string }[],
): ReadonlyMap<string, number> {
  const out = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  const hasEntry = new Set<string>();
  for (const { from, to } of ways) {
    if (!out.has(from) || !out.has(to)) continue;
    out.get(from)!.push(to);
    hasEntry.add(to);
  }
  const order = backwards([...nodes.filter(({ id }) => !hasEntry.has(id)), ...nodes], out).toReversed();
  const place = new Map(order.map((id, index) => [id, index]));
  const columns = new Map<string, number>(order.map((id) => [id, 0]));
  for (const id of order) {
    for (const to of out.get(id) ?? []) {
      if (place.get(to)! > place.get(id)!) columns.set(to, Math.max(columns.get(to)!, columns.get(id)! + 1));
    }
  }
  return columns;
}

/** Each node behind all that it leads to, but for ways back. */
function backwards(roots: readonly LaidOutNode[], out: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>();
  const done: string[] = [];
  for (const { id } of roots) {
    if (seen.has(id)) continue;
    seen.add(id);
    const path = [{ id, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = out.get(top.id)?.[top.next];
      top.next += 1;
      if (to === undefined) {
        done.push(top.id);
        path.pop();
      } else if (!seen.has(to)) {
        seen.add(to);
        path.push({ id: to, next: 0 });
      }
    }
  }
  return done;
}

type Cells = {
  readonly at: ReadonlyMap<string, Cell>;
  readonly taken: ReadonlySet<string>;
  readonly rowCount: number;
  readonly bands: readonly { readonly first: number; readonly last: number }[];
};
type Given = {
  readonly ways: readonly { readonly from: string; readonly to: string }[];
  readonly columns: ReadonlyMap<string, number>;
  readonly bandCount: number;
};

function cellsOf(nodes: readonly LaidOutNode[], { ways, columns, bandCount }: Given): Cells {
  const before = new Map<string, string[]>();
  for (const { from, to } of ways) {
    const known = before.get(to);
    if (known === undefined) before.set(to, [from]);
    else known.push(from);
  }
  const bandOf = new Map(nodes.map(({ id, band }) => [id, band]));
  const rows = new Map<string, number>();
  /** The first free row of each column in each band. */
  const free = new Map<string, number>();
  const heights = Array.from({ length: Math.max(1, bandCount) }, () => 1);
  for (const { id, band } of nodes.toSorted((a, b) => columns.get(a.id)! - columns.get(b.id)!)) {
    const key = `${band}/${columns.get(id)}`;
    const wanted = (before.get(id) ?? []).flatMap((one) =>
      rows.has(one) && bandOf.get(one) === band ? [rows.get(one)!] : [],
    );
    const row = Math.max(free.get(key) ?? 0, wanted.length === 0 ? 0 : Math.min(...wanted));
    rows.set(id, row);
    free.set(key, row + 1);
    heights[band] = Math.max(heights[band] ?? 1, row + 1);
  }
  const bands: { first: number; last: number }[] = [];
  for (const height of heights) {
    const first = (bands.at(-1)?.last ?? -1) + 1;
    bands.push({ first, last: first + height - 1 });
  }
  const at = new Map<string, Cell>();
  for (const { id, band } of nodes) {
    at.set(id, { column: columns.get(id)!, row: bands[band]!.first + rows.get(id)! });
  }
  const taken = new Set([...at.values()].map(({ column, row }) => `${column}/${row}`));
  return { at, taken, rowCount: (bands.at(-1)?.last ?? -1) + 1, bands };
}

type Track = { readonly from: number; readonly size: number };

/** Where each column begins and how wide it is, or each row. */
function offsets(
  nodes: readonly LaidOutNode[],
  ...[indexOf, sizeOf, least = 0]: [(node: LaidOutNode) => number, (node: LaidOutNode) => number, number?]
): Track[] {
  const sizes: number[] = Array.from({ length: least }, () => MIN_ROW);
  for (const node of nodes) {
    const index = indexOf(node);
    while (sizes.length <= index) sizes.push(0);
    sizes[index] = Math.max(sizes[index]!, sizeOf(node));
  }
  const tracks: Track[] = [];
  let from = 0;
  for (const size of sizes) {
    tracks.push({ from, size });
    from += size + GAP;
  }
  return tracks;
}

type Placed = {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly taken: ReadonlySet<string>;
  readonly lefts: readonly Track[];
  readonly tops: readonly Track[];
};

function route(
  { from, to, start }: { readonly from: string; readonly to: string; readonly start?: Point },
  { boxes, cells, taken, lefts, tops }: Placed,
): Point[] {
  const [source, target] = [boxes.get(from)!, boxes.get(to)!];
  const [near, far] = [cells.get(from)!, cells.get(to)!];
  const end = { x: target.x, y: target.y + target.height / 2 };
  const before = lefts[far.column]!.from - GAP / 2;
  const under = tops[near.row]!.from + tops[near.row]!.size + GAP / 2;
  if (start !== undefined) {
    return tidy([start, { x: start.x, y: under }, { x: before, y: under }, { x: before, y: end.y }, end]);
  }
  const first = { x: source.x + source.width, y: source.y + source.height / 2 };
  const after = lefts[near.column]!.from + lefts[near.column]!.size + GAP / 2;
  if (far.column === near.column + 1) return tidy([first, { x: after, y: first.y }, { x: after, y: end.y }, end]);
  if (far.column > near.column && far.row === near.row && isFree(near, far.column, taken)) return [first, end];
  const around = [first, { x: after, y: first.y }, { x: after, y: under }, { x: before, y: under }];
  return tidy([...around, { x: before, y: end.y }, end]);
}

function isFree({ column, row }: Cell, until: number, taken: ReadonlySet<string>): boolean {
  for (let between = column + 1; between < until; between += 1) if (taken.has(`${between}/${row}`)) return false;
  return true;
}

/** Without points on a straight line between their neighbours. */
function tidy(points: readonly Point[]): Point[] {
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined || after === undefined) return true;
    const isLevel = before.y === point.y && point.y === after.y;
    return !isLevel && !(before.x === point.x && point.x === after.x);
  });
}
