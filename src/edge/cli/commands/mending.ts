/** Commands that mend one instance while it runs. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { MigrationAnswer } from '../../../client/wire-operations.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addLeaf } from '../leaf.ts';
import { parseJson, type Shell } from '../shell.ts';
import { table } from '../table.ts';

export const nodesOption = z.array(z.string()).transform((pairs): Record<string, string> => {
  const nodes: [string, string][] = pairs.map((pair) => {
    const [from = '', to = ''] = pair.split('=');
    if (from === '' || to === '') throw new MillraceError('cli.usage', { problem: `"${pair}" is not <node>=<node>` });
    return [from, to];
  });
  return Object.fromEntries(nodes);
});

export function addMendingCommands(instances: Command, shell: Shell): void {
  addLeaf(instances, shell, {
    name: 'suspend <id>',
    about: 'Suspends an instance: people can do nothing in it, and what comes meanwhile is kept.',
    flags: [{ flags: '--reason <text>', about: 'why' }],
    options: z.object({ reason: z.string().exactOptional() }),
    examples: ['instances suspend ins_00000000041 --reason "the press is being moved"'],
    run: async ({ args: [id = ''], options: { reason } }) => {
      await shell.client().instances.suspend(id, reason);
      return { json: { id }, text: `Suspended ${id}.` };
    },
  });
  addLeaf(instances, shell, {
    name: 'resume <id>',
    about: 'Lets a suspended instance go on: what was kept is taken in, in its order.',
    examples: ['instances resume ins_00000000041'],
    run: async ({ args: [id = ''] }) => {
      await shell.client().instances.resume(id);
      return { json: { id }, text: `Resumed ${id}.` };
    },
  });
  addMove(instances, shell);
  addMigrate(instances, shell);
  addSet(instances, shell);
}

function addMove(instances: Command, shell: Shell): void {
  addLeaf(instances, shell, {
    name: 'move <id> <token>',
    about: 'Takes a token away from where it waits, and puts a new one before another node.',
    flags: [{ flags: '--to <node>', about: 'the node', isRequired: true }],
    options: z.object({ to: z.string() }),
    examples: ['instances move ins_00000000041 3 --to repair'],
    run: async ({ args: [id = '', text = ''], options: { to } }) => {
      const token = tokenOf(text);
      await shell.client().instances.move(id, { token, to });
      return { json: { id, token, to }, text: `Moved token ${token} of ${id} to ${to}.` };
    },
  });
}

function addMigrate(instances: Command, shell: Shell): void {
  addLeaf(instances, shell, {
    name: 'migrate <id>',
    about: 'Lets an instance go on by another version of its definition.',
    flags: [
      { flags: '--to-version <number>', about: 'the version (default: the newest)' },
      { flags: '--map <node=node>', about: 'a node, and its name in the other version; several times', isList: true },
      { flags: '--dry-run', about: 'only tell what that would change' },
    ],
    options: z.object({
      toVersion: z.coerce.number().int().min(1).exactOptional(),
      map: nodesOption.default({}),
      dryRun: z.boolean().default(false),
    }),
    examples: ['instances migrate ins_00000000041 --dry-run', 'instances migrate ins_00000000041 --map check=inspect'],
    run: async ({ args: [id = ''], options: { toVersion, map: nodes, dryRun } }) => {
      const version = toVersion === undefined ? {} : { version: toVersion };
      const answer = await shell.client().instances.migrate(id, { ...version, nodes, dryRun });
      return { json: answer, text: migrationText(id, answer, { dryRun, width: shell.out.columns }) };
    },
  });
}

function addSet(instances: Command, shell: Shell): void {
  addLeaf(instances, shell, {
    name: 'set <id>',
    about: 'Sets variables of an instance, each as a whole.',
    flags: [
      { flags: '--variables <json>', about: 'those to set' },
      { flags: '--remove <name>', about: 'one to take away; several times', isList: true },
      { flags: '--scope <number>', about: 'in a scope, as the tokens name theirs (default: the outermost)' },
    ],
    options: z.object({
      variables: z.string().exactOptional(),
      remove: z.array(z.string()).default([]),
      scope: z.coerce.number().int().min(0).exactOptional(),
    }),
    examples: [
      `instances set ins_00000000041 --variables '{"limit":80}'`,
      'instances set ins_00000000041 --remove note',
    ],
    run: async ({ args: [id = ''], options: { variables, remove, scope } }) => {
      const set = variables === undefined ? {} : variablesIn(variables);
      await shell.client().instances.setVariables(id, { set, remove, ...(scope !== undefined && { scope }) });
      return { json: { id, set, remove }, text: `Changed the variables of ${id}.` };
    },
  });
}

function variablesIn(text: string): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson('--variables', text));
  if (!parsed.success) throw new MillraceError('cli.usage', { problem: '--variables is not a JSON object' });
  return parsed.data;
}

/** A token as it stands on the command line. */
export function tokenOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new MillraceError('cli.usage', { problem: `"${text}" is not the number of a token` });
  return Number(text);
}

function migrationText(
  id: string,
  { from, to, tokens, problems }: MigrationAnswer,
  { dryRun, width }: { readonly dryRun: boolean; readonly width: number },
): string {
  if (problems.length > 0) {
    const lines = problems.map(({ node, problem }) => `  ${node}: ${problem}`);
    return [`${id} cannot go on by version ${to}:`, ...lines].join('\n');
  }
  if (from === to) return `${id} is at version ${to} already.`;
  const head = `${id} ${dryRun ? 'would go' : 'goes'} on by version ${to} (was: ${from}).`;
  const rows = table(tokens, TOKEN_COLUMNS, { empty: '', width });
  return `${head}\n${rows}`;
}

type TokenRow = MigrationAnswer['tokens'][number];
const TOKEN_COLUMNS = [
  { title: 'token', value: ({ token }: TokenRow) => token },
  { title: 'from', value: ({ from }: TokenRow) => from },
  { title: 'to', value: ({ to }: TokenRow) => to },
  { title: 'waits for', value: ({ waitsFor }: TokenRow) => waitsFor },
  { title: 'listens from now on', value: ({ armed }: TokenRow) => armed.join(', ') },
  { title: 'listens no more', value: ({ disarmed }: TokenRow) => disarmed.join(', ') },
] as const;
