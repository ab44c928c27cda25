import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

describe('slots', () => {
  it('hold what was added and not removed, each in a place of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat({ max: 20 }), { nil: undefined })), (steps) => {
        const slots = new Slots<number>();
        const model = new Map<number, number>();
        for (const [item, place] of steps.entries()) {
          if (place === undefined) {
            const added = slots.add(item);
            expect(model.has(added)).toBe(false);
            model.set(added, item);
          } else expect(slots.remove(place)).toBe(model.delete(place));
        }
        expect(slots.size).toBe(model.size);
        expect(slots.all().sort()).toEqual([...model.values()].sort());
        for (const [place, item] of model) expect(slots.at(place)).toBe(item);
      }),
    );
  });
});
