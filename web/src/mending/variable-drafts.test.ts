/** Variables that are changed as JSON. */
import { describe, expect, it } from 'vitest';
import { added, changeOf, draftsOf, isEmptyChange } from './variable-drafts.ts';

const drafts = draftsOf({ limit: 4, line: 'press-1', evidence: [{ id: 'f-1' }] });

describe('variables that are changed', () => {
  it('are shown as JSON, without the evidence', () => {
    expect(drafts.map(({ name, text }) => [name, text])).toEqual([
      ['limit', '4'],
      ['line', '"press-1"'],
    ]);
    expect(isEmptyChange(changeOf([...drafts, added]))).toBe(true);
  });

  it('are sent only where they differ, and taken away by name', () => {
    const [limit, line] = drafts;
    const change = changeOf([
      { ...limit, text: ' {"gte": 5} ' } as never,
      { ...line, isGone: true } as never,
      { ...added, name: ' lot ', text: 'null' },
    ]);
    expect(change).toEqual({ set: { limit: { gte: 5 }, lot: null }, remove: ['line'], faults: new Map() });
  });

  it('say what is wrong, each at its place', () => {
    const [limit] = drafts;
    const { faults, set } = changeOf([
      { ...limit, text: 'press-1' } as never,
      { ...added, name: '', text: '1' },
      { ...added, name: 'limit', text: '1' },
      { ...added, name: 'lot', text: '1' },
      { ...added, name: 'lot', text: '2' },
    ]);
    expect([...faults]).toEqual([
      [0, 'notJson'],
      [1, 'noName'],
      [2, 'sameNameTwice'],
      [4, 'sameNameTwice'],
    ]);
    expect(set).toEqual({ lot: 1 });
  });
});
