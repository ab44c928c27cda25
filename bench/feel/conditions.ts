/** Ten conditions as processes have them, over one context: evaluated after compiling, and compiled and evaluated once. */
import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { compile } from '../../src/feel/expression.ts';
import { type Figure, note } from '../figure.ts';
import { against, measurePeer } from '../peers.ts';

const SECONDS = 2;
const WARM_UP_MS = 500;
const ROUNDS_PER_LOOK = 50;

type Load = {
  readonly context: Readonly<Record<string, unknown>>;
  readonly conditions: readonly { readonly text: string; readonly result: unknown }[];
};

const load = JSON.parse(readFileSync(new URL('./conditions.json', import.meta.url), 'utf8')) as Load;

export async function conditionFigures(): Promise<Figure[]> {
  const { context, conditions } = load;
  const compiled = conditions.map(({ text, result }) => {
    const expression = compile(text);
    deepStrictEqual(expression.evaluate(context), result);
    return expression;
  });
  for (const expression of compiled) {
    note(`${Math.round(rateOf(() => expression.evaluate(context), 200)).toLocaleString('en')}/s ${expression.text}`);
  }
  const evaluated = rateOf(() => {
    for (const expression of compiled) expression.evaluate(context);
  });
  const once = rateOf(() => {
    for (const { text } of conditions) compile(text).evaluate(context);
  });
  const peer = await measurePeer('feelin', 'conditions');
  const setup = `${conditions.length} conditions in turn, one core`;
  return [
    against(peer, {
      name: 'feel.conditions',
      value: evaluated * conditions.length,
      unit: '1/s',
      setup: `${setup}, compiled before`,
    }),
    against(peer, {
      name: 'feel.compile',
      value: once * conditions.length,
      unit: '1/s',
      setup: `${setup}, each compiled and evaluated once`,
    }),
  ];
}

/** How often a second, after a warm-up. */
export function rateOf(work: () => void, ms = SECONDS * 1_000): number {
  const run = (limit: number): number => {
    const start = performance.now();
    let rounds = 0;
    while (performance.now() - start < limit) {
      for (let round = 0; round < ROUNDS_PER_LOOK; round++) work();
      rounds += ROUNDS_PER_LOOK;
    }
    return (rounds * 1_000) / (performance.now() - start);
  };
  run(Math.min(WARM_UP_MS, ms));
  return run(ms);
}
