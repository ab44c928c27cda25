/** The picture of a draft. */
import { expect, it } from 'vitest';
import { graphOf } from './draft-graph.ts';

it('shows steps inside of sub-processes and events at their edge, and leaves out flows to nowhere', () => {
  const { nodes, flows } = graphOf(
    {
      key: 'k',
      nodes: [
        { id: 'start', type: 'start', message: 'order', next: 'inner' },
        {
          id: 'inner',
          type: 'subProcess',
          nodes: [{ id: 'x', type: 'userTask', role: 'operator' }],
          boundary: [{ id: 'late', timer: '1h', next: 'end' }],
          next: 'nowhere',
        },
        { id: 'end', type: 'end' },
      ],
    },
    [],
  );
  expect(nodes.map(({ id, type, event, parent, attachedTo }) => [id, type, event, parent, attachedTo])).toEqual([
    ['start', 'start', 'message', undefined, undefined],
    ['inner', 'subProcess', undefined, undefined, undefined],
    ['late', 'boundary', 'timer', undefined, 'inner'],
    ['x', 'userTask', undefined, 'inner', undefined],
    ['end', 'end', undefined, undefined, undefined],
  ]);
  expect(flows.map(({ from, to }) => [from, to])).toEqual([
    ['start', 'inner'],
    ['late', 'end'],
  ]);
});
