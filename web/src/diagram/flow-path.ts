/** The line of a flow through its points, and where its label stands. */
import type { Point } from './graph.ts';
import type { PlacedFlow } from './scopes.ts';

/** Arrowheads are drawn at the line's end, so the line stops a little before its target. */
const HEAD = 3;
const CORNER = 10;

export function pathOf({ points, isBack, startsDown }: PlacedFlow): string {
  const start = points[0];
  const end = points.at(-1);
  if (start === undefined || end === undefined) return '';
  if (isBack) return aroundBelow(points);
  return curve([...points.slice(0, -1), { x: end.x - HEAD, y: end.y }], startsDown);
}

/** Level at every point, so long lines run smoothly past the columns between. */
function curve(points: readonly Point[], startsDown: boolean): string {
  return points
    .map(({ x, y }, at) => {
      const prior = points[at - 1];
      if (prior === undefined) return `M${x} ${y}`;
      if (at === 1 && startsDown) return `Q${prior.x} ${y} ${x} ${y}`;
      if (Math.abs(prior.y - y) < 0.5) return `L${x} ${y}`;
      const bend = (x - prior.x) / 2;
      return `C${prior.x + bend} ${prior.y} ${x - bend} ${y} ${x} ${y}`;
    })
    .join('');
}

/** Down, back and up again, with rounded corners. */
function aroundBelow(points: readonly Point[]): string {
  const [start, down, back, end] = points;
  if (!start || !down || !back || !end) return '';
  const turn = Math.sign(back.x - down.x) * CORNER;
  return [
    `M${start.x} ${start.y}`,
    `V${down.y - CORNER}`,
    `Q${down.x} ${down.y} ${down.x + turn} ${down.y}`,
    `H${back.x - turn}`,
    `Q${back.x} ${back.y} ${back.x} ${back.y - CORNER}`,
    `V${end.y + HEAD}`,
  ].join('');
}

export function labelPoint({ points, isBack }: PlacedFlow): Point {
  const [first, second] = isBack ? points.slice(1) : points;
  if (first === undefined || second === undefined) return { x: 0, y: 0 };
  return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 };
}
