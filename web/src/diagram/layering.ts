/** Which column each box stands in: after everything that leads to it. Arrows that run back are found first. */
import type { Arrow, Graph } from './graph.ts';

export type Layering<A extends Arrow> = {
  /** Box id → column. */
  readonly layerOf: ReadonlyMap<string, number>;
  /** Arrows that run to a later column. */
  readonly forward: readonly A[];
  /** Arrows that close a loop. */
  readonly back: readonly A[];
};

export function layer<A extends Arrow>(graph: Graph<A>): Layering<A> {
  const back = loopArrows(graph);
  const forward = graph.arrows.filter((arrow) => !back.has(arrow));
  const layerOf = new Map(graph.boxes.map(({ id }) => [id, 0]));
  // Longest path: without loops it settles after at most as many rounds as there are boxes.
  for (let moved = true; moved; ) {
    moved = false;
    for (const { from, to } of forward) {
      const least = (layerOf.get(from) ?? 0) + 1;
      if ((layerOf.get(to) ?? 0) >= least) continue;
      layerOf.set(to, least);
      moved = true;
    }
  }
  return { layerOf, forward, back: [...back] };
}

/** Walks from the boxes nothing leads to; an arrow to a box on the way here closes a loop. */
function loopArrows<A extends Arrow>({ boxes, arrows }: Graph<A>): ReadonlySet<A> {
  const outgoing = new Map<string, A[]>();
  for (const arrow of arrows) outgoing.set(arrow.from, [...(outgoing.get(arrow.from) ?? []), arrow]);
  const targets = new Set(arrows.map(({ to }) => to));
  const starts = boxes.filter(({ id }) => !targets.has(id));
  const loops = new Set<A>();
  const state = new Map<string, 'open' | 'done'>();

  for (const { id } of [...starts, ...boxes]) {
    if (state.has(id)) continue;
    const path: { id: string; next: number }[] = [{ id, next: 0 }];
    state.set(id, 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const arrow = outgoing.get(top.id)?.[top.next++];
      if (arrow === undefined) {
        state.set(top.id, 'done');
        path.pop();
      } else if (state.get(arrow.to) === 'open') loops.add(arrow);
      else if (!state.has(arrow.to)) {
        state.set(arrow.to, 'open');
        path.push({ id: arrow.to, next: 0 });
      }
    }
  }
  return loops;
}
