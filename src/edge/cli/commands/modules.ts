/** Commands about the kinds of steps that definitions can use. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Module } from '../../../client/wire-process.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { facts, table } from '../table.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

const COLUMNS = [
  { title: 'name', value: ({ name }: Module) => name },
  { title: 'type', value: ({ type }: Module) => type },
  { title: 'ends with', value: (module: Module) => outcomesText(module) },
  { title: 'what it does', value: ({ summary }: Module) => summary },
] as const;

const outcomesText = ({ outcomes, outcomesFrom }: Module): string =>
  [...outcomes, ...(outcomesFrom === null ? [] : [`those of ${outcomesFrom}`])].join(', ');

export function addModuleCommands(program: Command, shell: Shell): void {
  const modules = addGroup(program, 'modules', 'The kinds of steps that definitions can use.');
  addLeaf(modules, shell, {
    name: 'ls',
    about: 'Lists them by name.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['modules'],
    run: async ({ options }) => {
      const page = await shell.client().modules.list(options);
      return { json: page, text: table(page.items, COLUMNS, { empty: 'No modules.', width: shell.out.columns }) };
    },
  });
  addLeaf(modules, shell, {
    name: 'show <name>',
    about: 'Shows one: what it does, what it ends with, and the JSON Schema of what it takes.',
    examples: ['modules show http'],
    run: async ({ args: [name = ''] }) => {
      const module = await shell.client().modules.get(name);
      const head = COLUMNS.map(({ title, value }) => [title, value(module)] as const);
      return { json: module, text: [facts(head), '', JSON.stringify(module.config, null, 2)].join('\n') };
    },
  });
}
