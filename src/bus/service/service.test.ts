import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryBroker } from '../../adapters/memory/memory-broker.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { startApp } from './app.ts';
import { client } from './client.ts';
import { service } from './decorators.ts';
import type { Cmd, Evt, Rpc } from './incoming.ts';
import { command, on, rpc } from './rpc.ts';
import { ServiceError } from './service-error.ts';

const Config = z.object({ channels: z.object({ min: z.number(), max: z.number() }) });
const Range = z.object({ from: z.number(), to: z.number() });

@service('focus', { concurrency: 8 })
class FocusServer {
  readonly seen: unknown[] = [];

  @rpc('jobs/{jobId}/configure', { body: Config, idempotent: true, to: 'focus.jobs.{jobId}.configured' })
  async configure(m: Rpc<'jobs/{jobId}/configure', typeof Config>) {
    if (m.body.channels.min > m.body.channels.max)
      throw new ServiceError('focus.no-channels', 'min is above max', m.body);
    return { job: m.params.jobId, channels: m.body.channels.max - m.body.channels.min + 1 };
  }

  @rpc('jobs/{jobId:int}/rows', { body: Range })
  async *rows(m: Rpc<'jobs/{jobId:int}/rows', typeof Range>) {
    for (let row = m.body.from; row < m.body.to; row++) yield { job: m.params.jobId, row };
  }

  @command('jobs/{jobId}/roi', { body: Range, dedupMs: 60_000 })
  async roi(m: Cmd<'jobs/{jobId}/roi', typeof Range>) {
    this.seen.push([m.params.jobId, m.body]);
  }

  @on('plant.{line}.alarm')
  async alarm(m: Evt<'plant.{line}.alarm'>) {
    this.seen.push(m.params.line);
  }

  helper(): string {
    return 'not an operation';
  }
}

async function plant() {
  const broker = openMemoryBroker({ clock: systemClock, log: silentLog });
  const focus = new FocusServer();
  const app = await startApp({ broker, services: [focus] });
  return {
    broker,
    app,
    focus,
    client: client<FocusServer>(app, 'focus'),
    async [Symbol.asyncDispose]() {
      await app.close();
      await broker.close();
    },
  };
}

describe('a service', () => {
  it('answers calls with typed parameters and bodies', async () => {
    await using parts = await plant();
    const answer = await parts.client.configure({ params: { jobId: 'j.1/x' }, body: { channels: { min: 1, max: 8 } } });
    expect(answer).toEqual({ job: 'j.1/x', channels: 8 });
  });

  it('tells the caller what it refuses, with its own code and data', async () => {
    await using parts = await plant();
    const asked = parts.client.configure({ params: { jobId: '1' }, body: { channels: { min: 9, max: 8 } } });
    await expect(asked).rejects.toMatchObject({ code: 'focus.no-channels', data: { channels: { min: 9, max: 8 } } });
  });

  it('streams results as far as the reader reads', async () => {
    await using parts = await plant();
    const rows: unknown[] = [];
    for await (const row of parts.client.rows({ params: { jobId: 7 }, body: { from: 0, to: 300 } })) rows.push(row);
    expect(rows).toHaveLength(300);
    expect(rows.at(-1)).toEqual({ job: 7, row: 299 });
  });

  it('carries commands out, and passes over repeats', async () => {
    await using parts = await plant();
    for (const _ of [1, 2])
      await parts.client.roi({ params: { jobId: '1' }, body: { from: 1, to: 2 } }, { id: 'same' });
    await parts.app.emit('plant.{line}.alarm', { params: { line: 'north' }, body: {} });
    await expect.poll(() => parts.focus.seen).toEqual([['1', { from: 1, to: 2 }], 'north']);
  });

  it('says at once that nobody serves', async () => {
    await using parts = await plant();
    const nobody = client<FocusServer>(parts.app, 'nobody');
    const asked = nobody.configure({ params: { jobId: '1' }, body: { channels: { min: 1, max: 8 } } });
    await expect(asked).rejects.toMatchObject({ code: 'bus.no-such-service' });
  });
});
