/** A trace as a history keeps it: parts may be cut, and a newer server may write more. Pure. */
import { isRecord } from '../../api/http.ts';

export type ToldTable = {
  readonly id: string;
  readonly inputs: readonly { readonly expression: string; readonly value: unknown }[];
  readonly fired: readonly { readonly rule: number; readonly annotations: readonly string[] }[];
  readonly reason: string | undefined;
};

export type ToldNote = {
  readonly expression: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
};

export type ToldDecision = {
  readonly id: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  readonly tables: readonly ToldTable[];
};

export type ToldTrace = {
  readonly decisions: readonly ToldDecision[];
  readonly notes: readonly ToldNote[];
  /** Something was too much to be kept. */
  readonly isCut: boolean;
};

export function toldTrace(trace: unknown): ToldTrace {
  const { decisions, notes, isCut } = isRecord(trace) ? trace : {};
  return {
    decisions: recordsOf(decisions).map(toldDecision),
    notes: recordsOf(notes).map(toldNote),
    isCut: isCut === true,
  };
}

/** The rules that fired for the decision that was asked; it is the last one of its name. Undefined: it has no table. */
export function firedRules({ decisions }: ToldTrace, decision: string): readonly number[] | undefined {
  const asked = decisions.findLast(({ id }) => id === decision);
  const table = asked?.tables.at(-1);
  return table?.fired.map(({ rule }) => rule);
}

const toldDecision = ({ id, name, inputs, value, tables }: Record<string, unknown>): ToldDecision => ({
  id: textOf(id),
  name: textOf(name) || textOf(id),
  inputs: isRecord(inputs) ? inputs : {},
  value,
  tables: recordsOf(tables).map(toldTable),
});

const toldTable = ({ id, inputs, fired, reason }: Record<string, unknown>): ToldTable => ({
  id: textOf(id),
  inputs: recordsOf(inputs).map(({ expression, value }) => ({ expression: textOf(expression), value })),
  fired: recordsOf(fired).map(({ rule, annotations }) => ({
    rule: Number(rule),
    annotations: Array.isArray(annotations) ? annotations.map(String) : [],
  })),
  reason: typeof reason === 'string' ? reason : undefined,
});

const toldNote = ({ expression, line, column, reason }: Record<string, unknown>): ToldNote => ({
  expression: textOf(expression),
  line: Number(line),
  column: Number(column),
  reason: textOf(reason),
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const recordsOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);
