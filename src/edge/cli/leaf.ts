/** The one way to declare a command: its words, its options, its examples, and what it answers – as text and as JSON. */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { MillraceError } from '../../kernel/errors.ts';
import { plainWords } from '../../kernel/plain-words.ts';
import type { Shell } from './shell.ts';

/** `json` is printed with --json, `text` without. */
export type Shown = {
  readonly json: unknown;
  readonly text: string;
  /** The report is of something that failed. */
  readonly isFailed?: boolean;
};

/** What failed was printed. */
export class ReportedFailure extends Error {}

export type Flag = {
  /** As commander writes them: `--role <role>`. */
  readonly flags: string;
  readonly about: string;
  /** May be given several times; the values come as a list. */
  readonly isList?: boolean;
  readonly isRequired?: boolean;
  readonly choices?: readonly string[];
};

export type Leaf<Options extends z.ZodType> = {
  /** With its arguments: `take <id>`. */
  readonly name: string;
  readonly about: string;
  readonly flags?: readonly Flag[];
  /** Options as typed values; text from the command line goes in. */
  readonly options?: Options;
  readonly examples: readonly string[];
  /** Runs when its group is named alone. */
  readonly isDefault?: boolean;
  readonly run: (input: {
    readonly args: readonly string[];
    readonly options: z.output<Options>;
    readonly shell: Shell;
    readonly isJson: boolean;
  }) => Promise<Shown | undefined>;
};

const noOptions = z.object({});

export function addLeaf<Options extends z.ZodType = typeof noOptions>(
  parent: Command,
  shell: Shell,
  leaf: Leaf<Options>,
): void {
  const isDefault = leaf.isDefault === true;
  const command = parent.command(leaf.name, { isDefault }).description(leaf.about).allowExcessArguments(isDefault);
  for (const flag of leaf.flags ?? []) command.addOption(optionOf(flag));
  command.option('--json', 'print JSON for machines');
  command.addHelpText(
    'after',
    `\nExamples:\n${leaf.examples.map((example) => `  $ millrace ${example}`).join('\n')}\n`,
  );
  command.action(async () => {
    if (isDefault && command.args.length > 0) refuseSurplus(parent, command);
    const args = command.processedArgs.flat().filter((arg): arg is string => typeof arg === 'string');
    const { json: isJson, ...raw } = command.opts();
    const shown = await leaf.run({ args, options: parseOptions(leaf.options, raw), shell, isJson: isJson === true });
    if (shown === undefined) return;
    if (isJson === true) shell.out.write(`${JSON.stringify(shown.json)}\n`);
    else if (shown.text !== '') shell.out.write(`${shown.text}\n${moreText(shown.json)}`);
    if (shown.isFailed === true) throw new ReportedFailure();
  });
}

/** A group named alone runs its default, which takes no arguments: a word behind it was meant as one of its commands. */
function refuseSurplus(group: Command, command: Command): never {
  const [word] = command.args;
  if (group.args[0] === command.name()) command.error(`error: ${command.name()} takes no argument, got '${word}'`);
  const known = group.commands.map((each) => each.name()).join(', ');
  return group.error(`error: unknown command '${word}'; ${group.name()} has ${known}`);
}

/** A list that goes on says how to see the rest. */
function moreText(json: unknown): string {
  const next = (json as { readonly next?: unknown } | null)?.next;
  return typeof next === 'string' ? `More with --cursor ${next}\n` : '';
}

/** A group of commands: `tasks`, `criteria`. */
export const addGroup = (parent: Command, name: string, about: string): Command =>
  parent.command(name).description(about);

function optionOf({ flags, about, isList, isRequired, choices }: Flag): Option {
  const option = new Option(flags, about);
  if (choices !== undefined) option.choices(choices);
  if (isRequired === true) option.makeOptionMandatory();
  if (isList === true) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

function parseOptions<Options extends z.ZodType>(
  schema: Options | undefined,
  raw: Readonly<Record<string, unknown>>,
): z.output<Options> {
  const parsed = (schema ?? noOptions).safeParse(raw, { error: plainWords });
  if (parsed.success) return parsed.data as z.output<Options>;
  const problems = parsed.error.issues.map(({ path: [name = ''], message }) => {
    const flag = String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `--${flag} ${raw[String(name)]}: ${message}`;
  });
  throw new MillraceError('cli.usage', { problem: problems.join('; ') });
}
