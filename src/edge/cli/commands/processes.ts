/** Commands about definitions, instances and incidents. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { InstanceSummary, NewInstance } from '../../../client/wire-process.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { type HistoryLine, historyLines } from '../history.ts';
import { addGroup, addLeaf, type Flag } from '../leaf.ts';
import { parseJson, readJson, readText, type Shell } from '../shell.ts';
import { facts, labelText, table, timeText } from '../table.ts';
import { addMendingCommands, tokenOf } from './mending.ts';

/** Options that every list has. */
export const LIST_FLAGS: readonly Flag[] = [
  { flags: '--limit <count>', about: 'how many at most (default: 50)' },
  { flags: '--cursor <cursor>', about: '`next` of the page before' },
];
export const listOptions = {
  limit: z.coerce.number().int().min(1).max(1_000).exactOptional(),
  cursor: z.string().exactOptional(),
};
export const variablesOption = z.string().transform((text): Record<string, unknown> => {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson('--variables', text));
  if (!parsed.success) throw new MillraceError('cli.usage', { problem: '--variables is not a JSON object' });
  return parsed.data;
});

export function addProcessCommands(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'deploy <file>',
    about: 'Deploys the definition in a JSON file, those in a BPMN 2.0 file, or the decisions in a DMN file.',
    examples: ['deploy examples/equipment-defect/process.json', 'deploy pump-repair.bpmn', 'deploy handling.dmn'],
    run: async ({ args: [file = ''] }) => {
      const isXml = /\.(bpmn|dmn|xml)$/i.test(file);
      const deployed = await shell.client().definitions.deploy(isXml ? readText(file) : readJson(file));
      const lines = deployed.definitions.map(({ key, version }) => `${key} is deployed as version ${version}.`);
      const notes = (deployed.notes ?? []).map(({ element, message }) => `note: ${element}: ${message}`);
      return { json: deployed, text: [...lines, ...notes].join('\n') };
    },
  });
  addLeaf(program, shell, {
    name: 'definition <key>',
    about: 'Shows a deployed definition: the JSON, or with --bpmn a BPMN 2.0 file.',
    flags: [
      { flags: '--bpmn', about: 'as BPMN 2.0 XML, with a diagram' },
      { flags: '--version <number>', about: 'an older version; default: the newest' },
    ],
    options: z.object({ bpmn: z.boolean().optional(), version: z.coerce.number().int().min(1).optional() }),
    examples: ['definition equipment-defect --bpmn'],
    run: async ({ args: [key = ''], options: { bpmn = false, version } }) => {
      const { definitions } = shell.client();
      if (bpmn) {
        const xml = await definitions.bpmn(key, version);
        return { json: { key, bpmn: xml }, text: xml };
      }
      const { source } = await definitions.get(key, version);
      return { json: source, text: JSON.stringify(source, null, 2) };
    },
  });
  addStart(program, shell);
  addInstances(program, shell);
  addIncidents(program, shell);
}

function addStart(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'start <definition>',
    about: 'Starts an instance of a definition.',
    flags: [
      { flags: '--version <number>', about: 'a version (default: the newest)' },
      { flags: '--key <businessKey>', about: 'what it is about, such as a device' },
      { flags: '--at <event>', about: 'the start event that happened (default: those that wait for nothing)' },
      { flags: '--variables <json>', about: 'its variables' },
    ],
    options: z.object({
      version: z.coerce.number().int().min(1).exactOptional(),
      key: z.string().exactOptional(),
      at: z.string().exactOptional(),
      variables: variablesOption.exactOptional(),
    }),
    examples: ['start equipment-defect --key press-1', `start equipment-defect --variables '{"device":"press-1"}'`],
    run: async ({ args: [definition = ''], options: { version, key, at, variables } }) => {
      const instance: NewInstance = {
        definition,
        ...(at !== undefined && { at }),
        ...(version !== undefined && { version }),
        ...(key !== undefined && { businessKey: key }),
        ...(variables !== undefined && { variables }),
      };
      const started = await shell.client().instances.start(instance, { idempotencyKey: crypto.randomUUID() });
      return { json: started, text: `Started ${started.id}.` };
    },
  });
}

function addInstances(program: Command, shell: Shell): void {
  const instances = addGroup(program, 'instances', 'Process instances.');
  addLeaf(instances, shell, {
    name: 'ls',
    about: 'Lists instances, the newest first.',
    isDefault: true,
    flags: [
      { flags: '--definition <key>', about: 'of one definition' },
      { flags: '--status <status>', about: 'in one status', choices: ['active', 'completed', 'cancelled'] },
      { flags: '--key <businessKey>', about: 'about one thing' },
      { flags: '--suspended', about: 'only those that are suspended' },
      ...LIST_FLAGS,
    ],
    options: z.object({
      definition: z.string().exactOptional(),
      status: z.enum(['active', 'completed', 'cancelled']).exactOptional(),
      key: z.string().exactOptional(),
      suspended: z.literal(true).exactOptional(),
      ...listOptions,
    }),
    examples: ['instances', 'instances --status active --definition equipment-defect'],
    run: async ({ options: { key, ...filter } }) => {
      const page = await shell.client().instances.list({ ...filter, ...(key !== undefined && { businessKey: key }) });
      return {
        json: page,
        text: table(page.items, INSTANCE_COLUMNS, { empty: 'No instances.', width: shell.out.columns }),
      };
    },
  });
  addLeaf(instances, shell, {
    name: 'show <id>',
    about: 'Shows an instance and what it waits for.',
    examples: ['instances show ins_00000000041'],
    run: async ({ args: [id = ''] }) => {
      const instance = await shell.client().instances.get(id);
      const waits = instance.tokens.map(({ node, waitsFor, task, message }) =>
        `  ${node} waits for ${waitsFor} ${task ?? message ?? ''}`.trimEnd(),
      );
      const head = INSTANCE_COLUMNS.map(({ title, value }) => [title, value(instance)] as const);
      return { json: instance, text: [facts(head), ...waits].join('\n') };
    },
  });
  addLeaf(instances, shell, {
    name: 'history <id>',
    about: 'Shows what happened to an instance, the eldest first, and who did it.',
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['instances history ins_00000000041'],
    run: async ({ args: [id = ''], options }) => {
      const page = await shell.client().instances.history(id, options);
      const lines = historyLines(page.items);
      return { json: page, text: table(lines, HISTORY_COLUMNS, { empty: 'Nothing yet.', width: shell.out.columns }) };
    },
  });
  addLeaf(instances, shell, {
    name: 'cancel <id>',
    about: 'Cancels an instance; its tasks and jobs are withdrawn.',
    flags: [{ flags: '--reason <text>', about: 'why' }],
    options: z.object({ reason: z.string().exactOptional() }),
    examples: ['instances cancel ins_00000000041 --reason "started by mistake"'],
    run: async ({ args: [id = ''], options: { reason } }) => {
      await shell.client().instances.cancel(id, reason);
      return { json: { id }, text: `Cancelled ${id}.` };
    },
  });
  addMendingCommands(instances, shell);
}

function addIncidents(program: Command, shell: Shell): void {
  const incidents = addGroup(program, 'incidents', 'What is stuck and needs a person.');
  addLeaf(incidents, shell, {
    name: 'ls',
    about: 'Lists what is stuck.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['incidents'],
    run: async ({ options }) => {
      const page = await shell.client().incidents.list(options);
      const columns = [
        { title: 'instance', value: (row: (typeof page.items)[number]) => row.instance },
        { title: 'token', value: (row: (typeof page.items)[number]) => row.token },
        { title: 'node', value: (row: (typeof page.items)[number]) => row.node },
        { title: 'code', value: (row: (typeof page.items)[number]) => row.code },
        { title: 'message', value: (row: (typeof page.items)[number]) => row.message },
      ];
      return { json: page, text: table(page.items, columns, { empty: 'Nothing is stuck.', width: shell.out.columns }) };
    },
  });
  addHelp(incidents, shell);
}

function addHelp(incidents: Command, shell: Shell): void {
  addLeaf(incidents, shell, {
    name: 'retry <instance> <token>',
    about: 'Tries again what is stuck there, after its cause was removed.',
    flags: [{ flags: '--variables <json>', about: 'variables to set before' }],
    options: z.object({ variables: variablesOption.exactOptional() }),
    examples: ['incidents retry ins_00000000041 3'],
    run: async ({ args: [instance = '', text = ''], options: { variables } }) => {
      const token = tokenOf(text);
      await shell.client().incidents.retry(instance, token, variables);
      return { json: { instance, token }, text: `Tried again at token ${token} of ${instance}.` };
    },
  });
  addLeaf(incidents, shell, {
    name: 'resolve <instance> <token>',
    about: 'Lets what is stuck there count as done; without an outcome, with its first.',
    flags: [
      { flags: '--outcome <outcome>', about: 'what it ends with' },
      { flags: '--variables <json>', about: 'what it brings' },
      { flags: '--comment <text>', about: 'why; it stands in the history' },
    ],
    options: z.object({
      outcome: z.string().exactOptional(),
      variables: variablesOption.exactOptional(),
      comment: z.string().exactOptional(),
    }),
    examples: ['incidents resolve ins_00000000041 3 --outcome done --comment "printed by hand"'],
    run: async ({ args: [instance = '', text = ''], options }) => {
      const token = tokenOf(text);
      await shell.client().incidents.resolve(instance, token, options);
      return { json: { instance, token }, text: `Token ${token} of ${instance} counts as done.` };
    },
  });
}

const HISTORY_COLUMNS = [
  { title: 'at', value: ({ at }: HistoryLine) => timeText(at) },
  { title: 'by', value: ({ by }: HistoryLine) => by },
  { title: 'what', value: ({ what }: HistoryLine) => what },
] as const;

const statusOf = ({ status, incidents, suspended }: InstanceSummary): string =>
  [status, ...(suspended === undefined ? [] : ['suspended']), ...(incidents > 0 ? ['stuck'] : [])].join(', ');

const INSTANCE_COLUMNS = [
  { title: 'id', value: ({ id }: InstanceSummary) => id },
  { title: 'definition', value: ({ definition, version }: InstanceSummary) => `${definition} v${version}` },
  { title: 'name', value: ({ name }: InstanceSummary) => labelText(name) },
  { title: 'key', value: ({ businessKey }: InstanceSummary) => businessKey },
  { title: 'status', value: statusOf },
  { title: 'at', value: ({ at }: InstanceSummary) => at.join(', ') },
  { title: 'started', value: ({ startedAt }: InstanceSummary) => timeText(startedAt) },
  { title: 'ended', value: ({ endedAt }: InstanceSummary) => timeText(endedAt) },
] as const;
