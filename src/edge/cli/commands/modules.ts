/** Commands about the kinds of steps that definitions can use. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Module, NewModule } from '../../../client/wire-process.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import { readJson, type Shell } from '../shell.ts';
import { facts, table, timeText } from '../table.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

const COLUMNS = [
  { title: 'name', value: ({ name }: Module) => name },
  { title: 'type', value: ({ type }: Module) => type },
  { title: 'origin', value: (module: Module) => originText(module) },
  { title: 'ends with', value: (module: Module) => outcomesText(module) },
  { title: 'what it does', value: ({ summary }: Module) => summary },
] as const;

const originText = ({ origin, service }: Module): string => (service === null ? origin : `service ${service}`);

/** When and by whom, and whether its service lives. */
function registrationOf({ version, registeredAt, registeredBy, heardAt }: Module): (readonly [string, string])[] {
  if (registeredAt === null) return [];
  return [
    ['version', `${version}, registered ${timeText(registeredAt)} by ${registeredBy}`],
    ['last heard', heardAt === null ? 'never' : timeText(heardAt)],
  ];
}

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
      return {
        json: module,
        text: [facts([...head, ...registrationOf(module)]), '', JSON.stringify(module.config, null, 2)].join('\n'),
      };
    },
  });
  addLeaf(modules, shell, {
    name: 'register <file>',
    about: 'Registers the module of a JSON file, which a message service does, or its next version.',
    examples: ['modules register weigh.json'],
    run: async ({ args: [file = ''] }) => {
      const module = await shell.client().modules.register(readJson(file) as NewModule);
      return { json: module, text: `${module.name} is registered as version ${module.version}.` };
    },
  });
  addLeaf(modules, shell, {
    name: 'rm <name>',
    about: 'Removes a module that a service does; steps that wait for it become incidents.',
    examples: ['modules rm weigh'],
    run: async ({ args: [name = ''] }) => {
      await shell.client().modules.remove(name);
      return { json: { name }, text: `${name} is removed.` };
    },
  });
}
