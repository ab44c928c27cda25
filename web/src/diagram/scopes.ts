/** Lays out a whole definition: each sub-process is laid out by itself and then stands in its scope as one large box. */
import type { Definition, DefinitionFlow, DefinitionNode } from '../api/processes.ts';
import type { Box, Point } from './graph.ts';
import { type Layout, layOut } from './layout.ts';
import { labelWidth, sizeOf } from './node-size.ts';

const INSET = { top: 40, side: 24, bottom: 28 };
const MARGIN = 28;

export type PlacedNode = Box & Point & { readonly node: DefinitionNode };
export type PlacedFlow = {
  readonly flow: DefinitionFlow;
  readonly label: string;
  readonly points: readonly Point[];
  /** Runs back below the boxes. */
  readonly isBack: boolean;
  /** Leaves a boundary event downwards. */
  readonly startsDown: boolean;
};
export type Drawing = {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly flows: readonly PlacedFlow[];
};

export type DrawParts = Pick<Definition, 'nodes' | 'flows'> & { readonly labelOf: (flow: DefinitionFlow) => string };

export function draw(parts: DrawParts): Drawing {
  const drawing = drawScope({ ...parts, parent: undefined });
  return {
    width: drawing.width + 2 * MARGIN,
    height: drawing.height + 2 * MARGIN,
    ...moved(drawing, { x: MARGIN, y: MARGIN }),
  };
}

type ScopeParts = DrawParts & { readonly parent: string | undefined };

function drawScope({ nodes, flows, labelOf, parent }: ScopeParts): Drawing {
  const here = nodes.filter((node) => (node.parent ?? undefined) === parent);
  const inner = new Map(
    here.flatMap(({ id, type }) =>
      type === 'subProcess' ? [[id, drawScope({ nodes, flows, labelOf, parent: id })]] : [],
    ),
  );
  const hosted = here.filter(isHosted);
  const standing = belowLast(
    here.filter((node) => !isHosted(node)),
    hosted,
    flows,
  );
  /** A boundary event moves with its host, so for the columns its arrows start there. */
  const hostOf = (id: string): string => hosted.find((node) => node.id === id)?.attachedTo ?? id;
  const ids = new Set(here.map(({ id }) => id));
  const own = merged(flows.filter(({ from, to }) => ids.has(from) && ids.has(to)));
  const arrows = own.map((flow) => {
    const label = labelOf(flow);
    return { from: hostOf(flow.from), to: hostOf(flow.to), flow, label, labelWidth: labelWidth(label) };
  });
  const layout = layOut({ boxes: standing.map((node) => boxOf(node, inner.get(node.id))), arrows });

  const placed = placeNodes(standing, layout);
  const events = hosted.flatMap((event) => placeEvent(event, hosted, placed));
  const eventOf = new Map(events.map((event) => [event.id, event]));
  const routed = layout.routes.map(({ arrow, points, isBack }): PlacedFlow => {
    const { flow, label } = arrow;
    const event = eventOf.get(flow.from);
    const startsDown = event !== undefined && (points.at(-1)?.y ?? 0) > event.y + event.height;
    const start = event && exitOf(event, startsDown || isBack);
    return { flow, label, points: start ? [start, ...points.slice(1)] : points, isBack, startsDown };
  });
  const insides = placed.flatMap((node) => {
    const drawing = inner.get(node.id);
    return drawing ? [moved(drawing, { x: node.x + INSET.side, y: node.y + INSET.top })] : [];
  });
  return {
    width: layout.width,
    height: layout.height,
    nodes: [...placed, ...insides.flatMap((inside) => inside.nodes), ...events],
    flows: [...routed, ...insides.flatMap((inside) => inside.flows)],
  };
}

const exitOf = ({ x, y, width, height }: PlacedNode, isDown: boolean): Point =>
  isDown ? { x: x + width / 2, y: y + height } : { x: x + width, y: y + height / 2 };

/** What a boundary event leads to stands below the usual way on: the event hangs at the lower edge of its host. */
function belowLast(
  standing: readonly DefinitionNode[],
  hosted: readonly DefinitionNode[],
  flows: readonly DefinitionFlow[],
): DefinitionNode[] {
  const events = new Set(hosted.map(({ id }) => id));
  const below = new Set(flows.filter(({ from }) => events.has(from)).map(({ to }) => to));
  return [...standing.filter(({ id }) => !below.has(id)), ...standing.filter(({ id }) => below.has(id))];
}

/** Two flows between the same two nodes are one line with both labels. */
function merged(flows: readonly DefinitionFlow[]): DefinitionFlow[] {
  const lines = new Map<string, DefinitionFlow>();
  for (const flow of flows) {
    const key = `${flow.from}\n${flow.to}`;
    const other = lines.get(key);
    lines.set(key, other ? { ...other, ...joined('outcome', other, flow), ...joined('when', other, flow) } : flow);
  }
  return [...lines.values()];
}

function joined(member: 'outcome' | 'when', ...flows: readonly DefinitionFlow[]): Partial<DefinitionFlow> {
  const texts = flows.flatMap((flow) => flow[member] ?? []);
  return texts.length === 0 ? {} : { [member]: texts.join(' / ') };
}

const isHosted = ({ type, attachedTo }: DefinitionNode): boolean => type === 'boundary' && Boolean(attachedTo);

function boxOf(node: DefinitionNode, inner: Drawing | undefined): Box {
  const size = sizeOf(node.type);
  if (inner === undefined) return { id: node.id, ...size };
  return {
    id: node.id,
    width: Math.max(size.width, inner.width + 2 * INSET.side),
    height: inner.height + INSET.top + INSET.bottom,
  };
}

function placeNodes(nodes: readonly DefinitionNode[], layout: Layout): PlacedNode[] {
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  return layout.boxes.flatMap((box) => {
    const node = nodeOf.get(box.id);
    return node ? [{ ...box, node }] : [];
  });
}

function placeEvent(
  node: DefinitionNode,
  hosted: readonly DefinitionNode[],
  placed: readonly PlacedNode[],
): PlacedNode[] {
  const host = placed.find(({ id }) => id === node.attachedTo);
  if (host === undefined) return [];
  const { width, height } = sizeOf(node.type);
  const place = hosted.filter(({ attachedTo }) => attachedTo === node.attachedTo).indexOf(node);
  const x = host.x + host.width - width * 1.4 * (place + 1);
  return [{ id: node.id, node, width, height, x, y: host.y + host.height - height / 2 }];
}

function moved({ nodes, flows }: Pick<Drawing, 'nodes' | 'flows'>, by: Point): Pick<Drawing, 'nodes' | 'flows'> {
  return {
    nodes: nodes.map((node) => ({ ...node, x: node.x + by.x, y: node.y + by.y })),
    flows: flows.map((flow) => ({ ...flow, points: flow.points.map(({ x, y }) => ({ x: x + by.x, y: y + by.y })) })),
  };
}
