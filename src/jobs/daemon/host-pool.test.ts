/** Handlers in real threads and processes, which start from the built product. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { done, fail } from '../../kernel/settlement.ts';
import { testDesk } from '../../testing/test-desk.ts';
import { type DaemonOptions, startDaemon } from './daemon.ts';
import { openHost } from './open-host.ts';

const HANDLERS = `
let runs = 0;
export const echo = ({ payload, id, attempt }, { progress, log }) => {
  progress(0.25);
  log('info', 'an echo');
  return { payload, id, attempt, runs: ++runs };
};
export const wait = (job, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
export const deaf = () => new Promise(() => {});
export const hang = () => { for (;;); };
export const exit = () => process.exit(3);
export const crash = () => new Promise(() => setTimeout(() => { throw new Error('out of the blue'); }, 1));
export const eat = () => { const all = []; for (;;) all.push(new Array(100_000).fill(Math.random())); };
export const settle = () => ({ kind: 'discard', reason: 'no such valve' });
export const odd = () => ({ at: 1n });
export default { 'mail.send': () => 'sent' };
`;

type Given = { readonly isolation: 'thread' | 'process'; readonly memoryMb?: number } & Partial<DaemonOptions>;

async function open({ isolation, memoryMb, ...options }: Given, text = HANDLERS) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-handlers-'));
  const file = join(folder, 'handlers.mjs');
  writeFileSync(file, text);
  const desk = testDesk();
  const common = { clock: systemClock, log: silentLog, random: () => 0.5, concurrency: 4 };
  const handlers = pathToFileURL(file).href;
  const host = await openHost({ ...common, isolation, handlers, hosts: 1, memoryMb });
  const worker = startDaemon({ ...common, desk, host, id: 'worker-1', drainMs: 0, lastMomentMs: 50, ...options });
  return {
    ...{ desk, worker, host },
    settlements: () => desk.settled.map(({ settlement }) => settlement),
    [Symbol.asyncDispose]: async () => {
      await worker.close();
      rmSync(folder, { recursive: true });
    },
  };
}

describe.each(['thread', 'process'] as const)('handlers in a %s', (isolation) => {
  it('are all kinds of the module, and answer as in the own thread', async () => {
    await using t = await open({ isolation });
    expect(t.worker.kinds).toEqual(expect.arrayContaining(['echo', 'mail.send']));
    const id = t.desk.add({ kind: 'echo', payload: { a: [1, null] } });
    for (const kind of ['mail.send', 'settle', 'odd']) t.desk.add({ kind, maxAttempts: 1 });
    await t.desk.until(() => t.desk.settled.length === 4);
    const answers = Object.fromEntries(t.desk.settled.map(({ kind, settlement }) => [kind, settlement]));
    expect(answers).toEqual({
      echo: done('done', { payload: { a: [1, null] }, id: 'job_00000000001', attempt: 1, runs: 1 }),
      'mail.send': done('done', { result: 'sent' }),
      settle: { kind: 'discard', reason: 'no such valve' },
      odd: { kind: 'fail', error: expect.stringContaining('no JSON') },
    });
    expect(t.desk.job(id)).toMatchObject({ progress: { share: 0.25 }, lines: [{ level: 'info', text: 'an echo' }] });
  });

  it.each(['exit', 'crash'])(
    'that kill it (%s) lose only the jobs in it, which count as lost and are not settled',
    async (kind) => {
      await using t = await open({ isolation });
      const killer = t.desk.add({ kind, leaseMs: 600_000 });
      await t.desk.until(() => t.desk.job(killer).lost === 2);
      t.desk.cancel(killer);
      t.desk.add({ kind: 'echo' });
      await t.desk.until(() => t.desk.settled.length === 1);
      expect(t.desk.settled[0]?.kind).toBe('echo');
    },
  );

  it('are tried alone after their host died, so that the one that kills it kills no other', async () => {
    await using t = await open({ isolation });
    const innocent = t.desk.add({ kind: 'deaf', leaseMs: 600_000 });
    await t.desk.until(() => t.desk.job(innocent).state === 'leased');
    const killer = t.desk.add({ kind: 'exit', leaseMs: 600_000 });
    await t.desk.until(() => t.desk.job(killer).lost === 2);
    t.desk.cancel(killer);
    expect(t.desk.job(innocent).lost).toBe(1);
  });

  it('that hang are ended when their time is over; others in it are given back untouched', async () => {
    await using t = await open({ isolation });
    const other = t.desk.add({ kind: 'deaf' });
    await t.desk.until(() => t.desk.job(other).state === 'leased');
    t.desk.add({ kind: 'hang', timeoutMs: 200, maxAttempts: 1 });
    await t.desk.until(() => t.desk.settled.length === 1 && t.desk.job(other).released === 1);
    expect(t.settlements()).toEqual([fail('the attempt took longer than 200ms and was ended')]);
    t.desk.cancel(other);
    t.desk.add({ kind: 'echo' });
    await t.desk.until(() => t.desk.settled.length === 2);
    expect(t.desk.job(other)).toMatchObject({ attempts: 0, lost: 0 });
  });

  it('that do not stop are left behind in theirs; the others in it come to their end', async () => {
    await using t = await open({ isolation });
    t.desk.add({ kind: 'wait', timeoutMs: 2_500, maxAttempts: 1 });
    t.desk.add({ kind: 'deaf', timeoutMs: 100, maxAttempts: 1 });
    await t.desk.until(() => t.desk.settled.length === 2);
    expect(t.desk.settled.map(({ kind }) => kind)).toEqual(['deaf', 'wait']);
    expect([...t.desk.settled].every(({ settlement }) => settlement.kind === 'fail')).toBe(true);
  });

  it('that take more memory than they may lose their host, not the worker', async () => {
    await using t = await open({ isolation, memoryMb: 32 });
    const eater = t.desk.add({ kind: 'eat', leaseMs: 600_000 });
    await t.desk.until(() => t.desk.job(eater).lost === 1);
    t.desk.cancel(eater);
    t.desk.add({ kind: 'echo' });
    await t.desk.until(() => t.desk.settled.length === 1);
  });

  it('that cannot be loaded are an error with the reason', async () => {
    const opening = open({ isolation }, 'export default { a: 1 };');
    await expect(opening).rejects.toSatisfy((error) => isMillraceError(error, 'worker.unusable-handlers'));
    await expect(opening).rejects.toThrow('"a" of its default export is no function');
  });
});
