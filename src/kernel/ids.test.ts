import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatInstanceId,
  formatJobId,
  ID_BLOCK_SIZE,
  type InstanceId,
  type JobId,
  openIds,
  parseInstanceId,
  parseJobId,
} from './ids.ts';

/** Reserves blocks like a store; `gate` decides when the answer comes. */
function reserving(gate: () => Promise<void> = async () => {}) {
  let next = 1;
  let calls = 0;
  const reserve = async (size: number): Promise<number> => {
    calls += 1;
    const first = next;
    next += size;
    await gate();
    return first;
  };
  return { reserve, calls: () => calls };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the public form of an id', () => {
  it('is a prefix and eleven characters', () => {
    expect(formatJobId(65 as JobId)).toBe('job_00000000021');
    expect(formatInstanceId(0 as InstanceId)).toBe('ins_00000000000');
  });

  it('leads back to the id, for every id there can be, and sorts like it', () => {
    const id = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(parseJobId(formatJobId(a as JobId))).toBe(a);
        expect(parseInstanceId(formatInstanceId(a as InstanceId))).toBe(a);
        expect(formatJobId(a as JobId) < formatJobId(b as JobId)).toBe(a < b);
      }),
    );
  });

  it.each([
    '',
    'job_',
    'job_0000000002',
    'job_000000000021',
    'job_0000000002I',
    'job_0000000002u',
    'JOB_00000000021',
    'ins_00000000021',
    '00000000021',
    'job_80000000000',
    'job_zzzzzzzzzzz',
    ' job_00000000021',
  ])('is not "%s"', (text) => {
    const details = { kind: 'job', text, example: 'job_00000000021' };
    expect(() => parseJobId(text)).toThrow(expect.objectContaining({ code: 'id.malformed', details }));
  });
});

describe('ids from blocks', () => {
  it('go up by one, over the border of blocks, and never repeat', async () => {
    const { reserve, calls } = reserving();
    const nextId = await openIds(reserve);
    const ids: number[] = [];
    for (let count = 0; count < 2.5 * ID_BLOCK_SIZE; count++) {
      ids.push(nextId());
      if (count % 1_000 === 0) await turn();
    }
    expect(ids.every((id, place) => id === place + 1)).toBe(true);
    expect(calls()).toBe(3);
  });

  it('skip what another process has reserved', async () => {
    const { reserve } = reserving();
    const one = await openIds(reserve);
    const two = await openIds(reserve);
    expect([one(), two(), one(), two()]).toEqual([1, ID_BLOCK_SIZE + 1, 2, ID_BLOCK_SIZE + 2]);
  });

  it('run dry with an error when the store does not answer in time, and go on when it has', async () => {
    let open = (): void => {};
    let isFirst = true;
    const gate = (): Promise<void> => {
      if (isFirst) {
        isFirst = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        open = resolve;
      });
    };
    const { reserve, calls } = reserving(gate);
    const nextId = await openIds(reserve);
    for (let count = 0; count < ID_BLOCK_SIZE; count++) nextId();
    expect(nextId).toThrow(expect.objectContaining({ code: 'store.overloaded' }));
    expect(calls()).toBe(2);
    open();
    await turn();
    expect(nextId()).toBe(ID_BLOCK_SIZE + 1);
  });

  it('ask again when a reservation failed', async () => {
    let calls = 0;
    const nextId = await openIds(async (size) => {
      calls += 1;
      if (calls === 2) throw new Error('the store is away');
      return calls * size;
    });
    for (let count = 0; count < ID_BLOCK_SIZE / 2 + 2; count++) nextId();
    expect(calls).toBe(2);
    await turn();
    nextId();
    expect(calls).toBe(3);
  });
});
