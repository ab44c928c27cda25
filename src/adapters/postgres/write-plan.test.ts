import { describe, expect, it } from 'vitest';
import { defineFamily } from '../../store/family.ts';
import { add, isAbsent, put, set } from '../../store/unit.ts';
import { planWrites } from './write-plan.ts';

const counter = defineFamily({ name: 'test_counter', columns: { name: 'text', count: 'integer' }, key: ['name'] });

describe('the plan of a batch', () => {
  it('inserts a row whose absence was looked up once, whatever the unit wrote to it before', () => {
    const row = { name: 'a', count: 3 };
    const writes = [add(counter, ['a'], { count: 1 }), set(counter, ['a'], { count: 2 }), put(counter, row)];
    const waves = planWrites([{ guards: [isAbsent(counter, ['a'])], writes }]).get(counter.name)?.waves ?? [];
    expect(waves.flatMap((wave) => [...wave.values()])).toEqual([{ kind: 'insert', key: ['a'], row }]);
  });
});
