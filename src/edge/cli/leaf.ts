/** The one way to declare a command: its words, its options, its examples, and what it answers – as text and as JSON. */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { MillraceError } from '../../kernel/errors.ts';
import type { Shell } from './shell.ts';

/** `json` is printed with --json, `text` without. */
export type Shown = { readonly json: unknown; readonly text: string };

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
  const command = parent.command(leaf.name, { isDefault: leaf.isDefault === true }).description(leaf.about);
  for (const flag of leaf.flags ?? []) command.addOption(optionOf(flag));
  command.option('--json', 'print JSON for machines');
  command.addHelpText(
    'after',
    `\nExamples:\n${leaf.examples.map((example) => `  $ millrace ${example}`).join('\n')}\n`,
  );
  command.action(async (...given: unknown[]) => {
    const args = command.processedArgs.flat().filter((arg): arg is string => typeof arg === 'string');
    const { json: isJson, ...raw } = command.opts();
    void given;
    const shown = await leaf.run({ args, options: parseOptions(leaf.options, raw), shell, isJson: isJson === true });
    if (shown === undefined) return;
    shell.out.write(isJson === true ? `${JSON.stringify(shown.json)}\n` : shown.text === '' ? '' : `${shown.text}\n`);
  });
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

function parseOptions<Options extends z.ZodType>(schema: Options | undefined, raw: unknown): z.output<Options> {
  const parsed = (schema ?? noOptions).safeParse(raw);
  if (parsed.success) return parsed.data as z.output<Options>;
  const problems = parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
  throw new MillraceError('cli.usage', { problem: problems.join('; ') });
}
