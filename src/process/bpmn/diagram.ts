/** BPMN's diagram of a process that has none: shapes, edges and lanes. */
import { type Box, GAP, type Grid, type LaidOutNode, layOut, type Point } from './layout.ts';
import { NODE_OF } from './words.ts';
import { attribute, childNamed, childrenNamed, element, elementsOf, textOf, type XmlElement } from './xml.ts';

const EVENT = 36;
const GATEWAY = 50;
const TASK = { width: 100, height: 80 };
const HEADER = 30;
const NEXT_TO = 8;
const IS_SCOPE = /^(?:subProcess|adHocSubProcess|transaction)$/;

/** What is drawn of an element: a box, or a line. */
type Figure = { readonly of: XmlElement } & ({ readonly box: Box } | { readonly points: readonly Point[] });
/** A drawn scope, from (0, 0) on. */
type Drawing = { readonly figures: Figure[]; readonly width: number; readonly height: number };

/** A diagram for each process. */
export function diagramOf(process: XmlElement): XmlElement {
  const id = attribute(process, 'id') ?? 'process';
  const lanes = childNamed(process, 'laneSet');
  const { figures } = draw(process, lanes === undefined ? [] : childrenNamed(lanes, 'lane'));
  const shapes = figures.map((figure) => drawn(moved(figure, ORIGIN)));
  const plane = element('bpmndi:BPMNPlane', { id: `${id}_plane`, bpmnElement: id }, shapes);
  return element('bpmndi:BPMNDiagram', { id: `${id}_diagram` }, [plane]);
}

const ORIGIN: Point = { x: 160, y: 80 };

function draw(scope: XmlElement, lanes: readonly XmlElement[]): Drawing {
  const inside = elementsOf(scope).filter(({ name }) => NODE_OF.has(name));
  const leaves = leavesOf(lanes);
  const bandOf = bandsOf(leaves);
  const inner = new Map<XmlElement, Drawing>();
  const nodes = inside.map((node): LaidOutNode => {
    const size = sizeOf(node, inner);
    return { id: idOf(node), ...size, band: leaves.length === 0 ? 0 : (bandOf.get(idOf(node)) ?? leaves.length) };
  });
  const hasStray = nodes.some(({ band }) => band === leaves.length);
  const known = new Set(nodes.map(({ id }) => id));
  const ways = waysIn(scope, known);
  const grid = layOut(nodes, ways, leaves.length + (leaves.length === 0 || hasStray ? 1 : 0));
  const figures: Figure[] = laneBoxes(leaves, grid);
  for (const node of inside) {
    const box = grid.boxes.get(idOf(node))!;
    figures.push({ of: node, box });
    const by = { x: box.x + GAP / 2, y: box.y + GAP / 2 + HEADER / 2 };
    figures.push(...(inner.get(node)?.figures ?? []).map((figure) => moved(figure, by)));
  }
  const borders = bordersIn(scope, grid, known);
  for (const { of, box } of borders.values()) figures.push({ of, box });
  for (const { way, source, from, to } of ways) {
    const start = borders.get(source)?.start;
    figures.push({ of: way, points: grid.route({ from, to, ...(start && { start }) }) });
  }
  return { figures, width: grid.width, height: grid.height };
}

type Way = { readonly way: XmlElement; readonly source: string; readonly from: string; readonly to: string };

/** The ways on between nodes of a scope; those of a boundary event begin at its activity. */
function waysIn(scope: XmlElement, known: ReadonlySet<string>): Way[] {
  const hosts = new Map(
    childrenNamed(scope, 'boundaryEvent').map((one) => [idOf(one), attribute(one, 'attachedToRef') ?? '']),
  );
  return [...childrenNamed(scope, 'sequenceFlow'), ...childrenNamed(scope, 'association')]
    .map((way) => {
      const source = attribute(way, 'sourceRef') ?? '';
      return { way, source, from: hosts.get(source) ?? source, to: attribute(way, 'targetRef') ?? '' };
    })
    .filter(({ from, to }) => known.has(from) && known.has(to));
}

const idOf = (of: XmlElement): string => attribute(of, 'id') ?? '';
const shifted = <Of extends Point>(of: Of, by: Point): Of => ({ ...of, x: of.x + by.x, y: of.y + by.y });
const moved = (figure: Figure, by: Point): Figure =>
  'box' in figure
    ? { of: figure.of, box: shifted(figure.box, by) }
    : { of: figure.of, points: figure.points.map((point) => shifted(point, by)) };

function sizeOf(node: XmlElement, inner: Map<XmlElement, Drawing>): { width: number; height: number } {
  if (node.name.endsWith('Event')) return { width: EVENT, height: EVENT };
  if (node.name.endsWith('Gateway')) return { width: GATEWAY, height: GATEWAY };
  if (!IS_SCOPE.test(node.name)) return TASK;
  const drawing = draw(node, []);
  inner.set(node, drawing);
  return {
    width: Math.max(TASK.width, drawing.width + GAP),
    height: Math.max(TASK.height, drawing.height + GAP + HEADER),
  };
}

function drawn(figure: Figure): XmlElement {
  const { of } = figure;
  const named = { id: `${idOf(of)}_di`, bpmnElement: idOf(of) };
  if ('points' in figure) {
    const waypoints = figure.points.map(({ x, y }) => element('di:waypoint', { x, y }));
    return element('bpmndi:BPMNEdge', named, waypoints);
  }
  const marks = {
    isExpanded: IS_SCOPE.test(of.name) ? 'true' : undefined,
    isMarkerVisible: of.name === 'exclusiveGateway' ? 'true' : undefined,
    isHorizontal: of.name === 'lane' ? 'true' : undefined,
  };
  const { x, y, width, height } = figure.box;
  return element('bpmndi:BPMNShape', { ...named, ...marks }, [element('dc:Bounds', { x, y, width, height })]);
}

type Border = { readonly of: XmlElement; readonly box: Box; readonly start: Point };

/** Events at the lower border of their activities, from the right on. */
function bordersIn(scope: XmlElement, grid: Grid, known: ReadonlySet<string>): Map<string, Border> {
  const counts = new Map<string, number>();
  const borders = new Map<string, Border>();
  for (const of of childrenNamed(scope, 'boundaryEvent')) {
    const host = attribute(of, 'attachedToRef') ?? '';
    if (!known.has(host)) continue;
    const count = counts.get(host) ?? 0;
    counts.set(host, count + 1);
    const box = grid.boxes.get(host)!;
    const room = Math.max(1, Math.floor((box.width - NEXT_TO) / (EVENT + NEXT_TO)));
    const x = box.x + box.width - (EVENT + NEXT_TO) * ((count % room) + 1);
    const y = box.y + box.height - EVENT / 2;
    const start = { x: x + EVENT / 2, y: y + EVENT };
    borders.set(idOf(of), { of, box: { x, y, width: EVENT, height: EVENT }, start });
  }
  return borders;
}

type Leaf = { readonly lane: XmlElement; readonly within: readonly XmlElement[] };

function leavesOf(lanes: readonly XmlElement[], within: readonly XmlElement[] = []): Leaf[] {
  return lanes.flatMap((lane) => {
    const inner = childNamed(lane, 'childLaneSet');
    const below = inner === undefined ? [] : leavesOf(childrenNamed(inner, 'lane'), [...within, lane]);
    return below.length > 0 ? below : [{ lane, within }];
  });
}

/** The band of each node: that of the innermost lane that names it. */
function bandsOf(leaves: readonly Leaf[]): Map<string, number> {
  const bands = new Map<string, number>();
  const add = (lane: XmlElement, band: number): void => {
    for (const reference of childrenNamed(lane, 'flowNodeRef')) {
      const id = textOf(reference) ?? '';
      if (!bands.has(id)) bands.set(id, band);
    }
  };
  for (const [band, { lane }] of leaves.entries()) add(lane, band);
  for (const [band, { within }] of leaves.entries()) for (const lane of within.toReversed()) add(lane, band);
  return bands;
}

function laneBoxes(leaves: readonly Leaf[], grid: Grid): Figure[] {
  const spans = new Map<XmlElement, { top: number; bottom: number; depth: number }>();
  for (const [band, { lane, within }] of leaves.entries()) {
    const { top, bottom } = grid.bands[band]!;
    for (const [depth, one] of [...within, lane].entries()) {
      const known = spans.get(one);
      spans.set(one, {
        top: Math.min(top, known?.top ?? top),
        bottom: Math.max(bottom, known?.bottom ?? bottom),
        depth,
      });
    }
  }
  const deepest = Math.max(0, ...[...spans.values()].map(({ depth }) => depth));
  const left = -GAP / 2 - HEADER * (deepest + 1);
  return [...spans].map(([of, { top, bottom, depth }]) => {
    const x = left + HEADER * depth;
    return { of, box: { x, y: top, width: grid.width + GAP / 2 - x, height: bottom - top } };
  });
}

/** Whether a document has a diagram of its own. */
export const hasDiagram = (definitions: XmlElement): boolean =>
  elementsOf(definitions).some(({ name }) => name === 'bpmndi:BPMNDiagram');
