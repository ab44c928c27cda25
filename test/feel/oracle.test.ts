/** Sums, roundings, dates and zones of expressions are what Python makes of the same operands. */
import { describe, expect, it } from 'vitest';
import { openFrame } from '../../src/feel/evaluation/frame.ts';
import { compileFormula } from '../../src/feel/formula.ts';
import { isTemporal } from '../../src/feel/temporal/temporal.ts';
import { isoOf } from '../../src/feel/temporal/temporal-text.ts';
import { formatValue } from '../../src/feel/values/text.ts';
import type { Value } from '../../src/feel/values/value.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { type Answer, askPython, type Question, withoutPython } from './python.ts';

const CASES = 4_000;
const TEST_MS = 60_000;

type Case = { readonly text: string; readonly question: Question; readonly read?: (value: Value) => Answer };

const evaluate = (text: string): Value => compileFormula(text, { names: [] }).run({}, openFrame());
const plain = (value: Value): Answer =>
  typeof value === 'boolean' || value === null ? value : formatValue(value, openFrame());

function compareAll(cases: readonly Case[]): void {
  const answers = askPython(cases.map(({ question }) => question));
  const wrong = cases.flatMap(({ text, read = plain }, place) => {
    const own = read(evaluate(text));
    return own === answers[place] ? [] : [{ text, own, python: answers[place] }];
  });
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(answers.length).toBe(CASES);
  // Most questions have an answer, or the test would show nothing.
  expect(answers.filter((answer) => answer !== null).length).toBeGreaterThan(CASES / 2);
}

const cases = (seed: number, make: (random: () => number) => Case): readonly Case[] => {
  const random = seededRandom(seed);
  return Array.from({ length: CASES }, () => make(random));
};
const below = (random: () => number, limit: number): number => Math.floor(random() * limit);
const pick = <Of>(random: () => number, from: readonly Of[]): Of => from[below(random, from.length)] as Of;

/** Short and long, whole and broken, tiny and huge; written without an exponent where it is short. */
function decimalOf(random: () => number): string {
  const digits = pick(random, [1, 2, 3, 5, 9, 16, 20, 34]);
  let text = '';
  for (let place = 0; place < digits; place++) text += String(below(random, 10));
  const point = below(random, digits + 1);
  const number = `${text.slice(0, point) || '0'}${point < digits ? `.${text.slice(point)}` : ''}`.replace(
    /^0+(?=\d)/,
    '',
  );
  const exponent = random() < 0.15 ? `e${below(random, 80) - 40}` : '';
  return `${random() < 0.4 ? '-' : ''}${number}${exponent}`;
}

describe.skipIf(withoutPython)('beside Python (needs python3)', () => {
  it('adds, subtracts, multiplies, divides and compares', { timeout: TEST_MS }, () => {
    compareAll(
      cases(1, (random) => {
        const operator = pick(random, ['+', '-', '*', '/', '<', '=']);
        const [left, right] = [decimalOf(random), decimalOf(random)];
        return { text: `(${left}) ${operator} (${right})`, question: ['number', operator, left, right] };
      }),
    );
  });

  it('rounds in every way, and takes remainders', { timeout: TEST_MS }, () => {
    const names = ['decimal', 'floor', 'ceiling', 'round up', 'round down', 'round half up', 'round half down'];
    compareAll(
      cases(2, (random) => {
        const number = decimalOf(random);
        if (random() < 0.2) {
          const divisor = decimalOf(random);
          return { text: `modulo(${number}, ${divisor})`, question: ['number', 'modulo', number, divisor] };
        }
        const scale = String(below(random, 16) - 5);
        const name = pick(random, names);
        return { text: `${name}(${number}, ${scale})`, question: ['number', name, number, scale] };
      }),
    );
  });

  it('takes powers, roots, logarithms and exponentials to the last digit', { timeout: TEST_MS }, () => {
    compareAll(
      cases(3, (random) => {
        const name = pick(random, ['**', 'sqrt', 'exp', 'log']);
        const short = String((below(random, 200_000) - (name === 'exp' ? 100_000 : 0)) / 1_000);
        if (name !== '**') return { text: `${name}(${short})`, question: ['number', name, short] };
        const exponent = String(below(random, 24));
        return { text: `(${short}) ** ${exponent}`, question: ['number', '**', short, exponent] };
      }),
    );
  });

  it('counts days, weeks and weekdays', { timeout: TEST_MS }, () => {
    const dayOf = (random: () => number): string =>
      new Date(Date.UTC(1600, 0, 1) + below(random, 300_000) * 86_400_000).toISOString().slice(0, 10);
    compareAll(
      cases(4, (random): Case => {
        const [first, second] = [dayOf(random), dayOf(random)];
        const days = below(random, 20_000) - 10_000;
        return pick<Case>(random, [
          { text: `@"${first}" + @"P1D" * ${days}`, question: ['date', 'date + days', first, days] },
          {
            text: `(@"${first}" - @"${second}") / @"P1D"`,
            question: ['date', 'date - date', first, second],
            read: Number,
          },
          { text: `@"${first}".weekday`, question: ['date', 'weekday', first], read: Number },
          { text: `week of year(@"${first}")`, question: ['date', 'week of year', first], read: Number },
          { text: `day of year(@"${first}")`, question: ['date', 'day of year', first], read: Number },
        ]);
      }),
    );
  });

  it('moves through zones and their changes of the clocks', { timeout: TEST_MS }, () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC'];
    const momentOf = (random: () => number): string =>
      new Date(Date.UTC(1990, 0, 1) + below(random, 36 * 365 * 24 * 4) * 900_000).toISOString().slice(0, 19);
    // Changes of the clocks: every other moment lies near one.
    const near = ['2026-03-29T0', '2026-10-25T0', '2026-03-08T0', '2026-11-01T0', '2026-10-04T0'];
    compareAll(
      cases(5, (random): Case => {
        const zone = pick(random, zones);
        const close = `${pick(random, near)}${below(random, 5)}:${pick(random, ['00', '15', '30', '59'])}:00`;
        const moment = random() < 0.5 ? close : momentOf(random);
        const seconds = below(random, 400_000) - 200_000;
        const placed = `date and time("${moment}@${zone}")`;
        const read = withOffset;
        if (random() < 0.4) return { text: placed, question: ['date', 'local in zone', moment, zone], read };
        return {
          text: `${placed} + @"PT1S" * ${seconds}`,
          question: ['date', 'later in zone', moment, zone, seconds],
          read,
        };
      }),
    );
  });
});

/** As Python writes it: with the offset, never with the name of the zone or a Z. */
const withOffset = (value: Value): Answer => (isTemporal(value) ? isoOf(value).replace(/Z$/, '+00:00') : null);
