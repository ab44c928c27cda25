/** The patterns print what their page of output says, alone and together. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { printedBy } from '../../test/example-process.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../../test/fresh-rabbitmq.ts';

const TIMEOUT_MS = 120_000;
const expected = readFileSync(new URL('./stdout.txt', import.meta.url), 'utf8');
const partOf = (demo: string): string =>
  expected.split(/^(?=== )/m).find((part) => part.startsWith(`== ${demo} `)) ?? `no ${demo}`;

it('shows all of them', { timeout: TIMEOUT_MS }, async () => {
  expect(await printedBy('patterns')).toBe(expected);
  expect(await printedBy('patterns', ['--demo', 'all'])).toBe(expected);
});

it.each(['rpc', 'producer', 'command', 'worker'])('shows %s alone', { timeout: TIMEOUT_MS }, async (demo) => {
  expect(await printedBy('patterns', ['--demo', demo])).toBe(partOf(demo));
});

it('knows the command pattern by its other name', { timeout: TIMEOUT_MS }, async () => {
  expect(await printedBy('patterns', ['--demo', 'baby_analyzer'])).toBe(partOf('command'));
});

it('says how it is used, and refuses what it does not know', { timeout: TIMEOUT_MS }, async () => {
  expect(await printedBy('patterns', ['--help'])).toMatch(/^usage: npm run example -- patterns/);
  await expect(printedBy('patterns', ['--demo', 'fly'])).rejects.toMatchObject({ code: 2 });
});

it.skipIf(withoutRabbit)('sends commands over RabbitMQ', { timeout: TIMEOUT_MS }, async () => {
  await using rabbit = freshRabbit();
  rabbit.remember([
    rabbit.names.exchange('baby_analyzer_commands'),
    rabbit.names.urgentExchange('baby_analyzer_commands'),
  ]);
  const printed = await printedBy('patterns', ['--demo', 'command', '--url', rabbitUrl, '--prefix', rabbit.prefix]);
  expect(printed).toBe(partOf('command').replace('(memory)', '(RabbitMQ)'));
});
