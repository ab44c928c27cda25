/**
 * The load of `feel.conditions` and, called with `table`, of `feel.table` in feelin. It has no step of compiling: a text is read at every evaluation, as its API has it.
 * It has no tables: a rule is tried cell by cell by its unary tests until one does not hold.
 * A condition that it answers otherwise is left out. Answers with one JSON line.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { evaluate, unaryTest } from 'feelin';

const SECONDS = 2;
const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
const { context, conditions } = JSON.parse(readFileSync(new URL('../feel/conditions.json', import.meta.url), 'utf8'));

const load = process.argv[2] ?? 'conditions';
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

const { rules, inputs, queries, results } = JSON.parse(
  readFileSync(new URL('../feel/table.json', import.meta.url), 'utf8'),
);

/** The result of the one rule whose cells all hold. */
function decide(query) {
  const hits = rules.filter((cells) =>
    inputs.every((name, place) => unaryTest(cells[place], { ...query, '?': query[name] }).value === true),
  );
  return hits.length === 1 ? evaluate(hits[0][inputs.length], query).value : null;
}

function tableRate(limit) {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < limit) {
    decide(queries[count % queries.length]);
    count += 1;
  }
  return (count * 1_000) / (performance.now() - start);
}

const isTable = load === 'table';
const measure = isTable ? tableRate : rate;
measure(500);
const value = measure(SECONDS * 1_000);
const right = queries.filter((query, place) => isTable && isDeepStrictEqual(decide(query), results[place])).length;
const what = isTable
  ? `tries the rules by unary tests, ${right} of ${queries.length} answers alike`
  : `reads each text anew, ${answered.length} of ${conditions.length} conditions`;
process.stdout.write(`${JSON.stringify({ value, setup: `feelin ${dependencies.feelin} ${what}` })}\n`);
