/** The command about decision models in files: it needs no server. */
import type { Command } from 'commander';
import { z } from 'zod';
import { analyseTable, type TableAnalysis } from '../../../feel/dmn/analysis/analyse.ts';
import { type CompiledModel, compileModel, type Evaluation } from '../../../feel/dmn/decisions.ts';
import type { Boxed, DecisionTable, DmnModel, Problem } from '../../../feel/dmn/model.ts';
import { readModel } from '../../../feel/dmn/reading/read-model.ts';
import type { DecisionTrace, TableTrace } from '../../../feel/dmn/trace/trace.ts';
import { isZone } from '../../../feel/temporal/zones.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addLeaf, type Shown } from '../leaf.ts';
import { readJson, readText, readValue, type Shell } from '../shell.ts';
import { table } from '../table.ts';

const options = z.object({
  decision: z.string().min(1).exactOptional(),
  input: z.string().min(1).exactOptional(),
  import: z.array(z.string().min(1)).default([]),
  zone: z.string().refine(isZone, 'no time zone of the IANA list, such as Europe/Berlin').exactOptional(),
  trace: z.boolean().default(false),
  validate: z.boolean().default(false),
  analyse: z.boolean().default(false),
});
type Options = z.output<typeof options>;

export function addDecideCommand(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'decide <file>',
    about: 'Evaluates a decision of a DMN file; without --decision lists what the file has.',
    flags: [
      { flags: '--decision <name>', about: 'the name or id of a decision, decision service or function' },
      { flags: '--input <json>', about: 'its input: JSON, a JSON file, or - for what comes in (default: {})' },
      { flags: '--import <file>', about: 'a model that the file imports', isList: true },
      { flags: '--zone <name>', about: "the time zone of now() and today() (default: the plant's)" },
      { flags: '--trace', about: 'also tell what each decision was given, and why rules did not fire' },
      { flags: '--validate', about: 'list what is wrong with the file instead, with lines and columns' },
      { flags: '--analyse', about: 'list overlaps and gaps of its decision tables instead' },
    ],
    options,
    examples: [
      'decide routing.dmn',
      `decide routing.dmn --decision Route --input '{"weight": 12}'`,
      'decide routing.dmn --decision Route --input order.json --trace',
      'decide routing.dmn --validate',
      'decide routing.dmn --analyse --decision Route',
    ],
    run: async ({ args: [file = ''], options: wanted, isJson }) => {
      const model = readModel(readText(file));
      const imports = wanted.import.map((path) => readModel(readText(path)));
      const compiled = compileModel(model, new Map(imports.map((other) => [other.namespace, other])));
      if (wanted.validate) return showProblems(file, compiled.problems);
      if (wanted.analyse) return showAnalyses(model, wanted.decision);
      if (wanted.decision === undefined) return showContents(compiled, shell.out.columns);
      const { problems } = compiled;
      if (problems.length > 0 && !isJson) {
        shell.err.write(`${counted(problems.length, 'problem')} in ${file}: --validate lists them.\n`);
      }
      const zone = wanted.zone ?? shell.timeZone();
      return showEvaluation(compiled, wanted.decision, { ...wanted, zone });
    },
  });
}

function showProblems(file: string, problems: readonly Problem[]): Shown {
  const lines = problems.map(({ line, column, element, message, rule }) => {
    const place = column === undefined ? `${line}` : `${line}:${column}`;
    return `${file}:${place}  ${element}: ${message} [${rule}]`;
  });
  const text = lines.length === 0 ? 'No problems.' : lines.join('\n');
  return { json: { problems }, text, isFailed: problems.length > 0 };
}

function showContents({ evaluables, problems }: CompiledModel, width: number): Shown {
  const columns = [
    { title: 'name', value: ({ name }: (typeof evaluables)[number]) => name },
    { title: 'kind', value: ({ kind }: (typeof evaluables)[number]) => kind },
    {
      title: 'input',
      value: ({ inputs }: (typeof evaluables)[number]) => inputs.map(({ name, type }) => `${name}: ${type}`).join(', '),
    },
    { title: 'type', value: ({ type }: (typeof evaluables)[number]) => type },
  ];
  const text = table(evaluables, columns, { empty: 'The file has no decisions.', width });
  return { json: { decisions: evaluables, problems }, text };
}

function showEvaluation(
  compiled: CompiledModel,
  decision: string,
  { input, trace: isLong, zone }: Options & { readonly zone: string },
): Shown {
  const given = input === undefined ? {} : readInput(input);
  const clock = { now: Date.now(), timeZone: zone };
  const { value, trace = [], notes = [] } = compiled.evaluate({ decision, input: given, clock, trace: true });
  const evaluated: Evaluation = isLong ? { value, trace, notes } : { value };
  const fired = trace.flatMap(({ name, tables }) =>
    tables.flatMap((each) =>
      each.fired.map(({ rule, id, annotations }) => ({ decision: name, rule, id, annotations })),
    ),
  );
  const lines = isLong ? trace.flatMap(traceLines) : trace.flatMap(({ name, tables }) => firedLines(name, tables));
  // What is no part of an expression is about the model and its input: nobody should miss that a value did not fit.
  const reasons =
    value === null
      ? notes.map(({ reason, expression }) => `  because ${reason}${quoted(expression)}`)
      : notes.filter(({ expression }) => expression === '').map(({ reason }) => `  note: ${reason}`);
  return {
    json: { decision, ...evaluated, fired, problems: compiled.problems },
    text: [JSON.stringify(value, null, 2), ...lines, ...reasons].join('\n'),
  };
}

const quoted = (expression: string): string => (expression === '' ? '' : ` in "${expression}"`);

function readInput(given: string): Record<string, unknown> {
  const isFile = !/^\s*[{[]|^[@-]/.test(given);
  const value = isFile ? readJson(given) : readValue('--input', given);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new MillraceError('cli.usage', { problem: '--input is no object: its keys are the names of inputs' });
}

const firedLines = (name: string, tables: readonly TableTrace[]): string[] =>
  tables.flatMap(({ fired, reason }) => [
    ...fired.map(({ rule, annotations }) => `  ${name}: rule ${rule}${noted(annotations)}`),
    ...(reason === undefined ? [] : [`  ${name}: ${reason}`]),
  ]);

const noted = (annotations: readonly string[]): string =>
  annotations.length === 0 ? '' : ` – ${annotations.join('; ')}`;

function traceLines({ name, inputs, value, tables, notes }: DecisionTrace): string[] {
  return [
    `${name} = ${JSON.stringify(value)}`,
    ...Object.entries(inputs).map(([key, given]) => `  given ${key} = ${JSON.stringify(given)}`),
    ...tables.flatMap((each) => [
      ...each.inputs.map(({ expression, value: asked }) => `  asked ${expression} = ${JSON.stringify(asked)}`),
      ...each.fired.map(({ rule, annotations }) => `  rule ${rule} fired${noted(annotations)}`),
      ...missLines(each),
    ]),
    ...notes.map(({ reason, expression, line, column }) =>
      expression === '' ? `  note: ${reason}` : `  note: ${reason}, line ${line}, column ${column} of "${expression}"`,
    ),
  ];
}

/** One line for each input at which rules failed. */
function missLines({ failedAt, inputs }: TableTrace): string[] {
  const missed = inputs.flatMap(({ expression }, place) => {
    const rules = failedAt.flatMap((at, rule) => (at === place + 1 ? [rule + 1] : []));
    return rules.length === 0 ? [] : [`  ${ruleList(rules)} did not fire for ${expression}`];
  });
  const untried = failedAt.flatMap((at, rule) => (at === null ? [rule + 1] : []));
  return untried.length === 0 ? missed : [...missed, `  ${ruleList(untried)} not tried`];
}

const ruleList = (rules: readonly number[]): string => `rule${rules.length === 1 ? '' : 's'} ${rules.join(', ')}`;

function showAnalyses(model: DmnModel, wanted: string | undefined): Shown {
  const analyses = [...model.decisions, ...model.functions]
    .filter(({ id, name }) => wanted === undefined || wanted === id || wanted === name)
    .flatMap(({ name, logic }) =>
      tablesIn(logic).map((each) => ({ decision: name, table: each, ...analyseTable(each, model) })),
    );
  if (analyses.length === 0) {
    const problem = wanted === undefined ? 'the file has no decision table' : `"${wanted}" has no decision table`;
    throw new MillraceError('cli.usage', { problem });
  }
  const json = analyses.map(({ table: { id }, ...analysis }) => ({ ...analysis, table: id }));
  return {
    json: { tables: json },
    text: analyses.flatMap((each) => analysisLines(each.decision, each.table, each)).join('\n'),
  };
}

function tablesIn(logic: Boxed | undefined): DecisionTable[] {
  if (logic?.kind === 'table') return [logic];
  if (logic?.kind === 'function') return tablesIn(logic.body);
  return logic?.kind === 'context' ? logic.entries.flatMap(({ value }) => tablesIn(value)) : [];
}

function analysisLines(name: string, { inputs, hitPolicy, rules }: DecisionTable, analysis: TableAnalysis): string[] {
  const { overlaps, gaps, notAnalysed, isComplete } = analysis;
  const at = (region: readonly string[]): string =>
    region
      .flatMap((text, place) => (text === '-' ? [] : [`${inputs[place]?.expression.text} ${text}`]))
      .join(' and ') || 'any input';
  const isClean = overlaps.length === 0 && gaps.length === 0;
  return [
    `${name}: ${hitPolicy}, ${counted(rules.length, 'rule')}${isClean ? ', no overlaps or gaps' : ''}`,
    ...overlaps.map(({ rules: [one, other], region, isSame }) => {
      return `  overlap  rules ${one} and ${other}${isSame ? ' (same result)' : ''}: ${at(region)}`;
    }),
    ...gaps.map((region) => `  gap      ${at(region)}`),
    ...notAnalysed.map(({ rule, input, reason }) => `  left out rule ${rule}: its input ${input} ${reason}`),
    ...(isComplete ? [] : ['  There are more than are listed.']),
  ];
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
