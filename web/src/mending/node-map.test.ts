/** Where tokens go on in another version. */
import { describe, expect, it } from 'vitest';
import type { DefinitionNode } from '../api/processes.ts';
import { nodesOf, presetsOf } from './node-map.ts';

const node = (id: string, name = id, type = 'userTask'): DefinitionNode => ({ id, name, type, outcomes: [] });
const here = { nodes: [node('look'), node('fix', 'Repair'), node('weld', 'Weld'), node('wait', 'Wait', 'timer')] };

describe('nodes of another version', () => {
  it('that keep their name are not asked for', () => {
    expect(presetsOf(['look', 'fix'], here, here)).toEqual({});
  });

  it('are found by their label, or as the only new one of their type', () => {
    const there = {
      nodes: [node('look'), node('repair', 'Repair'), node('other', 'Other'), node('pause', 'x', 'timer')],
    };
    const presets = presetsOf(['look', 'fix', 'wait', 'weld'], here, there);
    expect(presets).toEqual({ fix: 'repair', wait: 'pause', weld: undefined });
    expect(nodesOf({ ...presets, look: 'look' })).toEqual({ fix: 'repair', wait: 'pause' });
  });
});
