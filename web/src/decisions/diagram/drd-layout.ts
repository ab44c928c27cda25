/** Where the elements of a requirement graph stand: decisions above what they require, what requires nothing below. Pure. */
import type { Point } from '../../diagram/graph.ts';
import { layOut, type PlacedBox } from '../../diagram/layout.ts';
import type { DrawnKind, Requirement, RequirementGraph } from './requirements.ts';

/** As large as dmn-js draws them. */
const SIZES: Readonly<Record<DrawnKind, { readonly width: number; readonly height: number }>> = {
  decision: { width: 180, height: 80 },
  inputData: { width: 125, height: 45 },
  businessKnowledgeModel: { width: 135, height: 46 },
  knowledgeSource: { width: 100, height: 63 },
  textAnnotation: { width: 160, height: 50 },
};
const MARGIN = 40;

export type DrdLayout = {
  readonly boxes: readonly PlacedBox[];
  readonly lines: readonly { readonly requirement: Requirement; readonly points: readonly Point[] }[];
};

/** The layout of processes runs from left to right; here it is laid on its side, so that it runs upwards. */
export function layOutRequirements({ elements, requirements }: RequirementGraph): DrdLayout {
  const boxes = elements.map(({ id, kind }) => ({ id, width: SIZES[kind].height, height: SIZES[kind].width }));
  const { width, boxes: placed, routes } = layOut({ boxes, arrows: requirements });
  const upright = placed.map(({ id, x, y, width: tall, height: wide }) => ({
    ...{ id, width: wide, height: tall },
    ...{ x: MARGIN + y, y: MARGIN + width - x - tall },
  }));
  const lines = routes.map(({ arrow, points }) => ({
    requirement: arrow,
    points: points.map(({ x, y }) => ({ x: MARGIN + y, y: MARGIN + width - x })),
  }));
  return { boxes: upright, lines: spreadArrivals(lines, new Map(upright.map((box) => [box.id, box]))) };
}

type Lines = DrdLayout['lines'];

/** Lines that come to one element end side by side below it, in the order in which they come. */
function spreadArrivals(lines: Lines, boxes: ReadonlyMap<string, PlacedBox>): Lines {
  const cameFrom = ({ points }: Lines[number]): number => points.at(-2)?.x ?? 0;
  return lines.map((line) => {
    const box = boxes.get(line.requirement.to);
    const last = line.points.at(-1);
    if (box === undefined || last === undefined) return line;
    const arriving = lines
      .filter(({ requirement }) => requirement.to === box.id)
      .toSorted((a, b) => cameFrom(a) - cameFrom(b));
    const x = box.x + (box.width * (arriving.indexOf(line) + 1)) / (arriving.length + 1);
    return { ...line, points: [...line.points.slice(0, -1), { ...last, x }] };
  });
}
