/** The data manager loses no job: stopped in the middle as its story tells, or killed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startApp } from '../../src/index.ts';
import { ExampleProcess, printedBy } from '../../test/example-process.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../../test/fresh-rabbitmq.ts';
import { dataManagerClient } from './client.ts';

const TIMEOUT_MS = 120_000;

it('tells its story in one process', { timeout: TIMEOUT_MS }, async () => {
  expect(await printedBy('data-manager')).toBe(readFileSync(new URL('./stdout.txt', import.meta.url), 'utf8'));
});

it('says how it is used, and refuses what it does not know', { timeout: TIMEOUT_MS }, async () => {
  expect(await printedBy('data-manager', ['--help'])).toMatch(/^usage: npm run example -- data-manager/);
  await expect(printedBy('data-manager', ['--fly'])).rejects.toMatchObject({ code: 2 });
});

describe.skipIf(withoutRabbit)('on RabbitMQ', () => {
  it('runs what it accepted after it was killed', { timeout: TIMEOUT_MS }, async () => {
    await using rabbit = freshRabbit();
    rabbit.rememberServed(['DataManager.rpc', 'DataManager.jobs']);
    const broker = await rabbit.open();
    await using app = await startApp({ broker });
    const manager = dataManagerClient(app);
    const serving = ['--serve', '--url', rabbitUrl, '--prefix', rabbit.prefix];

    await using first = new ExampleProcess('data-manager', serving);
    await first.printed('serving DataManager on RabbitMQ');
    for (const [jobId, ms] of [['long', 60_000] as const, ['short', 1] as const]) {
      expect(await manager.initiateDataJob(jobId, 'copy', { ms })).toBe(`job started with id ${jobId}`);
    }
    await first.printed('long begins');
    await first.end('SIGKILL');

    await using second = new ExampleProcess('data-manager', serving);
    await second.printed('long begins');
    expect(await manager.getStatusList()).toContainEqual({ jobId: 'long', jobType: 'copy', state: 'running' });
    expect(await second.end('SIGTERM')).toBe(0); // it gives the job back, and the next one has both again

    await using third = new ExampleProcess('data-manager', serving);
    await third.printed('short is done');
    await third.printed('long begins');
  });
});
