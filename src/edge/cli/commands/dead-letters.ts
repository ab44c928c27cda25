/** Commands about dead letters: look, put back, or drop. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Bus } from '../../../client/bus.ts';
import type { BusQueue, DeadLetter, DeadLetterChoice, DeadLetterGroup, DeadLetters } from '../../../client/wire-bus.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { listQueues } from '../bus-inspection.ts';
import { addGroup, addLeaf, type Flag, type Shown } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { facts, table, timeText } from '../table.ts';
import { ENVIRONMENT_FLAG, environmentOption } from './bus.ts';

/** More than one answer of the API lists. */
const MOST_LETTERS = 1_000;
const CHOICE_FLAGS: readonly Flag[] = [
  { flags: '--group <code>', about: 'those whose reason begins with this code' },
  { flags: '--all', about: 'all of the queue' },
  ENVIRONMENT_FLAG,
];
const choiceOptions = z.object({
  group: z.string().exactOptional(),
  all: z.boolean().default(false),
  ...environmentOption,
});

export function addDeadLetterCommands(program: Command, shell: Shell): void {
  const dead = addGroup(program, 'dead', 'Messages that their queue gave up.');
  addLeaf(dead, shell, {
    name: 'ls [queue]',
    about:
      'Lists the dead letters of a queue, and how many there are of each kind; without a queue those of all, by kind.',
    flags: [{ flags: '--limit <count>', about: 'how many letters at most (default: 50)' }, ENVIRONMENT_FLAG],
    options: z.object({ limit: z.coerce.number().int().min(1).max(MOST_LETTERS).default(50), ...environmentOption }),
    examples: ['dead ls', 'dead ls focus.commands --limit 10'],
    run: async ({ args: [queue], options: { limit, env } }) => {
      const { bus } = await shell.bus(env);
      return queue === undefined
        ? kindsShown(bus, shell)
        : lettersShown(await bus.deadLetters(queue, { limit }), shell);
    },
  });
  addLeaf(dead, shell, {
    name: 'show <queue> <id>',
    about: 'Shows a dead letter with its headers and body.',
    flags: [ENVIRONMENT_FLAG],
    options: z.object(environmentOption),
    examples: ['dead show focus.commands 1b9d6bcd-0'],
    run: async ({ args: [queue = '', id = ''], options: { env } }) => {
      const { items } = await (await shell.bus(env)).bus.deadLetters(queue, { limit: MOST_LETTERS });
      const letter = items.find((one) => one.id === id);
      if (letter === undefined) throw new MillraceError('bus.unknown-letter', { queue, id });
      return { json: letter, text: letterText(letter) };
    },
  });
  addLeaf(dead, shell, {
    name: 'replay <queue> [ids...]',
    about: 'Puts dead letters back into their queue as if they were new.',
    flags: CHOICE_FLAGS,
    options: choiceOptions,
    examples: ['dead replay focus.commands 1b9d6bcd-0', 'dead replay focus.commands --group focus.no-roi'],
    run: async ({ args: [queue = '', ...ids], options: { env, ...options } }) => {
      const choice = choiceOf(ids, options);
      const settled = await (await shell.bus(env)).bus.replay(queue, choice);
      return {
        json: settled,
        text: `Replayed ${settled.count} dead letters of ${queue}; ${settled.left} are there now.`,
      };
    },
  });
  addLeaf(dead, shell, {
    name: 'drop <queue> [ids...]',
    about: 'Removes dead letters for good.',
    flags: CHOICE_FLAGS,
    options: choiceOptions,
    examples: ['dead drop focus.commands 1b9d6bcd-0', 'dead drop focus.commands --all'],
    run: async ({ args: [queue = '', ...ids], options: { env, ...options } }) => {
      const choice = choiceOf(ids, options);
      const settled = await (await shell.bus(env)).bus.drop(queue, choice);
      return {
        json: settled,
        text: `Dropped ${settled.count} dead letters of ${queue}; ${settled.left} are there now.`,
      };
    },
  });
}

function choiceOf(
  ids: readonly string[],
  { group, all }: { readonly group?: string; readonly all: boolean },
): DeadLetterChoice {
  const ways = Number(ids.length > 0) + Number(group !== undefined) + Number(all);
  if (ways !== 1) throw new MillraceError('cli.usage', { problem: 'Say which: ids, --group <code> or --all' });
  if (group !== undefined) return { group };
  return all ? { all } : { ids: [...ids] };
}

/** Of every queue that has some. */
async function kindsShown(bus: Bus, shell: Shell): Promise<Shown> {
  const queues = (await listQueues(bus)).filter(({ dead }) => dead > 0);
  const items = await Promise.all(
    queues.map(async ({ name: queue, dead }: BusQueue) => ({
      ...{ queue, dead, groups: (await bus.deadLetters(queue, { limit: 1 })).groups },
    })),
  );
  const rows = items.flatMap(({ queue, groups }) => groups.map((group) => ({ queue, ...group })));
  const text = table(
    rows,
    [
      { title: 'queue', value: ({ queue }) => queue },
      { title: 'kind', value: ({ group }) => group },
      { title: 'letters', value: ({ count }) => count },
    ],
    { empty: 'No dead letters.', width: shell.out.columns },
  );
  return { json: { items, next: null }, text };
}

function lettersShown(letters: DeadLetters, shell: Shell): Shown {
  const { columns: width } = shell.out;
  const list = table(
    letters.items,
    [
      { title: 'id', value: ({ id }) => id },
      { title: 'died', value: ({ at }) => timeText(at) },
      { title: 'tries', value: ({ deliveries }) => deliveries },
      { title: 'topic', value: ({ topic }) => topic },
      { title: 'reason', value: ({ reason }) => reason },
    ],
    { empty: 'No dead letters.', width },
  );
  if (letters.items.length === 0) return { json: letters, text: list };
  const kinds = table(
    letters.groups,
    [
      { title: 'kind', value: ({ group }: DeadLetterGroup) => group },
      { title: 'letters', value: ({ count }) => count },
    ],
    { empty: '', width },
  );
  return { json: letters, text: `${list}\n\n${kinds}` };
}

function letterText({ headers, body, cut, ...letter }: DeadLetter): string {
  const own = facts([
    ['id', letter.id],
    ['reason', letter.reason],
    ['died', timeText(letter.at)],
    ['deliveries', letter.deliveries],
    ['topic', letter.topic],
    ['exchange', letter.exchange],
    ['content type', letter.contentType],
    ...Object.entries(headers).map(([name, value]): [string, string] => [`header ${name}`, value]),
  ]);
  return `${own}\n\n${body}${cut > 0 ? `… (${cut} more characters)` : ''}`;
}
