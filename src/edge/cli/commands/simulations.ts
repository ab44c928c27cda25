/** Commands that try a change on what happened before: of a criterion on stored readings, of a definition on past instances. */
import type { Command } from 'commander';
import { z } from 'zod';
import type {
  CriterionSimulation,
  DefinitionSimulation,
  SimulatedCounts,
  SimulatedFiring,
  SimulatedSettings,
  SimulatedStep,
} from '../../../client/wire-simulation.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addLeaf } from '../leaf.ts';
import { parseJson, readJson, readText, type Shell } from '../shell.ts';
import { facts, labelText, numberText, table, timeText } from '../table.ts';
import { LIMIT_FLAGS, limitOptions, settingsOf, settingsText } from './devices.ts';

/** Behind the commands of the groups that they belong to. */
export function addSimulationCommands(program: Command, shell: Shell): void {
  const group = (name: string): Command => {
    const found = program.commands.find((command) => command.name() === name);
    if (found === undefined) throw new Error(`there is no group of commands "${name}"`);
    return found;
  };
  addCriterionSimulation(group('criteria'), shell);
  addDefinitionSimulation(group('definitions'), shell);
}

function addCriterionSimulation(criteria: Command, shell: Shell): void {
  addLeaf(criteria, shell, {
    name: 'simulate <id>',
    about: 'Tells when a criterion would have fired by other settings, from stored readings. Changes nothing.',
    flags: [
      ...LIMIT_FLAGS,
      { flags: '--from <time>', about: 'from then on; ISO 8601 (default: 30 days before the end)' },
      { flags: '--to <time>', about: 'until just before then (default: the last reading)' },
    ],
    options: limitOptions.extend({ from: z.string().exactOptional(), to: z.string().exactOptional() }),
    examples: [
      'criteria simulate press-1.A --limit 4.5',
      'criteria simulate press-1.A --limit 4.5 --duration 5m --from 2026-05-01T00:00:00Z --to 2026-06-01T00:00:00Z',
    ],
    run: async ({ args: [id = ''], options: { from, to, ...options } }) => {
      const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const found = await shell.client().criteria.simulate(id, { settings: settingsOf(options), ...range });
      return { json: found, text: criterionText(found, shell.out.columns) };
    },
  });
}

function criterionText(found: CriterionSimulation, width: number): string {
  const { readings, from, to, current, proposed, onlyCurrent, onlyProposed } = found;
  const firings = [
    ...proposed.firings.map((firing) => ({ ...firing, by: isIn(onlyProposed, firing) ? 'only proposed' : 'both' })),
    ...onlyCurrent.map((firing) => ({ ...firing, by: 'only now' })),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return [
    facts([
      ['readings', `${readings}, ${timeText(from)} to ${timeText(to)}`],
      ['now', settingsLine(current)],
      ['proposed', settingsLine(proposed)],
    ]),
    '',
    table(firings, FIRING_COLUMNS, { empty: 'It would not have fired.', width }),
  ].join('\n');
}

function settingsLine(simulated: SimulatedSettings): string {
  const { count, labelled } = simulated;
  const score =
    labelled === null
      ? ''
      : `; labelled anomalies: ${labelled.hit} confirmed caught, ${labelled.missed} missed, ${labelled.falseAlarms} false alarms`;
  return `${count} firings by ${settingsText(simulated)}${score}`;
}

const isIn = (firings: readonly SimulatedFiring[], { at }: SimulatedFiring): boolean =>
  firings.some((firing) => firing.at === at);

type Firing = SimulatedFiring & { readonly by: string };
const FIRING_COLUMNS = [
  { title: 'fires at', value: ({ at }: Firing) => timeText(at) },
  { title: 'value', value: ({ value }: Firing) => numberText(value) },
  { title: 'clears at', value: ({ until }: Firing) => timeText(until) },
  { title: 'by', value: ({ by }: Firing) => by },
];

const answers = z.record(z.string(), z.record(z.string(), z.number()));

function addDefinitionSimulation(definitions: Command, shell: Shell): void {
  addLeaf(definitions, shell, {
    name: 'simulate <definition>',
    about: 'Runs past instances by a definition – a JSON or BPMN file, or a key – and tells what would change.',
    flags: [
      { flags: '--version <number>', about: 'of a key: this version (default: the newest)' },
      { flags: '--against <key>', about: 'instances of this definition (default: of the same key)' },
      { flags: '--from <time>', about: 'that started then or later; ISO 8601' },
      { flags: '--to <time>', about: 'that started earlier; ISO 8601' },
      { flags: '--limit <number>', about: 'the newest so many (default: 1000)' },
      { flags: '--answers <json>', about: 'shares of outcomes by node, where the past has no answer' },
      { flags: '--seed <number>', about: 'draws other answers by them' },
    ],
    options: z.object({
      version: z.coerce.number().int().min(1).exactOptional(),
      against: z.string().exactOptional(),
      from: z.string().exactOptional(),
      to: z.string().exactOptional(),
      limit: z.coerce.number().int().min(1).exactOptional(),
      answers: z.string().exactOptional(),
      seed: z.coerce.number().int().min(0).exactOptional(),
    }),
    examples: [
      'definitions simulate examples/equipment-defect/process.json',
      `definitions simulate next.json --against equipment-defect --answers '{"check":{"good":0.9,"bad":0.1}}'`,
    ],
    run: async ({ args: [definition = ''], options }) => {
      const { version, against, answers: given, seed, ...range } = options;
      const found = await shell.client().definitions.simulate({
        ...proposedBy(definition),
        ...(version !== undefined && { version }),
        ...(given !== undefined && { answers: answersOf(given) }),
        ...(seed !== undefined && { seed }),
        against: { ...range, ...(against !== undefined && { definition: against }) },
      });
      return { json: found, text: definitionText(found, shell.out.columns) };
    },
  });
}

function proposedBy(definition: string) {
  if (/\.(bpmn|xml)$/i.test(definition)) return { source: readText(definition) };
  return /\.json$/i.test(definition) ? { source: readJson(definition) } : { key: definition };
}

function answersOf(text: string) {
  const parsed = answers.safeParse(parseJson('--answers', text));
  if (parsed.success) return parsed.data;
  throw new MillraceError('cli.usage', { problem: '--answers is not an object of nodes, outcomes and their shares' });
}

function definitionText(found: DefinitionSimulation, width: number): string {
  const { instances, skipped, completed, cancelled, stuck, looped, differ, endOtherwise, median } = found;
  const left = skipped.changedCourse + skipped.noHistory;
  const guessed = Object.entries(found.guessed).map(([node, count]) => `${node} ${count}`);
  return [
    facts([
      ['instances', `${instances} of ${found.against}${left > 0 ? `, ${left} left out` : ''}${cutText(found)}`],
      ['would be', `${completed} completed, ${cancelled} cancelled, ${stuck} stuck, ${looped} in a loop`],
      ['other course', `${differ}, of which ${endOtherwise} end otherwise`],
      ['median', `${median.past ?? 'none'} → ${median.proposed ?? 'none'}`],
      ['guessed', guessed.join(', ')],
    ]),
    '',
    table(found.steps, STEP_COLUMNS, { empty: 'No step was passed.', width }),
    ...found.troubles.map(
      ({ node, code, message, count, instance }) => `\n${count}× ${code} at ${node}: ${message} (as ${instance})`,
    ),
    ...found.examples.map(
      ({ instance, past, proposed }) =>
        `\n${instance}\n  past      ${pathText(past)}\n  proposed  ${pathText(proposed)}`,
    ),
  ].join('\n');
}

const cutText = ({ cutShort }: DefinitionSimulation): string => (cutShort ? ', cut short: it took too long' : '');

function pathText({ status, path }: DefinitionSimulation['examples'][number]['past']): string {
  const steps = path.map(({ node, outcome }) =>
    outcome === undefined || outcome === 'done' ? node : `${node}: ${outcome}`,
  );
  return [...steps, `(${status})`].join(' → ');
}

const outcomesText = ({ outcomes }: SimulatedCounts): string =>
  Object.entries(outcomes)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ');

const STEP_COLUMNS = [
  { title: 'step', value: ({ node, name }: SimulatedStep) => labelText(name) || node },
  { title: 'past', value: ({ past }: SimulatedStep) => past.count },
  { title: 'outcomes', value: ({ past }: SimulatedStep) => outcomesText(past) },
  { title: 'proposed', value: ({ proposed }: SimulatedStep) => proposed.count },
  { title: 'outcomes', value: ({ proposed }: SimulatedStep) => outcomesText(proposed) },
];
