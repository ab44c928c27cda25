/** The body of a command, once its value has been judged. */
import type { z } from 'zod';
import { MillraceError } from '../../kernel/errors.ts';
import type { AnalyzerCommand } from './command-table.ts';

export type CommandTable = Readonly<Record<string, AnalyzerCommand>>;

/** Where a command goes and what it says: `{ type, value }`. Throws `bus.invalid-command` with what was expected and found. */
export function commandBody(table: CommandTable, command: string, value: unknown): { key: string; body: string } {
  const entry = Object.hasOwn(table, command) ? table[command] : undefined;
  if (entry === undefined) throw invalid(command, `there is none; expected one of ${Object.keys(table).join(', ')}`);
  const parsed = entry.schema.safeParse(value);
  if (!parsed.success) throw invalid(command, parsed.error.issues.map((issue) => problemOf(issue, value)).join('; '));
  const body = textOf({ type: entry.type, value: parsed.data });
  if (body === undefined) throw invalid(command, 'its value is not JSON');
  return { key: entry.key, body };
}

const invalid = (command: string, problem: string): MillraceError =>
  new MillraceError('bus.invalid-command', { command, problem });

const problemOf = ({ path, message }: z.core.$ZodIssue, value: unknown): string => {
  const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  return `${where}${message} (found ${shown(valueAt(value, path))})`;
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key], value);

const SHOWN_CHARACTERS = 80;

/** Numbers that JSON cannot say, and what is no data at all, by their own names. */
function shown(value: unknown): string {
  const isData = typeof value === 'object' || typeof value === 'string';
  const text = (isData ? textOf(value) : undefined) ?? String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
