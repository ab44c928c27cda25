/** Two services, two scopes: processes of one share its work, and the other one is not affected. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ExampleProcess, printedBy } from '../../test/example-process.ts';
import { type FreshRabbit, freshRabbit, rabbitUrl, withoutRabbit } from '../../test/fresh-rabbitmq.ts';

const TIMEOUT_MS = 120_000;
const SEND = fileURLToPath(new URL('./send', import.meta.url));

it('serves both in one process, without a broker', { timeout: TIMEOUT_MS }, async () => {
  expect(await printedBy('event-services')).toBe(readFileSync(new URL('./stdout.txt', import.meta.url), 'utf8'));
});

it('refuses a service that it does not have', { timeout: TIMEOUT_MS }, async () => {
  await expect(printedBy('event-services', ['--only', 'fly'])).rejects.toMatchObject({ code: 2 });
});

describe.skipIf(withoutRabbit)('on RabbitMQ', { timeout: TIMEOUT_MS }, () => {
  it('shares the work of one service, and leaves the other alone', async () => {
    await using rabbit = freshRabbit();
    rabbit.rememberServed(['tasks.commands', 'models.commands']);
    await using one = await serving('models', rabbit);
    await using two = await serving('models', rabbit);
    await using tasks = await serving('tasks', rabbit);

    const texts = Array.from({ length: 6 }, (_, place) => `text ${place}`);
    for (const text of texts) {
      expect(await send(rabbit, [text])).toBe(`sent to models: {"route":"train_model","model_id":17} "${text}"\n`);
    }
    const worked = (): string[] =>
      [one, two].flatMap(({ lines }) => lines.filter((line) => line.startsWith('models:')));
    await expect
      .poll(() => worked().toSorted(), { timeout: 20_000 })
      .toEqual(texts.map((text) => `models: train_model with model_id=17 on "${text}"`));
    for (const { lines } of [one, two]) expect(lines.some((line) => line.startsWith('models:'))).toBe(true);
    expect(tasks.lines).toEqual(['serving tasks']);

    await one.end('SIGTERM');
    await two.end('SIGTERM');
    await send(rabbit, ['waits']); // for the next process of its own service
    await send(rabbit, []);
    await tasks.printed('tasks: another_method with one="any string", more="another string"');
    await tasks.printed('result on tasks.another_method.done: {"one":"any string","more":"another string"}');
    await using three = await serving('models', rabbit);
    await three.printed('models: train_model with model_id=17 on "waits"');
    await three.printed('result on models.17.trained: {"model":17,"letters":5}');
  });

  it('says when nobody has ever served', async () => {
    await using rabbit = freshRabbit();
    rabbit.rememberServed([]);
    await expect(send(rabbit, ['text'])).rejects.toMatchObject({ code: 1 });
  });
});

async function serving(only: string, rabbit: FreshRabbit): Promise<ExampleProcess> {
  const process = new ExampleProcess('event-services', ['--only', only, '--url', rabbitUrl, '--prefix', rabbit.prefix]);
  await process.printed(`serving ${only}`);
  return process;
}

async function send(rabbit: FreshRabbit, words: readonly string[]): Promise<string> {
  const options = ['--url', rabbitUrl, '--exchange', rabbit.names.exchange('millrace.commands')];
  return (await promisify(execFile)(SEND, [...options, ...words])).stdout;
}
