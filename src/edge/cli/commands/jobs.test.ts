/** The commands about jobs, kinds and workers against a real server. */
import { describe, expect, it } from 'vitest';
import { type CommandLine, openCommandLine } from '../../../testing/command-line.ts';

const KIND = 'report.render';

async function openWithKind(): Promise<CommandLine> {
  const cli = await openCommandLine();
  await cli.server.services.jobs.kinds.welcome([KIND], 'test');
  return cli;
}
const enqueue = async (cli: CommandLine, ...more: string[]): Promise<string> =>
  String((await cli.json('jobs', 'enqueue', KIND, ...more)).id);

async function kill({ server: { services } }: CommandLine): Promise<void> {
  const held = await services.jobs.claim({ kinds: [KIND], limit: 100, worker: 'w' });
  const settlement = { kind: 'discard', reason: 'the printer is gone' } as const;
  await services.jobs.settle(
    'w',
    held.map(({ id, epoch }) => ({ id, epoch, settlement })),
  );
}

describe('schedules', () => {
  it('are set, listed, paused, resumed and removed', async () => {
    await using cli = await openWithKind();
    const set = await cli.run('schedules', 'set', 'early', '--kind', KIND, '--cron', '0 6 * * *', '--single');
    expect(set.out).toBe('early is set; next at 2026-01-06 06:00:00.\n');
    expect((await cli.run('schedules')).out).toMatch(
      /^name +kind +when +state.*\nearly +report.render +0 6 \* \* \* UTC +running/,
    );
    expect((await cli.run('schedules', 'pause', 'early')).out).toBe('early is paused.\n');
    expect((await cli.run('schedules', 'resume', 'early')).out).toBe('early goes on; next at 2026-01-06 06:00:00.\n');
    expect((await cli.run('schedules', 'rm', 'early')).out).toBe('early is removed.\n');
    expect((await cli.run('schedules')).out).toBe('No schedules.\n');
    expect((await cli.run('schedules', 'set', 'early', '--cron', '0 6 * * *')).code).toBe(2);
    expect((await cli.run('schedules', 'set', 'early', '--kind', KIND)).err).toContain('(job.bad-schedule)');
  });
});

describe('jobs', () => {
  it('are brought, listed and shown', async () => {
    await using cli = await openWithKind();
    const stored = await cli.run('jobs', 'enqueue', KIND, '--payload', '{"shift":"early"}', '--dedup-key', 'early');
    const id = /^Stored (job_\w+)\.\n$/.exec(stored.out)?.[1] ?? '';
    expect((await cli.run('jobs', 'enqueue', KIND, '--dedup-key', 'early')).out).toBe(`${id} lives already.\n`);
    await enqueue(cli, '--delay', '5m', '--priority', '3');
    expect((await cli.run('jobs')).out).toMatch(new RegExp(`^id +kind +state.*${id} +report.render +ready +0/3`, 's'));
    expect((await cli.run('jobs', 'ls', '--state', 'scheduled')).out).not.toContain(id);
    await kill(cli);
    const shown = (await cli.run('jobs', 'show', id)).out;
    expect(shown).toMatch(/state +dead\n.*payload +\{"shift":"early"\}/s);
    expect(shown).toMatch(
      /ended +by +worker +actor +error\n2026-01-05 08:00:00 +discard +w +system +the printer is gone/,
    );
    expect((await cli.run('jobs', 'lines', id)).out).toBe('It has said nothing.\n');
    const unknown = await cli.run('jobs', 'enqueue', 'reprot.render');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('(job.unknown-kind)')]);
  });

  it('are replayed, cancelled and discarded, by id or many at once', async () => {
    await using cli = await openWithKind();
    const [first, second] = [await enqueue(cli), await enqueue(cli)];
    await kill(cli);
    expect((await cli.run('jobs', 'replay', first)).out).toBe('Replayed 1 job.\n');
    expect(await cli.json('jobs', 'replay', '--all')).toEqual({ count: 1, refused: 0 });
    expect((await cli.run('jobs', 'ls', '--state', 'ready')).out).toContain(second);
    await kill(cli);
    expect((await cli.run('jobs', 'discard', '--kind', KIND, '--state', 'dead')).out).toBe('Discarded 2 jobs.\n');
    await enqueue(cli, '--delay', '1h');
    await enqueue(cli);
    expect((await cli.run('jobs', 'cancel', '--kind', KIND)).out).toBe('Cancelled 2 jobs.\n');
    expect((await cli.run('jobs', 'cancel', first)).code).toBe(1);
    expect((await cli.run('jobs', 'cancel')).code).toBe(2);
    expect((await cli.run('jobs', 'cancel', first, '--all')).code).toBe(2);
  });
});

describe('kinds and workers', () => {
  it('are paused, set and listed, and queues show how they move', async () => {
    await using cli = await openWithKind();
    expect((await cli.run('jobs', 'pause', KIND)).out).toBe(`${KIND} is paused.\n`);
    await enqueue(cli);
    expect((await cli.run('queues', '--jobs')).out).toMatch(
      /kind +length +running.*report.render +1 +0 +0s +0.0166667.*paused/s,
    );
    expect((await cli.run('jobs', 'resume', KIND)).out).toBe(`${KIND} goes on.\n`);
    await cli.run('kinds', 'set', KIND, '--lease', '2m', '--rate', '10/1s', '--backoff', '1s..1m');
    const set = await cli.json('kinds', 'set', KIND, '--rate', 'none', '--timeout', '10m');
    expect(set.set).toEqual({ lease: '2m', rate: null, backoff: { first: '1s', longest: '1m' }, timeout: '10m' });
    expect((await cli.run('kinds')).out).toMatch(/report.render +open +1 +3 +2m +10m +1 +retry +7d/);
    expect((await cli.json('kinds', 'set', KIND, '--reset')).set).toEqual({});
    expect((await cli.run('kinds', 'set', KIND)).code).toBe(2);
    expect((await cli.run('workers')).out).toMatch(/^worker +state.*\nserver +running +0\/\d+ .*\n$/);
    await cli.server.services.jobs.report({
      ...{ id: 'press-7@token:line A:token-4', kinds: [KIND], concurrency: 4, state: 'running', running: 1 },
      ...{ succeeded: 3, failed: 1, host: 'press-7', pid: 41, version: '1', everyMs: 10_000 },
    });
    expect((await cli.run('workers')).out).toMatch(/press-7@line A +running +1\/4 +4 +1 +75 % +0.0666667 +0s ago/);
  });
});
