/**
 * The load of `feel.conditions` in feelin. It has no step of compiling: a text is read at every evaluation, as its API has it.
 * A condition that it answers otherwise is left out. Answers with one JSON line.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { evaluate } from 'feelin';

const SECONDS = 2;
const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
const { context, conditions } = JSON.parse(readFileSync(new URL('../feel/conditions.json', import.meta.url), 'utf8'));

const answered = conditions.filter(({ text, result }) => isDeepStrictEqual(evaluate(text, context).value, result));
for (const { text } of conditions) {
  if (!answered.some((condition) => condition.text === text))
    process.stderr.write(`feelin answers otherwise: ${text}\n`);
}

function rate(limit) {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < limit) {
    for (const { text } of answered) evaluate(text, context);
    count += answered.length;
  }
  return (count * 1_000) / (performance.now() - start);
}

rate(500);
const value = rate(SECONDS * 1_000);
const setup = `feelin ${dependencies.feelin} reads each text anew, ${answered.length} of ${conditions.length} conditions`;
process.stdout.write(`${JSON.stringify({ value, setup })}\n`);
