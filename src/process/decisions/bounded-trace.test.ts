import { expect, it } from 'vitest';
import type { DecisionTrace } from '../../feel/dmn/trace/trace.ts';
import { boundedTrace, MAX_TRACE_LENGTH } from './bounded-trace.ts';

const traced = (count: number, value: string): DecisionTrace[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ id: `d${at}`, name: `decision ${at}`, imports: [], inputs: { n: 'x'.repeat(100) }, value, notes: [] },
    tables: [
      { id: 't', hitPolicy: 'FIRST', inputs: [], fired: [{ rule: 1, id: 'r1', annotations: [] }], failedAt: [0] },
    ],
  }));

it('leaves a short trace as it is', () => {
  const trace = traced(3, 'go');
  expect(boundedTrace({ trace, notes: [] })).toEqual({ decisions: trace, notes: [] });
});

it('keeps of a long trace as many of the last decisions as a history can hold, with the rules that fired', () => {
  for (const count of [50, 1_000]) {
    const cut = boundedTrace({ trace: traced(count, 'y'.repeat(900)), notes: [] }) as { decisions: DecisionTrace[] };
    const length = JSON.stringify(cut).length;
    expect(length).toBeLessThanOrEqual(MAX_TRACE_LENGTH);
    expect(length).toBeGreaterThan(MAX_TRACE_LENGTH - 1_100);
    expect(cut).toMatchObject({ isCut: true, notes: [] });
    expect(cut.decisions.at(-1)).toMatchObject({ id: `d${count - 1}`, tables: [{ fired: [{ rule: 1 }] }] });
  }
});
