/** Commands of the inbox. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { SearchedValue, Task } from '../../../client/wire-process.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { actorText, labelText, table, timeText } from '../table.ts';
import { LIST_FLAGS, listOptions, variablesOption } from './processes.ts';

const SORTS = ['created', '-created', 'due', 'priority', 'name'] as const;
const STATES = ['offered', 'taken', 'done', 'cancelled'] as const;

export function addTaskCommands(program: Command, shell: Shell): void {
  const tasks = addGroup(program, 'tasks', 'What people are asked to do.');
  addLeaf(tasks, shell, {
    name: 'ls',
    about: 'Lists tasks; without options those offered to your roles and those you have taken.',
    isDefault: true,
    flags: [
      { flags: '--role <role>', about: 'offered to one role' },
      { flags: '--assignee <person>', about: 'of one person; "me" is you' },
      { flags: '--state <state>', about: 'in one state', choices: STATES },
      { flags: '--definition <key>', about: 'of one process definition' },
      { flags: '--step <id>', about: 'of one step' },
      { flags: '--key <key>', about: 'of one business key' },
      { flags: '--text <text>', about: 'part of the name, step or business key' },
      { flags: '--due-before <time>', about: 'due before, ISO 8601' },
      { flags: '--due-after <time>', about: 'due after, ISO 8601' },
      { flags: '--overdue', about: 'whose due time is over' },
      { flags: '--variables <json>', about: 'whose searchable variables have these values' },
      { flags: '--sort <order>', about: 'in which order (default: created)', choices: SORTS },
      ...LIST_FLAGS,
    ],
    options: z.object({
      role: z.string().exactOptional(),
      assignee: z.string().exactOptional(),
      state: z.enum(STATES).exactOptional(),
      definition: z.string().exactOptional(),
      step: z.string().exactOptional(),
      key: z.string().exactOptional(),
      text: z.string().exactOptional(),
      dueBefore: z.string().exactOptional(),
      dueAfter: z.string().exactOptional(),
      overdue: z.literal(true).exactOptional(),
      variables: variablesOption.exactOptional(),
      sort: z.enum(SORTS).exactOptional(),
      ...listOptions,
    }),
    examples: [
      'tasks ls',
      'tasks ls --role operator --sort due',
      `tasks ls --overdue --variables '{"line":"press-1","amount":{"gte":100}}'`,
      'tasks ls --state done --json',
    ],
    run: async ({ options: { key, variables, ...filter } }) => {
      const page = await shell.client().tasks.list({
        ...filter,
        ...(key !== undefined && { businessKey: key }),
        ...(variables !== undefined && { variables: variables as Record<string, SearchedValue> }),
      });
      return { json: page, text: table(page.items, COLUMNS, { empty: 'No tasks.', width: shell.out.columns }) };
    },
  });
  addHolding(tasks, shell);
  addAnswers(tasks, shell);
}

function addHolding(tasks: Command, shell: Shell): void {
  addLeaf(tasks, shell, {
    name: 'take <id>',
    about: 'Takes an offered task for yourself.',
    examples: ['tasks take job_00000000041'],
    run: async ({ args: [id = ''] }) => changed(await shell.client().tasks.take(id)),
  });
  addLeaf(tasks, shell, {
    name: 'return <id>',
    about: 'Gives a taken task back to everybody with its role.',
    examples: ['tasks return job_00000000041'],
    run: async ({ args: [id = ''] }) => changed(await shell.client().tasks.return(id)),
  });
  addLeaf(tasks, shell, {
    name: 'delegate <id>',
    about: 'Gives a task to another person.',
    flags: [{ flags: '--to <person>', about: 'the id of the person', isRequired: true }],
    options: z.object({ to: z.string() }),
    examples: ['tasks delegate job_00000000041 --to dana-levi'],
    run: async ({ args: [id = ''], options: { to } }) => changed(await shell.client().tasks.delegate(id, to)),
  });
  addLeaf(tasks, shell, {
    name: 'plan <id>',
    about: 'Changes when a task is due or comes up again, and its priority.',
    flags: [
      { flags: '--due <time>', about: 'ISO 8601; "none" takes it away' },
      { flags: '--follow-up <time>', about: 'ISO 8601; "none" takes it away' },
      { flags: '--priority <number>', about: '-100 to 100; higher is more urgent' },
    ],
    options: z.object({
      due: z.string().exactOptional(),
      followUp: z.string().exactOptional(),
      priority: z.coerce.number().int().min(-100).max(100).exactOptional(),
    }),
    examples: ['tasks plan job_00000000041 --due 2026-03-01T12:00:00Z --priority 50'],
    run: async ({ args: [id = ''], options: { due, followUp, priority } }) => {
      const task = await shell.client().tasks.plan(id, {
        ...(due !== undefined && { dueAt: timeOrNone(due) }),
        ...(followUp !== undefined && { followUpAt: timeOrNone(followUp) }),
        ...(priority !== undefined && { priority }),
      });
      const dueText = task.dueAt === null ? 'at no time' : timeText(task.dueAt);
      return { json: task, text: `Task ${task.id} is due ${dueText}, with priority ${task.priority}.` };
    },
  });
}

function addAnswers(tasks: Command, shell: Shell): void {
  addLeaf(tasks, shell, {
    name: 'complete-all <ids...>',
    about: 'Completes several tasks with the same outcome; one that is refused holds up no other.',
    flags: [
      { flags: '--outcome <outcome>', about: 'one of their outcomes', isRequired: true },
      { flags: '--comment <text>', about: 'why; some outcomes need it' },
      { flags: '--variables <json>', about: 'what was filled in, for each of them' },
    ],
    options: z.object({
      outcome: z.string(),
      comment: z.string().exactOptional(),
      variables: variablesOption.exactOptional(),
    }),
    examples: ['tasks complete-all job_00000000041 job_00000000052 --outcome confirmed'],
    run: async ({ args: ids, options }) => {
      const once = { idempotencyKey: crypto.randomUUID() };
      const done = await shell.client().tasks.completeMany(
        ids.map((id) => ({ id, ...options })),
        once,
      );
      const lines = done.items.flatMap((item, at) => ('code' in item ? [`${ids[at]}: ${item.detail}`] : []));
      return { json: done, text: [`Completed: ${done.completed}, refused: ${done.refused}.`, ...lines].join('\n') };
    },
  });
  addLeaf(tasks, shell, {
    name: 'complete <id>',
    about: 'Completes a task with one of its outcomes.',
    flags: [
      { flags: '--outcome <outcome>', about: 'one of its outcomes', isRequired: true },
      { flags: '--comment <text>', about: 'why; some outcomes need it' },
      { flags: '--variables <json>', about: 'what was filled in' },
    ],
    options: z.object({
      outcome: z.string(),
      comment: z.string().exactOptional(),
      variables: variablesOption.exactOptional(),
    }),
    examples: [
      'tasks complete job_00000000041 --outcome confirmed',
      'tasks complete job_00000000041 --outcome rejected --comment "a sensor was replaced"',
      `tasks complete job_00000000052 --outcome done --variables '{"criteria":[{"id":"press-1.A","limit":4.5}]}'`,
    ],
    run: async ({ args: [id = ''], options }) => {
      const done = await shell.client().tasks.complete(id, options, { idempotencyKey: crypto.randomUUID() });
      return { json: done, text: `Task ${done.id} is done: ${done.outcome}.` };
    },
  });
}

const timeOrNone = (text: string): string | null => (text === 'none' ? null : text);

const changed = (task: Task) => ({
  json: task,
  text: `Task ${task.id} is ${task.state}${task.assignee === null ? '' : ` by ${actorText(task.assignee)}`}.`,
});

const COLUMNS = [
  { title: 'id', value: ({ id }: Task) => id },
  { title: 'name', value: ({ name }: Task) => labelText(name) },
  { title: 'about', value: ({ businessKey }: Task) => businessKey },
  { title: 'role', value: ({ role }: Task) => role },
  { title: 'state', value: ({ state, outcome }: Task) => outcome ?? state },
  { title: 'assignee', value: ({ assignee }: Task) => assignee && actorText(assignee) },
  { title: 'outcomes', value: ({ outcomes }: Task) => outcomes.join(', ') },
  { title: 'due', value: ({ dueAt }: Task) => dueAt && timeText(dueAt) },
  { title: 'since', value: ({ createdAt }: Task) => timeText(createdAt) },
] as const;
