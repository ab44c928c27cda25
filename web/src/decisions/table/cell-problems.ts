/** What the server finds wrong with a draft, brought to the rules and cells it is about. Pure. */
import type { DecisionTable, ModelProblem } from '../../api/decisions.ts';
import { cellsOf } from './table-draft.ts';

export type PlacedProblem = {
  readonly message: string;
  /** From 0; undefined for what is wrong with the table, or elsewhere in the model. */
  readonly rule: number | undefined;
  readonly column: number | undefined;
};

/** The server names the rule, and begins its message with the text that is wrong, or with its first sixty characters. */
export function placed(table: DecisionTable, problems: readonly ModelProblem[]): PlacedProblem[] {
  const rules = new Map(table.rules.map(({ id }, at) => [id, at]));
  return problems.map(({ element, message }) => {
    const at = rules.get(element);
    const rule = at === undefined ? undefined : table.rules[at];
    if (rule === undefined) return { message, rule: undefined, column: undefined };
    const quoted = /^"(.*?)(…?)": /s.exec(message) ?? /^"(.*?)(…?)" /s.exec(message);
    const [, text = '', isCut] = quoted ?? [];
    const column = cellsOf(table, rule).findIndex((cell) => {
      const trimmed = cell.trim();
      return trimmed !== '' && (isCut ? trimmed.startsWith(text) : trimmed === text);
    });
    return { message, rule: at, column: column === -1 ? undefined : column };
  });
}
