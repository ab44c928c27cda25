/** Commands about accounts that jobs make. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Account } from '../../../client/wire-accounts.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { actorText, table, timeText } from '../table.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

export function addAccountCommands(program: Command, shell: Shell): void {
  const accounts = addGroup(program, 'accounts', 'Accounts that jobs make.');
  addLeaf(accounts, shell, {
    name: 'generate',
    about: 'Stores one job that makes accounts in the directory of this plant.',
    flags: [
      { flags: '--count <n>', about: 'how many (default: 1)' },
      { flags: '--role <role>', about: 'the role of each (default: operator)' },
      { flags: '--kind <kind>', about: 'person or service (default: person)' },
      { flags: '--priority <priority>', about: 'low, normal or high (default: normal)' },
      { flags: '--expires-in <duration>', about: 'by when somebody has to sign in (default: 7d)' },
    ],
    options: z.object({
      count: z.coerce.number().int().default(1),
      role: z.string().exactOptional(),
      kind: z.enum(['person', 'service']).exactOptional(),
      priority: z.enum(['low', 'normal', 'high']).exactOptional(),
      expiresIn: z.string().exactOptional(),
    }),
    examples: ['accounts generate --count 3', 'accounts generate --kind service --role device --expires-in 1d'],
    run: async ({ options: { expiresIn, ...order } }) => {
      const ordered = await shell
        .client()
        .accounts.generate({ ...order, ...(expiresIn !== undefined && { expires_in: expiresIn }) });
      return {
        json: ordered,
        text: `${ordered.job_id} makes ${ordered.count}: millrace accounts ls --job ${ordered.job_id}`,
      };
    },
  });
  addLeaf(accounts, shell, {
    name: 'ls',
    about: 'Lists accounts that jobs made, without passwords.',
    isDefault: true,
    flags: [...LIST_FLAGS, { flags: '--job <id>', about: 'only those of this job' }],
    options: z.object({ ...listOptions, job: z.string().exactOptional() }),
    examples: ['accounts', 'accounts ls --job job_0000000004x'],
    run: async ({ options: { job, ...page } }) => {
      const listed = await shell.client().accounts.list({ ...page, ...(job !== undefined && { job_id: job }) });
      return {
        json: listed,
        text: table(listed.items, ACCOUNT_COLUMNS, { empty: 'No accounts.', width: shell.out.columns }),
      };
    },
  });
  addLeaf(accounts, shell, {
    name: 'password <id>',
    about: 'Shows the one-time password of an account. It is shown this once.',
    examples: ['accounts password operator-4x-1'],
    run: async ({ args: [id = ''] }) => {
      const shown = await shell.client().accounts.password(id);
      return { json: shown, text: shown.password };
    },
  });
}

const ACCOUNT_COLUMNS = [
  { title: 'id', value: ({ id }: Account) => id },
  { title: 'kind', value: ({ kind }: Account) => kind },
  { title: 'roles', value: ({ roles }: Account) => roles.join(', ') },
  { title: 'state', value: ({ state }: Account) => state },
  { title: 'made', value: ({ created_at }: Account) => timeText(created_at) },
  { title: 'by', value: ({ created_by }: Account) => actorText(created_by) },
  { title: 'expires', value: ({ expires_at }: Account) => timeText(expires_at) },
] as const;
