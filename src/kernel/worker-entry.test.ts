import { describe, expect, it } from 'vitest';
import { workerEntry } from './worker-entry.ts';

describe('the entry of a worker thread', () => {
  it('is the compiled twin when this module runs from source', () => {
    const from = 'file:///opt/millrace/src/adapters/sqlite/sqlite-file.ts';
    const expected = 'file:///opt/millrace/dist/adapters/sqlite/owner-thread.js';
    expect(workerEntry(from, './owner-thread.ts').href).toBe(expected);
    expect(workerEntry(from, '../../feel/thread.ts').href).toBe('file:///opt/millrace/dist/feel/thread.js');
  });

  it('is the neighbour when this module is compiled itself', () => {
    const from = 'file:///opt/millrace/dist/adapters/sqlite/sqlite-file.js';
    const expected = 'file:///opt/millrace/dist/adapters/sqlite/owner-thread.js';
    expect(workerEntry(from, './owner-thread.ts').href).toBe(expected);
  });

  it('changes only the last folder called src', () => {
    const from = 'file:///opt/src/millrace/src/kernel/a.ts';
    expect(workerEntry(from, './b.ts').href).toBe('file:///opt/src/millrace/dist/kernel/b.js');
  });
});
