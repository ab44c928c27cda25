/** Commands that run a server of their own; what they do is handed in by app. */
import type { Command } from 'commander';
import { z } from 'zod';
import { addLeaf, type Shown } from '../leaf.ts';
import type { Shell } from '../shell.ts';

export const SERVE_ROLES = ['api', 'engine', 'worker', 'analysis', 'streams', 'checks'] as const;
export type ServeRole = (typeof SERVE_ROLES)[number];
export type ServeOptions = {
  readonly roles: readonly ServeRole[];
  readonly plant: 'demo' | 'none';
  /** Whether it says of itself in JSON where it is. */
  readonly isJson: boolean;
};
export type DemoOptions = { readonly isJson: boolean };

export type ServerCommands = {
  /** Resolves when the server has stopped. */
  readonly serve: (options: ServeOptions) => Promise<void>;
  /** Brings the store to this release; answers what was done. */
  readonly migrate: () => Promise<Shown>;
  /** Tells the story; resolves to the exit code. */
  readonly demo: (options: DemoOptions) => Promise<void>;
};

export function addServerCommands(program: Command, shell: Shell, { serve, migrate, demo }: ServerCommands): void {
  addLeaf(program, shell, {
    name: 'serve',
    about: 'Runs the server until it is told to stop.',
    flags: [
      {
        flags: '--roles <roles>',
        about: `what this process does, with commas between: ${SERVE_ROLES.join(', ')} (default: all)`,
      },
      {
        flags: '--plant <plant>',
        about: 'demo feeds simulated measurements, none starts empty (default: none)',
        choices: ['demo', 'none'],
      },
    ],
    options: z.object({ roles: roleList.optional(), plant: z.enum(['demo', 'none']).default('none') }),
    examples: ['serve', 'serve --plant demo', 'serve --roles engine,worker'],
    run: async ({ options: { roles = SERVE_ROLES, plant }, isJson }) => {
      await serve({ roles, plant, isJson });
      return undefined;
    },
  });
  addLeaf(program, shell, {
    name: 'migrate',
    about: 'Brings the store to the form that this release needs. No server may run meanwhile.',
    examples: ['migrate', 'migrate --json'],
    run: () => migrate(),
  });
  addLeaf(program, shell, {
    name: 'demo',
    about: 'Tells the story of one simulated day in a temporary folder, without a browser.',
    examples: ['demo', 'demo --json'],
    run: async ({ isJson }) => {
      await demo({ isJson });
      return undefined;
    },
  });
}

const roleList = z
  .string()
  .transform((text) => text.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(SERVE_ROLES, `is not one of ${SERVE_ROLES.join(', ')}`)).min(1));
