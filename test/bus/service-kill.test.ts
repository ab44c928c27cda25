/** Services over a real broker whose processes are stopped or killed under load: what was confirmed is carried out or waits among the dead letters. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Broker } from '../../src/bus/broker.ts';
import { startApp } from '../../src/bus/service/app.ts';
import type { App } from '../../src/bus/service/app-type.ts';
import { client } from '../../src/bus/service/client.ts';
import { declareService } from '../../src/bus/service/define-service.ts';
import { command, rpc } from '../../src/bus/service/rpc.ts';
import { isMillraceError } from '../../src/kernel/errors.ts';
import { upTo } from '../../src/testing/broker-conformance/parts.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';

const CHILD = fileURLToPath(new URL('./service-child.mjs', import.meta.url));
const worker = declareService('worker', {
  work: command('work/{n:int}'),
  ask: rpc('ask/{n:int}', { idempotent: true }),
  change: rpc('change/{n:int}'),
});

type Plant = AsyncDisposable & {
  readonly app: App;
  readonly broker: Broker;
  readonly file: string;
  start(): Promise<ChildProcess>;
};

async function plant(): Promise<Plant> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-services-'));
  const file = join(directory, 'done');
  const place = freshRabbit();
  const broker = await place.open();
  const app = await startApp({ broker });
  const children = new Set<ChildProcess>();
  // Declares the queues, so that commands are taken before anybody serves, and removes them afterwards.
  for (const [queue, kind, exchange] of [
    ['worker.rpc', 'requests', 'millrace.rpc'],
    ['worker.commands', 'work', 'millrace.commands'],
  ] as const) {
    const patterns = ['worker.#'];
    await (await broker.subscribe({ queue, kind, exchange, patterns, prefetch: 1, onMessage: () => {} })).close();
  }
  const start = async (): Promise<ChildProcess> => {
    const child = fork(CHILD, [rabbitUrl, place.prefix, file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    children.add(child);
    const exited = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
    exited.catch(() => {});
    await Promise.race([once(child, 'message'), exited]);
    return child;
  };
  return {
    app,
    broker,
    file,
    start,
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill('SIGKILL');
      await app.close();
      await place[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

const done = (file: string): number[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(Number) : [];

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const COMMANDS = 600;
const poisonous = upTo(COMMANDS).filter((n) => n % 50 === 7);

/** A letter may be there twice, when its consumer died between writing it and the ack. */
const givenUp = async ({ broker }: Plant): Promise<number[]> => {
  const letters = await broker.deadLetters('worker.commands');
  return [...new Set(letters.map(({ message }) => Number(message.headers.n)))].sort((a, b) => a - b);
};
const isThrough = (parts: Plant) => async (): Promise<boolean> =>
  new Set(done(parts.file)).size === COMMANDS - poisonous.length && (await givenUp(parts)).length === poisonous.length;

describe.skipIf(withoutRabbit)('a service under load', { timeout: 90_000 }, () => {
  it('that is stopped loses nothing, and repeats nothing that it has acked', async () => {
    await using parts = await plant();
    let child = await parts.start();
    const told = client(parts.app, worker);
    const telling = Promise.all(upTo(COMMANDS).map((n) => told.work({ params: { n } })));
    for (const count of [60, 200, 350]) {
      await until(() => done(parts.file).length >= count);
      const next = await parts.start();
      child.kill('SIGTERM');
      await once(child, 'exit');
      child = next;
    }
    await telling;
    await until(isThrough(parts));
    expect(done(parts.file).sort((a, b) => a - b)).toEqual(upTo(COMMANDS).filter((n) => n % 50 !== 7));
    const letters = await parts.broker.deadLetters('worker.commands');
    expect(letters.every(({ reason }) => reason === 'failed: poison')).toBe(true);
  });

  it('that is killed loses nothing: everything confirmed is carried out or waits with its reason', async () => {
    await using parts = await plant();
    let child = await parts.start();
    const told = client(parts.app, worker);
    const telling = Promise.all(upTo(COMMANDS).map((n) => told.work({ params: { n } })));
    for (const count of [60, 200, 350]) {
      await until(() => done(parts.file).length >= count);
      child.kill('SIGKILL');
      child = await parts.start();
    }
    await telling;
    await until(isThrough(parts));
    const carriedOut = done(parts.file);
    // Repeated is only what ran when a process died: at most as many as it runs at once, each time.
    expect(carriedOut.length - new Set(carriedOut).size).toBeLessThanOrEqual(3 * 8);
    expect(await givenUp(parts)).toEqual(poisonous);
  });

  it('that is killed keeps no caller waiting beyond its deadline, and starts no call twice that must not be', async () => {
    await using parts = await plant();
    let child = await parts.start();
    const asked = client(parts.app, worker);
    const timeoutMs = 8_000;
    const started = Date.now();
    const asks = upTo(300).map((n) => asked.ask({ params: { n } }, { timeoutMs }));
    const changes = upTo(300).map((n) => asked.change({ params: { n } }, { timeoutMs }));
    const ended = Promise.all([Promise.allSettled(asks), Promise.allSettled(changes)]);
    for (const count of [20, 60]) {
      await until(() => done(`${parts.file}.changes`).length >= count);
      child.kill('SIGKILL');
      child = await parts.start();
    }
    const [answers, changed] = await ended;
    expect(Date.now() - started).toBeLessThan(timeoutMs + 5_000);
    expect(answers.map((answer) => answer.status === 'fulfilled' && answer.value)).toEqual(upTo(300).map((n) => n * 2));
    const startedOnce = done(`${parts.file}.changes`);
    expect(new Set(startedOnce).size, 'each change was started once').toBe(startedOnce.length);
    const failures = changed.flatMap((change) => (change.status === 'rejected' ? [change.reason] : []));
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.every((error) => isMillraceError(error, 'bus.interrupted'))).toBe(true);
  });
});
