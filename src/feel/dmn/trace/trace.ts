/** What an evaluation tells about itself when it is asked to: bounded, whatever the model and its inputs are. */
import { openFrame } from '../../evaluation/frame.ts';
import { placeIn } from '../../syntax/place.ts';
import { toJson } from '../../values/result.ts';
import type { Frame, Note, Value } from '../../values/value.ts';

/** Decisions of one evaluation that are told about; those of services that are called often are cut here. */
export const MAX_TRACED_DECISIONS = 1_000;
/** Tables of one evaluation that are told about; those of functions that are called often are cut here. */
export const MAX_TRACED_TABLES = 100;
/** Rules of one table whose first false cell is told, and of those that fired. */
export const MAX_TRACED_RULES = 1_000;
/** All tables and inputs of one evaluation as JSON; what comes when they are longer is told without them. */
export const MAX_TRACE_CHARACTERS = 2_000_000;
/** A value that is longer as JSON is told as the beginning of its text. */
export const MAX_TRACED_CHARACTERS = 2_000;
/** Steps that one value may take on its way to JSON. */
const STEPS_PER_VALUE = 10_000;

/** One decision that was evaluated, in the order in which they were. Values are JSON. */
export type DecisionTrace = {
  readonly id: string;
  readonly name: string;
  /** The names of the imports that lead to its model; empty for a decision of the model itself. */
  readonly imports: readonly string[];
  /** What it required, by the names its logic reads; functions are left out. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  readonly tables: readonly TableTrace[];
  readonly notes: readonly TraceNote[];
};

export type TableTrace = {
  /** The id of the table in the file. */
  readonly id: string;
  readonly hitPolicy: string;
  readonly inputs: readonly { readonly expression: string; readonly value: unknown }[];
  readonly fired: readonly FiredRule[];
  /** For each rule the number of the first input whose cell did not hold, from 1; 0: it fired, null: it was not tried. */
  readonly failedAt: readonly (number | null)[];
  /** Why the table has no result, if the hit policy or its limits say so. */
  readonly reason?: string;
};

export type FiredRule = {
  /** From 1, as people count. */
  readonly rule: number;
  readonly id: string;
  readonly annotations: readonly string[];
};

/** Why something is null; line and column count from 1 in the expression. */
export type TraceNote = {
  readonly expression: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
};

export type Recorder = {
  readonly decisions: DecisionTrace[];
  /** Tables that ran for the decision that is being evaluated. */
  readonly pending: TableTrace[];
  /** How many tables were told. */
  count: number;
  /** Characters that may still be told; the last that was told may have taken more. */
  room: number;
};

const recorders = new WeakMap<Frame, Recorder>();

/** From now on the tables that run with this frame are told about. The frame has to collect notes as well. */
export function startRecording(frame: Frame): Recorder {
  const recorder: Recorder = { decisions: [], pending: [], count: 0, room: MAX_TRACE_CHARACTERS };
  recorders.set(frame, recorder);
  return recorder;
}

/** Only frames that collect notes are looked up: the others are to be fast. */
export const recorderOf = (frame: Frame): Recorder | undefined =>
  frame.notes === undefined ? undefined : recorders.get(frame);

export function recordTable(recorder: Recorder, table: TableTrace): void {
  if (recorder.count >= MAX_TRACED_TABLES || recorder.room <= 0) return;
  const { fired, failedAt } = table;
  const told = { ...table, fired: fired.slice(0, MAX_TRACED_RULES), failedAt: failedAt.slice(0, MAX_TRACED_RULES) };
  recorder.count += 1;
  recorder.room -= JSON.stringify(told).length;
  recorder.pending.push(told);
}

/** What is being evaluated. The inputs are asked for afterwards. */
type Whose = Pick<DecisionTrace, 'id' | 'name' | 'imports'> & { readonly inputs: () => readonly [string, Value][] };

/** Evaluates a decision, or a function that was asked for, and tells about it if somebody records. */
export function recorded(frame: Frame, { inputs, ...whose }: Whose, run: () => Value): Value {
  const recorder = recorderOf(frame);
  if (recorder === undefined) return run();
  const tablesBefore = recorder.pending.length;
  const notesBefore = frame.notes?.length ?? 0;
  const value = run();
  const tables = recorder.pending.splice(tablesBefore);
  if (recorder.decisions.length >= MAX_TRACED_DECISIONS) return value;
  const given = recorder.room > 0 ? inputs().map(([key, one]): [string, unknown] => [key, tellValue(one)]) : [];
  recorder.room -= JSON.stringify(given).length;
  recorder.decisions.push({
    ...whose,
    inputs: Object.fromEntries(given),
    value: tellValue(value),
    tables,
    notes: tellNotes(frame.notes?.slice(notesBefore) ?? []),
  });
  return value;
}

export const tellNotes = (notes: readonly Note[]): TraceNote[] =>
  notes.map(({ expression, offset, reason }) => {
    const { line, column } = placeIn(expression, offset);
    return { expression, line, column, reason };
  });

/** As JSON, or as the beginning of its text if it is long. */
export function tellValue(value: Value): unknown {
  try {
    const json = toJson(value, openFrame({ limit: STEPS_PER_VALUE }));
    const text = JSON.stringify(json);
    return text.length <= MAX_TRACED_CHARACTERS ? json : `${text.slice(0, MAX_TRACED_CHARACTERS)}…`;
  } catch {
    return '… (too large to be shown)';
  }
}
