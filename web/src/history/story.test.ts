/** The history of an instance, told. */
import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../api/processes.ts';
import { storyOf } from './story.ts';

const entry = (command: HistoryEntry['command'], effects: HistoryEntry['effects']): HistoryEntry => ({
  seq: 1,
  at: '2026-05-04T12:00:00Z',
  actor: 'dana',
  command,
  effects,
});

const types: Readonly<Record<string, string>> = {
  operator: 'userTask',
  a: 'criterion',
  tell: 'mail',
  join: 'parallelGateway',
};
const told = (row: HistoryEntry) => storyOf(row, (node) => types[node]);

describe('the story of an instance', () => {
  it('tells the criteria that started it with the start, and not once more', () => {
    const evidence = [{ id: 'f1', criterion: 'A', device: 'press-1' }];
    const lines = told(
      entry({ type: 'start' }, [
        { type: 'started', variables: { evidence } },
        { type: 'completed', token: 1, node: 'a', outcome: 'fired' },
      ]),
    );
    expect(lines).toMatchObject([{ kind: 'started', criteria: ['A'], device: 'press-1' }]);
  });

  it('tells what an engineer did to it', () => {
    const lines = [
      { type: 'suspend', reason: 'the line stands still' },
      { type: 'move', token: 1, to: 'tell' },
      { type: 'migrate', version: 2 },
      { type: 'resolve', token: 1, comment: 'by hand' },
      { type: 'resume' },
    ].flatMap((command) => told(entry(command, [])));
    const changed = { type: 'variables', scope: 0, set: { limit: 4 }, remove: ['note'] };
    expect(told(entry({ type: 'variables', scope: 0 }, [changed]))).toMatchObject([
      { kind: 'variablesSet', names: ['limit', 'note'] },
    ]);
    expect(lines).toMatchObject([
      { kind: 'suspended', reason: 'the line stands still' },
      { kind: 'tokenMoved', node: 'tell' },
      { kind: 'migrated', version: '2' },
      { kind: 'resolved', comment: 'by hand' },
      { kind: 'resumed' },
    ]);
  });

  it('tells what rules decided, and not once more that the step is done', () => {
    const table = { id: 't', fired: [{ rule: 2 }, { rule: 5 }], failedAt: [1, 0] };
    const trace = { decisions: [{ id: 'handling', name: 'Who handles it', tables: [table] }], isCut: true };
    const made = { type: 'decided', token: 1, node: 'rule', decision: 'handling', version: 3 };
    const lines = told(
      entry({ type: 'start' }, [
        { ...made, trace },
        { type: 'completed', token: 1, node: 'rule', outcome: 'done' },
      ]),
    );
    expect(lines.slice(1)).toMatchObject([
      { kind: 'ruled', node: 'rule', decision: 'handling', name: 'Who handles it', version: 3, rules: [2, 5] },
    ]);
    expect(told(entry({ type: 'settle' }, [{ ...made, trace: 'something newer' }]))).toMatchObject([
      { kind: 'ruled', name: 'handling', rules: undefined, trace: { decisions: [], notes: [], isCut: false } },
    ]);
  });

  it('tells a decision with its comment', () => {
    const lines = told(
      entry({ type: 'settle', comment: 'sensor cleaned' }, [
        { type: 'completed', token: 1, node: 'operator', outcome: 'rejected' },
      ]),
    );
    expect(lines).toMatchObject([
      { kind: 'decided', actor: 'dana', node: 'operator', outcome: 'rejected', comment: 'sensor cleaned' },
    ]);
  });

  it('passes over gateways and names a mail', () => {
    const lines = told(
      entry({ type: 'settle' }, [
        { type: 'completed', token: 1, node: 'join', outcome: 'done' },
        { type: 'completed', token: 1, node: 'tell', outcome: 'done' },
        { type: 'ended', status: 'completed' },
      ]),
    );
    expect(lines.map(({ kind }) => kind)).toEqual(['mailed', 'completed']);
  });

  it('says where it got stuck', () => {
    const lines = told(
      entry({ type: 'settle' }, [
        { type: 'moved', token: 2, to: 'operator' },
        { type: 'waiting', token: 2, wait: { for: 'help', message: 'no way on' } },
      ]),
    );
    expect(lines).toMatchObject([{ kind: 'stuck', node: 'operator', message: 'no way on' }]);
  });

  it('tells of a row it does not know that something happened', () => {
    expect(told(entry({ type: 'teleport' }, []))).toMatchObject([{ kind: 'other', type: 'teleport' }]);
  });
});
