import { expect, it } from 'vitest';
import type { HistoryEntry } from '../../client/wire-process.ts';
import { historyLines } from './history.ts';

it('tells which version of a decision answered what, and by which rules', () => {
  const decided = (value: unknown, fired: readonly number[]) => ({
    type: 'decided',
    ...{ token: 1, node: 'who', decision: 'handling', version: 3 },
    trace: {
      decisions: [
        { id: 'excess', value: 0.3, tables: [] },
        { id: 'handling', value, tables: [{ id: 't', fired: fired.map((rule) => ({ rule })) }] },
      ],
    },
  });
  const lines = (effect: HistoryEntry['effects'][number]) =>
    historyLines([
      { seq: 1, at: '2026-01-05T06:00:00.000Z', actor: 'system', command: { type: 'start' }, effects: [effect] },
    ])
      .slice(1)
      .map(({ what }) => what);
  expect(lines(decided({ role: 'engineer' }, [2, 5]))).toEqual([
    'who: handling@3 answered {"role":"engineer"} by rule 2, 5',
  ]);
  expect(lines(decided('x'.repeat(100), []))).toEqual([`who: handling@3 answered "${'x'.repeat(59)}…`]);
  expect(lines({ ...decided(1, []), trace: { decisions: [], isCut: true } })).toEqual(['who: handling@3 answered …']);
});
