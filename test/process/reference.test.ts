/** The reference by itself: whatever is made up can be written down, and can be walked through. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionSource } from '../../src/process/core/source.ts';
import { MIXTURES, processesWith } from './block-arbitraries.ts';
import { processOf } from './block-nodes.ts';
import { legendOf, movesOf } from './moves.ts';
import { step, truthOf } from './pair.ts';
import { Reference } from './reference.ts';

describe.each(MIXTURES)('a process with $name', ({ features }) => {
  it('is written in the language of definitions, and comes to an end', () => {
    const input = fc.record({
      process: processesWith(features),
      steps: fc.array(step, { minLength: 60, maxLength: 60 }),
    });
    fc.assert(
      fc.property(input, ({ process, steps }) => {
        const nodes = processOf(process.blocks, process.handlers);
        expect(definitionSource.safeParse({ key: 'test', nodes }).error?.message).toBe(undefined);
        const legend = legendOf(nodes);
        const reference = new Reference(process.blocks, truthOf([]), { handlers: process.handlers });
        for (const { choice, values } of steps) {
          const moves = movesOf(reference, legend, truthOf(values));
          moves[choice % moves.length]?.toReference();
          const isOver = reference.look();
          if (isOver) expect(reference.where()).toEqual([]);
          if (isOver) break;
        }
      }),
      { numRuns: 100 },
    );
  });
});
