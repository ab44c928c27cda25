/** Decisions as they travel. */

import type { RuleProblem } from './wire.ts';
import type { VersionInfo } from './wire-process.ts';

export type DecisionSummary = VersionInfo & {
  /** The id of the decision, or decision service, in its DMN file. */
  key: string;
  name: string;
  kind: 'decision' | 'service';
  /** The id of the file's `definitions`. */
  model: string;
  modelName: string;
};

export type Decision = DecisionSummary & {
  /** The newest first. */
  versions: VersionInfo[];
  /** What has to be handed in; types as FEEL names them. */
  inputs: { name: string; type: string }[];
  /** Of the result. */
  type: string;
  question?: string;
  /** The decisions that it requires directly. */
  requires: { key: string; name: string }[];
  /** FEEL, if its logic is a literal expression. */
  expression?: string;
  /** If its logic is a decision table. */
  table?: DecisionTable;
};

export type DecisionTable = {
  id: string;
  hitPolicy: 'UNIQUE' | 'ANY' | 'PRIORITY' | 'FIRST' | 'RULE ORDER' | 'OUTPUT ORDER' | 'COLLECT';
  /** Of COLLECT; without it the result is a list. */
  aggregation?: 'SUM' | 'MIN' | 'MAX' | 'COUNT';
  /** Without an `id` a column is new. */
  inputs: { id?: string; label?: string; expression: string; type?: string; values?: string }[];
  outputs: { id?: string; name: string; label?: string; type?: string; values?: string; defaultValue?: string }[];
  /** Titles of the annotations. */
  annotations: string[];
  rules: {
    id: string;
    inputs: string[];
    outputs: string[];
    annotations: string[];
    /** Some modelers show it as their annotation. Left as it is where it is left out. */
    description?: string;
  }[];
};

export type DecisionQuestion = {
  /** By the names of the inputs; texts become dates where the model declares dates. */
  input: Record<string, unknown>;
  version?: number;
  /** Also tells what was evaluated and why. */
  trace?: boolean;
  /** A draft of its table, asked in place of the deployed one. */
  table?: DecisionTable;
};

export type DecisionResult = {
  value: unknown;
  version: number;
  /** With `trace`: every decision that was evaluated, in order. */
  decisions?: DecisionTrace[];
  /** With `trace`: why something is null. */
  notes?: DecisionNote[];
  /** Of a draft: what is wrong with it. What is not understood is null. */
  problems?: ModelProblem[];
};

/** Something that is wrong with a model: the line in its file, and of an expression the column in that line. */
export type ModelProblem = RuleProblem & { severity: 'error' | 'warning'; line: number; column?: number };

export type DecisionTrace = {
  id: string;
  name: string;
  /** The names of the imports that lead to its model. */
  imports: string[];
  inputs: Record<string, unknown>;
  value: unknown;
  tables: TableTrace[];
  notes: DecisionNote[];
};

export type TableTrace = {
  id: string;
  hitPolicy: string;
  inputs: { expression: string; value: unknown }[];
  /** Rules count from 1. */
  fired: { rule: number; id: string; annotations: string[] }[];
  /** For each rule the first input whose cell did not hold, from 1; 0: it fired, null: it was not tried. */
  failedAt: (number | null)[];
  /** Why the table has no result. */
  reason?: string;
};

/** Line and column count from 1, in the expression. */
export type DecisionNote = { expression: string; line: number; column: number; reason: string };

export type TableAnalysis = {
  /** A region is one FEEL test for each input. */
  overlaps: {
    rules: number[];
    region: string[];
    /** Their output entries are written alike. */
    isSame: boolean;
  }[];
  gaps: { region: string[] }[];
  /** What could not be looked at, and why. */
  notAnalysed: string[];
  /** False: there is more than is listed. */
  isComplete: boolean;
};
