import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firingOf, World } from '../../../test/process/world.ts';
import { compileDefinition } from './compile.ts';

const text = readFileSync(new URL('../../../examples/equipment-defect/process.json', import.meta.url), 'utf8');
const definition = compileDefinition(JSON.parse(text), 1);
const found = () => {
  const world = new World(definition);
  world.start({}, [firingOf('A'), firingOf('B')]);
  return world;
};

describe('the equipment defect', () => {
  it('has five steps, starts by both criteria, and is short enough to read', () => {
    expect(definition).toMatchObject({
      key: 'equipment-defect',
      start: { criteria: ['A', 'B'], count: 2, withinMs: 21_600_000 },
    });
    const steps = [...definition.nodes.values()].filter(({ behaviour }) => !behaviour.type.endsWith('Gateway'));
    expect(steps.map(({ id }) => id)).toEqual(['criterion-a', 'criterion-b', 'operator', 'engineer', 'technologist']);
    expect(text.trim().split('\n').length).toBeLessThanOrEqual(60);
  });

  it('that is confirmed is repaired', () => {
    const world = found();
    expect(world.where()).toEqual(['operator task']);
    expect(world.variables()?.evidence).toHaveLength(2);
    world.finish('operator', 'confirmed');
    expect(world.where()).toEqual(['technologist task']);
    expect(world.finish('technologist', 'repaired').state.status).toBe('completed');
    const asked = world.sideJobs.map(({ kind, payload }) => [kind, payload]);
    expect(asked).toEqual([
      ['mail', expect.objectContaining({ list: 'operators' })],
      ['anomaly.label', expect.objectContaining({ outcome: 'confirmed', comment: null })],
      ['mail', expect.objectContaining({ list: 'technologists' })],
    ]);
  });

  it('that is rejected changes the criteria, with a word why', () => {
    const world = found();
    expect(() => world.finish('operator', 'rejected')).toThrow('needs a comment');
    world.finish('operator', 'rejected', { comment: 'the sensor is loose' });
    expect(world.where()).toEqual(['engineer task']);
    expect(world.finish('engineer', 'done', { variables: { limit: 80 } }).state.status).toBe('completed');
    expect(world.sideJobs.map(({ kind }) => kind)).toEqual(['mail', 'anomaly.label', 'mail', 'criteria.change']);
    expect(world.sideJobs.at(-1)?.payload).toMatchObject({ outcome: 'done', input: { limit: 80 } });
  });

  it('started by hand waits for both criteria, in any order', () => {
    const world = new World(definition);
    world.start();
    expect(world.where()).toEqual(['criterion-a criterion', 'criterion-b criterion']);
    world.fire('B');
    expect(world.where()).toEqual(['both join', 'criterion-a criterion']);
    world.fire('A');
    expect(world.where()).toEqual(['operator task']);
  });
});
