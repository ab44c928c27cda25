/** The command that joins definitions to one. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Composition } from '../../../client/wire-process.ts';
import { addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';

export function addComposeCommand(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'compose <key> <definition...>',
    about: 'Makes and deploys a definition that joins others; a definition is a key, or key@version.',
    flags: [
      {
        flags: '--as <form>',
        about: 'how they follow each other (default: sequence)',
        choices: ['sequence', 'parallel', 'call'],
      },
      { flags: '--dry-run', about: 'show the source and deploy nothing' },
    ],
    options: z.object({
      as: z.enum(['sequence', 'parallel', 'call']).default('sequence'),
      dryRun: z.boolean().default(false),
    }),
    examples: ['compose shutdown drain lock report', 'compose checks left@2 right --as parallel --dry-run'],
    run: async ({ args: [key = '', ...definitions], options: { as, dryRun } }) => {
      const composition: Composition = { key, as, of: definitions.map(partOf), dryRun };
      const made = await shell.client().definitions.compose(composition);
      const text =
        made.version === null
          ? JSON.stringify(made.source, null, 2)
          : `${made.key} is deployed as version ${made.version}.`;
      return { json: made, text };
    },
  });
}

function partOf(text: string): Composition['of'][number] {
  const [, definition = text, version] = /^(.+)@(\d+)$/.exec(text) ?? [];
  return version === undefined ? { definition } : { definition, version: Number(version) };
}
