/** Commands about the settings of definitions. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { DefinitionSettings, SettingsEntry, StepSettings } from '../../../client/wire-process.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import { parseJson, type Shell } from '../shell.ts';
import { table, timeText } from '../table.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

const change = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());

export function addSettingsCommands(program: Command, shell: Shell): void {
  const settings = addGroup(program, 'settings', 'Values of steps that are set without a new version.');
  addLeaf(settings, shell, {
    name: 'show <definition>',
    about: 'Shows what is set of the steps of a definition.',
    examples: ['settings show equipment-defect'],
    run: async ({ args: [key = ''] }) => {
      const found = await shell.client().definitions.settings(key);
      return { json: found, text: settingsText(found, shell) };
    },
  });
  addLeaf(settings, shell, {
    name: 'set <definition> <steps>',
    about: 'Sets values of steps; null takes one away. Instances that run follow at their next step.',
    examples: [
      `settings set equipment-defect '{"repair":{"due":"4h"}}'`,
      `settings set equipment-defect '{"repair":{"due":null}}'`,
    ],
    run: async ({ args: [key = '', steps = ''] }) => {
      const parsed = change.safeParse(parseJson('<steps>', steps));
      if (!parsed.success)
        throw new MillraceError('cli.usage', { problem: '<steps> is not an object of steps and their settings' });
      const set = await shell.client().definitions.set(key, parsed.data);
      return { json: set, text: settingsText(set, shell) };
    },
  });
  addLeaf(settings, shell, {
    name: 'history <definition>',
    about: 'Shows who set what, the newest first.',
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['settings history equipment-defect'],
    run: async ({ args: [key = ''], options }) => {
      const page = await shell.client().definitions.settingsHistory(key, options);
      const columns = [
        { title: 'at', value: ({ at }: SettingsEntry) => timeText(at) },
        { title: 'by', value: ({ by }: SettingsEntry) => by },
        { title: 'before', value: ({ before }: SettingsEntry) => JSON.stringify(before) },
        { title: 'after', value: ({ after }: SettingsEntry) => JSON.stringify(after) },
      ];
      return { json: page, text: table(page.items, columns, { empty: 'Nothing was set.', width: shell.out.columns }) };
    },
  });
}

type Line = { readonly step: string; readonly setting: string; readonly value: unknown };

function settingsText({ steps }: DefinitionSettings, shell: Shell): string {
  const lines = Object.entries(steps).flatMap(([step, set]: [string, StepSettings]) =>
    Object.entries(set).map(([setting, value]): Line => ({ step, setting, value })),
  );
  const columns = [
    { title: 'step', value: ({ step }: Line) => step },
    { title: 'setting', value: ({ setting }: Line) => setting },
    { title: 'value', value: ({ value }: Line) => (typeof value === 'string' ? value : JSON.stringify(value)) },
  ];
  return table(lines, columns, { empty: 'Nothing is set: all is as the definition says.', width: shell.out.columns });
}
