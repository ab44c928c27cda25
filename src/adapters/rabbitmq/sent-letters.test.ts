import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentLetters } from './sent-letters.ts';

type Letter = { readonly name: string };

/** Only its identity matters here. */
const letter = (name: string): Letter => ({ name });

describe('sent letters', () => {
  it('are found by their tags, one or all up to it, like those in a map', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('send' as const) },
      { weight: 3, arbitrary: fc.record({ back: fc.nat({ max: 20 }), multiple: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constant('new channel' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2_000, size: 'max' }), (steps) => {
        const sent = new SentLetters<Letter>();
        const model = new Map<number, Letter>();
        let next = 1;
        for (const one of steps) {
          if (one === 'send') {
            const added = letter(`${next}`);
            sent.add(added);
            model.set(next++, added);
          } else if (one === 'new channel') {
            expect(sent.startAnew()).toEqual([...model.values()]);
            model.clear();
            next = 1;
          } else {
            const tag = next - 1 - one.back;
            if (tag < 1) continue;
            const wanted = [...model].filter(([given]) => (one.multiple ? given <= tag : given === tag));
            expect(sent.take(tag, one.multiple)).toEqual(wanted.map(([, taken]) => taken));
            for (const [given] of wanted) model.delete(given);
          }
          expect(sent.size).toBe(model.size);
        }
        expect(sent.all()).toEqual([...model.values()]);
      }),
      { numRuns: 50 },
    );
  });
});
