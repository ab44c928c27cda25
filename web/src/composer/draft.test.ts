/** What the composer does to a draft, and that it leaves alone what it does not know. */
import { describe, expect, it } from 'vitest';
import { addStep, type Draft, draftOf, EMPTY, freshId, moveStep, named, removeStep, renameStep } from './draft.ts';

const CHAIN: Draft = {
  key: 'chain',
  nodes: [
    { id: 'start', type: 'start', next: 'a' },
    { id: 'a', type: 'userTask', role: 'operator', next: 'b' },
    { id: 'b', type: 'scriptTask', script: '1', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};
const nextOf = ({ nodes }: Draft): Record<string, unknown> =>
  Object.fromEntries(nodes.map(({ id, next }) => [id, next]));
const idsOf = ({ nodes }: Draft): string[] => nodes.map(({ id }) => id);

describe('a draft', () => {
  it('takes a new step on the way behind another, or before the end', () => {
    const first = addStep(EMPTY, { id: 'look', type: 'userTask' });
    expect(nextOf(first)).toEqual({ start: 'look', look: 'end', end: undefined });
    const second = addStep(first, { id: 'tell', type: 'mail' }, 'start');
    expect(nextOf(second)).toEqual({ start: 'tell', tell: 'look', look: 'end', end: undefined });
    expect(idsOf(second)).toEqual(['start', 'tell', 'look', 'end']);
  });

  it('does not guess which outcome a new step is for', () => {
    const decided = {
      ...CHAIN,
      nodes: CHAIN.nodes.map((step) => (step.id === 'a' ? { ...step, next: { yes: 'b', no: 'end' } } : step)),
    };
    expect(nextOf(addStep(decided, { id: 'tell', type: 'mail' }, 'a'))).toMatchObject({
      a: { yes: 'b', no: 'end' },
      tell: 'end',
    });
  });

  it('closes the gap of a step that is removed, wherever it was named', () => {
    const wide: Draft = {
      ...CHAIN,
      lanes: [{ id: 'shop', nodes: ['a', 'b'] }],
      nodes: [
        { id: 'start', type: 'start', next: ['a', { to: 'b', when: 'x' }] },
        {
          id: 'a',
          type: 'userTask',
          next: { yes: 'b', no: 'end' },
          boundary: [{ id: 'late', timer: '1h', next: 'b' }],
        },
        { id: 'b', type: 'userTask', notBy: ['a'], next: 'end' },
        { id: 'end', type: 'end' },
      ],
    };
    const left = removeStep(wide, 'b');
    expect(nextOf(left)).toEqual({
      start: ['a', { to: 'end', when: 'x' }],
      a: { yes: 'end', no: 'end' },
      end: undefined,
    });
    expect(left.nodes[1]?.boundary).toEqual([{ id: 'late', timer: '1h', next: 'end' }]);
    expect(left.lanes).toEqual([{ id: 'shop', nodes: ['a'] }]);
    const other = removeStep(wide, 'a');
    expect(nextOf(other)).toMatchObject({ start: [{ to: 'b', when: 'x' }] });
    expect(other.nodes.find(({ id }) => id === 'b')?.notBy).toBeUndefined();
  });

  it('gives a step another id everywhere, unless it is taken', () => {
    const renamed = renameStep(CHAIN, 'b', 'sum');
    expect(nextOf(renamed)).toEqual({ start: 'a', a: 'sum', sum: 'end', end: undefined });
    expect(renameStep(CHAIN, 'b', 'a')).toBe(CHAIN);
    expect(renameStep(CHAIN, 'b', '')).toBe(CHAIN);
  });

  it('lets two steps that follow each other change places, in the list and on the way', () => {
    for (const moved of [moveStep(CHAIN, 'a', 1), moveStep(CHAIN, 'b', -1)]) {
      expect(idsOf(moved)).toEqual(['start', 'b', 'a', 'end']);
      expect(nextOf(moved)).toEqual({ start: 'b', b: 'a', a: 'end', end: undefined });
    }
    expect(nextOf(moveStep(CHAIN, 'b', 1))).toEqual(nextOf(CHAIN));
    expect(moveStep(CHAIN, 'start', -1)).toBe(CHAIN);
  });

  it('keeps what it does not know', () => {
    const source = {
      ...CHAIN,
      data: [{ name: 'scrap' }],
      nodes: CHAIN.nodes.map((node) => ({ ...node, bpmn: { x: 1 } })),
    };
    const draft = draftOf(source);
    expect(draft).toEqual(source);
    expect(renameStep(draft ?? EMPTY, 'b', 'sum').data).toEqual([{ name: 'scrap' }]);
    expect(draftOf({ nodes: [{ id: 'a' }] })).toBeUndefined();
    expect(
      draftOf({
        nodes: [
          { id: 'a', type: 'end' },
          { id: 'a', type: 'end' },
        ],
      }),
    ).toBeUndefined();
  });

  it('changes a name in the reader’s language only', () => {
    expect(named({ name: { en: 'Look', de: 'Ansehen' } }, 'Check', 'en')).toEqual({
      name: { en: 'Check', de: 'Ansehen' },
    });
    expect(named({ name: 'Look' }, '', 'en')).toEqual({});
    expect(freshId(CHAIN, 'a')).toBe('a-2');
  });
});
