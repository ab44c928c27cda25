/** A decision table of a hundred rules and three inputs, UNIQUE, asked fifty questions in turn. */
import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { compileModel } from '../../src/feel/dmn/decisions.ts';
import { readModel } from '../../src/feel/dmn/reading/read-model.ts';
import { type Figure, note } from '../figure.ts';
import { against, measurePeer } from '../peers.ts';
import { rateOf } from './conditions.ts';

type Load = {
  readonly inputs: readonly string[];
  /** Cells of the inputs, then of the output. */
  readonly rules: readonly (readonly string[])[];
  readonly queries: readonly Readonly<Record<string, unknown>>[];
  readonly results: readonly unknown[];
};

const load = JSON.parse(readFileSync(new URL('./table.json', import.meta.url), 'utf8')) as Load;

export async function tableFigure(): Promise<Figure> {
  const { queries, results, rules, inputs } = load;
  const xml = modelOf(load);
  const compiles = rateOf(() => compileModel(readModel(xml)), 1_000);
  note(`a table of ${rules.length} rules is read and compiled in ${(1_000 / compiles).toFixed(1)} ms`);
  const model = compileModel(readModel(xml));
  deepStrictEqual(model.problems, []);
  const ask = (input: Readonly<Record<string, unknown>>): unknown => model.evaluate({ decision: 'line', input }).value;
  deepStrictEqual(queries.map(ask), results);
  const rounds = rateOf(() => {
    for (const query of queries) ask(query);
  });
  const traced = rateOf(() => {
    for (const input of queries) model.evaluate({ decision: 'line', input, trace: true });
  }, 1_000);
  note(`with a trace: ${Math.round(traced * queries.length).toLocaleString('en')}/s`);
  const setup = `${rules.length} rules, ${inputs.length} inputs, UNIQUE, ${queries.length} questions in turn, one core, compiled before`;
  const peer = await measurePeer('feelin', 'table');
  return against(peer, { name: 'feel.table', value: rounds * queries.length, unit: '1/s', setup });
}

function modelOf({ inputs, rules }: Load): string {
  const text = (content: string): string => `<text>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
  const data = inputs.map((name) => `<inputData id="${name}" name="${name}"><variable name="${name}"/></inputData>`);
  const needs = inputs.map(
    (name) => `<informationRequirement><requiredInput href="#${name}"/></informationRequirement>`,
  );
  const columns = inputs.map((name) => `<input><inputExpression>${text(name)}</inputExpression></input>`);
  const rows = rules.map((cells) => {
    const entries = cells.map((cell, place) => {
      const kind = place < inputs.length ? 'inputEntry' : 'outputEntry';
      return `<${kind}>${text(cell)}</${kind}>`;
    });
    return `<rule>${entries.join('')}</rule>`;
  });
  return `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="bench" namespace="urn:bench">
${data.join('')}<decision id="line" name="line"><variable name="line"/>${needs.join('')}
<decisionTable hitPolicy="UNIQUE">${columns.join('')}<output/>${rows.join('')}</decisionTable></decision></definitions>`;
}
