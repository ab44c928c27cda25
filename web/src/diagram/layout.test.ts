/** The layout of diagrams: whatever the graph, nothing overlaps and forward means to the right. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Arrow, Box } from './graph.ts';
import { layOut, type PlacedBox } from './layout.ts';

const graphs = fc.integer({ min: 1, max: 12 }).chain((count) => {
  const id = fc.integer({ min: 0, max: count - 1 }).map((number) => `n${number}`);
  const boxes = Array.from(
    { length: count },
    (_, at): Box => ({ id: `n${at}`, width: 40 + at * 10, height: 30 + at * 5 }),
  );
  return fc.record({ boxes: fc.constant(boxes), arrows: fc.array(fc.record({ from: id, to: id }), { maxLength: 24 }) });
});

describe('the layout of a diagram', () => {
  it('lets no two boxes overlap', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { boxes } = layOut(graph);
        expect(boxes).toHaveLength(graph.boxes.length);
        boxes.forEach((box, at) => {
          for (const other of boxes.slice(0, at)) expect(overlaps(box, other)).toBe(false);
        });
      }),
    );
  });

  it('keeps every box inside its size', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { boxes, width, height } = layOut(graph);
        for (const { x, y, ...box } of boxes) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.001);
          expect(x + box.width).toBeLessThanOrEqual(width + 0.001);
          expect(y + box.height).toBeLessThanOrEqual(height + 0.001);
        }
      }),
    );
  });

  it('draws every arrow, to the right unless it closes a loop', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { boxes, routes } = layOut(graph);
        const place = new Map(boxes.map((box) => [box.id, box]));
        expect(routes).toHaveLength(graph.arrows.length);
        for (const { arrow, isBack } of routes) {
          const [from, to] = [place.get(arrow.from), place.get(arrow.to)];
          if (!isBack) expect(to?.x).toBeGreaterThan(from?.x ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  it('takes only the arrow that closes a loop for one that runs back', () => {
    const arrows: Arrow[] = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'a' },
    ];
    const { routes } = layOut({ boxes: ['a', 'b', 'c'].map(boxOf), arrows });
    expect(routes.filter(({ isBack }) => isBack).map(({ arrow }) => arrow)).toEqual([{ from: 'c', to: 'a' }]);
  });

  it('leads a long arrow past the boxes of the columns between', () => {
    const arrows: Arrow[] = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'a', to: 'c' },
    ];
    const { boxes, routes } = layOut({ boxes: ['a', 'b', 'c'].map(boxOf), arrows });
    const between = boxes.find(({ id }) => id === 'b');
    const long = routes.find(({ arrow }) => arrow.from === 'a' && arrow.to === 'c');
    const passed = long?.points.slice(1, -1) ?? [];
    expect(passed.length).toBeGreaterThan(0);
    for (const { y } of passed)
      expect(y < (between?.y ?? 0) || y > (between?.y ?? 0) + (between?.height ?? 0)).toBe(true);
  });
});

const boxOf = (id: string): Box => ({ id, width: 100, height: 50 });

const overlaps = (a: PlacedBox, b: PlacedBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
