/** How problems of a model are collected while it is compiled: each with its element, and its place in the file. */
import type { Formula } from '../../formula.ts';
import { findBuiltIn } from '../../functions/built-ins.ts';
import { placeIn } from '../../syntax/place.ts';
import { type DmnRule, dmnWarnings, type Identified, type Problem, type TextAt } from '../model.ts';

/** Problems that are kept of one model. */
export const MAX_PROBLEMS = 500;

/** The column counts from 1, in the line of the expression. */
export type Report = (at: Identified & { readonly column?: number }, rule: DmnRule, message: string) => void;

export type Problems = { readonly report: Report; readonly found: () => readonly Problem[] };

export function collectProblems(): Problems {
  const problems = new Map<string, Problem>();
  return {
    report: ({ id, line, column }, rule, message) => {
      const key = JSON.stringify([id, line, rule, message, column]);
      if (problems.size >= MAX_PROBLEMS || problems.has(key)) return;
      const severity = dmnWarnings.has(rule) ? 'warning' : 'error';
      problems.set(key, { rule, severity, element: id, message, line, ...(column !== undefined && { column }) });
    },
    found: () => [...problems.values()].toSorted((a, b) => a.line - b.line),
  };
}

type Where = { readonly text: TextAt; readonly at: Identified; readonly report: Report };

/** What is wrong with an expression as such. */
export function reportFormula({ problems }: Formula, { text, at, report }: Where): void {
  for (const { details } of problems) {
    const line = text.line + Number(details.line ?? 1) - 1;
    const problem = String(details.problem);
    const column = Number(details.column ?? 1);
    report({ id: at.id, line, column }, 'feel', `"${excerpt(text.text)}": ${problem}.`);
  }
}

/** Names that an expression reads and nobody declared; those of elements of the model lack a requirement. */
export function reportNames(
  formula: Formula,
  {
    text,
    at,
    report,
    ...names
  }: Where & {
    readonly visible: ReadonlyMap<string, unknown>;
    readonly elements: ReadonlySet<string>;
    readonly undeclared: Set<string> | undefined;
  },
): void {
  const { visible } = names;
  for (const name of formula.variables) {
    if (visible.has(name) || name === '?' || findBuiltIn(name) !== undefined) continue;
    const offset = formula.outside.get(name);
    const where = { id: at.id, ...placeOf(text, offset) };
    if (names.elements.has(name)) {
      report(where, 'missing-requirement', `"${excerpt(text.text)}" reads "${name}" without requiring it.`);
    } else if (offset !== undefined) {
      // Inside of a filter it may be an entry of an element, of which nothing is known.
      const then = names.undeclared === undefined ? '' : ': it is taken from the input';
      report(where, 'unknown-name', `"${excerpt(text.text)}" reads "${name}", which is declared nowhere${then}.`);
      names.undeclared?.add(name);
    }
  }
  if (formula.problems.length === 0) return;
  const missing = [...names.elements].find(
    (name) => name.includes(' ') && !visible.has(name) && text.text.includes(name),
  );
  if (missing === undefined) return;
  report(
    { id: at.id, line: text.line },
    'missing-requirement',
    `"${excerpt(text.text)}" reads "${missing}" without requiring it.`,
  );
}

function placeOf(text: TextAt, offset: number | undefined) {
  if (offset === undefined) return { line: text.line };
  const { line, column } = placeIn(text.text, offset);
  return { line: text.line + line - 1, column };
}

const EXCERPT = 60;

const excerpt = (text: string): string => (text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text);
