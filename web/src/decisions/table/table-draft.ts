/** A decision table while it is edited: every change is a value, and makes the next table of the one before. Pure. */
import type { DecisionTable } from '../../api/decisions.ts';

export type Side = 'inputs' | 'outputs' | 'annotations';
export const SIDES = ['inputs', 'outputs', 'annotations'] as const satisfies readonly Side[];
export type InputColumn = DecisionTable['inputs'][number];
export type OutputColumn = DecisionTable['outputs'][number];
export type Rule = DecisionTable['rules'][number];

/** Columns count from 0: first the inputs, then the outputs, then the annotations. */
export type Place = { readonly rule: number; readonly column: number };
/** A column by its side, and which of that side it is, from 0. */
export type ColumnAt = { readonly side: Side; readonly at: number };

export type Edit =
  | ({ readonly do: 'cell'; readonly text: string } & Place)
  /** Rows that lack a rule get a new one; what is right of the last column is dropped. */
  | ({ readonly do: 'paste'; readonly rows: readonly (readonly string[])[] } & Place)
  /** Behind a rule; −1: before all. */
  | { readonly do: 'addRule'; readonly after: number; readonly inputs?: readonly string[] }
  | { readonly do: 'copyRule'; readonly rule: number }
  | { readonly do: 'moveRule'; readonly rule: number; readonly by: -1 | 1 }
  | { readonly do: 'removeRule'; readonly rule: number }
  | { readonly do: 'addColumn'; readonly side: Side }
  | ({ readonly do: 'copyColumn' } & ColumnAt)
  | ({ readonly do: 'moveColumn'; readonly by: -1 | 1 } & ColumnAt)
  | ({ readonly do: 'removeColumn' } & ColumnAt)
  | { readonly do: 'input'; readonly at: number; readonly column: InputColumn }
  | { readonly do: 'output'; readonly at: number; readonly column: OutputColumn }
  | { readonly do: 'annotation'; readonly at: number; readonly title: string }
  | {
      readonly do: 'policy';
      readonly hitPolicy: DecisionTable['hitPolicy'];
      readonly aggregation?: DecisionTable['aggregation'];
    };

/** `newId` answers an id that no element of the file has. An edit that has nothing to change answers the table itself. */
export function edited(table: DecisionTable, edit: Edit, newId: () => string): DecisionTable {
  switch (edit.do) {
    case 'cell':
      return withRule(table, edit.rule, (rule) => withCell(rule, columnAt(table, edit.column), edit.text));
    case 'paste':
      return pasted(table, edit, newId);
    case 'addRule':
      return inserted(table, edit.after + 1, {
        ...emptyRule(table, newId()),
        ...(edit.inputs && padded(table, edit.inputs)),
      });
    case 'copyRule': {
      const rule = table.rules[edit.rule];
      return rule === undefined ? table : inserted(table, edit.rule + 1, { ...rule, id: newId() });
    }
    case 'moveRule':
      return withMoved(table, edit.rule, edit.by);
    case 'removeRule':
      return { ...table, rules: table.rules.toSpliced(edit.rule, 1) };
    case 'policy': {
      const { aggregation: _, ...rest } = table;
      const { hitPolicy, aggregation } = edit;
      return { ...rest, hitPolicy, ...(hitPolicy === 'COLLECT' && aggregation !== undefined && { aggregation }) };
    }
    case 'input':
      return { ...table, inputs: replaced(table.inputs, edit.at, edit.column) };
    case 'output':
      return { ...table, outputs: replaced(table.outputs, edit.at, edit.column) };
    case 'annotation':
      return { ...table, annotations: replaced(table.annotations, edit.at, edit.title) };
    default:
      return withColumns(table, edit);
  }
}

type ColumnEdit = Extract<Edit, { do: 'addColumn' | 'copyColumn' | 'moveColumn' | 'removeColumn' }>;

/** What is done to a column is done to the cells of every rule alike. */
function withColumns(table: DecisionTable, edit: ColumnEdit): DecisionTable {
  const { side } = edit;
  const change = <Item>(items: readonly Item[], empty: () => Item, copy = (item: Item): Item => item): Item[] => {
    switch (edit.do) {
      case 'addColumn':
        return [...items, empty()];
      case 'copyColumn':
        return items.flatMap((item, at) => (at === edit.at ? [item, copy(item)] : [item]));
      case 'moveColumn':
        return moved(items, edit.at, edit.by);
      case 'removeColumn':
        return items.toSpliced(edit.at, 1);
      default:
        return edit satisfies never;
    }
  };
  const rules = table.rules.map((rule) => ({ ...rule, [side]: change(rule[side], () => '') }));
  switch (side) {
    case 'inputs':
      return { ...table, rules, inputs: change<InputColumn>(table.inputs, () => ({ expression: '' }), withoutId) };
    case 'outputs':
      return { ...table, rules, outputs: change<OutputColumn>(table.outputs, () => ({ name: '' }), withoutId) };
    case 'annotations':
      return { ...table, rules, annotations: change(table.annotations, () => '') };
    default:
      return side satisfies never;
  }
}

/** A column without an id is new. */
function withoutId<Column extends { id?: string }>({ id: _, ...column }: Column): Omit<Column, 'id'> {
  return column;
}

export const columnCount = ({ inputs, outputs, annotations }: DecisionTable): number =>
  inputs.length + outputs.length + annotations.length;

/** Undefined behind the last column. */
export function columnAt(table: DecisionTable, column: number): ColumnAt | undefined {
  let at = column;
  for (const side of SIDES) {
    if (at < table[side].length) return at < 0 ? undefined : { side, at };
    at -= table[side].length;
  }
  return undefined;
}

export function numberOf(table: DecisionTable, { side, at }: ColumnAt): number {
  const before = SIDES.slice(0, SIDES.indexOf(side));
  return before.reduce((sum, each) => sum + table[each].length, at);
}

/** The cells of a rule by column, however many it was given. */
export const cellsOf = (table: DecisionTable, rule: Rule): string[] =>
  SIDES.flatMap((side) => table[side].map((_, at) => rule[side][at] ?? ''));

/** As spreadsheets put them on the clipboard: tabs between cells; a cell in quotes may hold line breaks. */
export function cellsOfClipboard(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const { 1: quoted, 2: plain, 3: end } of text.matchAll(
    /(?:"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\r\n]*))(\t|\r?\n|$)/g,
  )) {
    const cell = quoted === undefined ? (plain ?? '') : unquoted(quoted);
    rows.at(-1)?.push(cell);
    if (end === '') break;
    if (end !== '\t') rows.push([]);
  }
  return rows.filter((row) => row.length > 1 || row[0] !== '');
}

/** FEEL's own texts stand in quotes too: only what a spreadsheet had to quote is unquoted. */
const unquoted = (text: string): string => (/[\t\n]|""/.test(text) ? text.replaceAll('""', '"') : `"${text}"`);

const emptyRule = (table: DecisionTable, id: string): Rule => ({
  id,
  inputs: table.inputs.map(() => ''),
  outputs: table.outputs.map(() => ''),
  annotations: table.annotations.map(() => ''),
});

const padded = (table: DecisionTable, inputs: readonly string[]): Pick<Rule, 'inputs'> => ({
  inputs: table.inputs.map((_, at) => inputs[at] ?? ''),
});

const inserted = (table: DecisionTable, at: number, rule: Rule): DecisionTable => ({
  ...table,
  rules: table.rules.toSpliced(at, 0, rule),
});

function withRule(table: DecisionTable, at: number, change: (rule: Rule) => Rule): DecisionTable {
  const rule = table.rules[at];
  return rule === undefined ? table : { ...table, rules: replaced(table.rules, at, change(rule)) };
}

function withCell(rule: Rule, place: ColumnAt | undefined, text: string): Rule {
  if (place === undefined) return rule;
  const { side, at } = place;
  const cells = Array.from({ length: Math.max(rule[side].length, at + 1) }, (_, each) => rule[side][each] ?? '');
  return { ...rule, [side]: replaced(cells, at, text) };
}

function pasted(table: DecisionTable, edit: Extract<Edit, { do: 'paste' }>, newId: () => string): DecisionTable {
  const rules = [...table.rules];
  const first = Math.min(edit.rule, rules.length);
  for (const [line, cells] of edit.rows.entries()) {
    const at = first + line;
    const rule = rules[at] ?? emptyRule(table, newId());
    rules[at] = cells.reduce((row, text, cell) => withCell(row, columnAt(table, edit.column + cell), text), rule);
  }
  return { ...table, rules };
}

function withMoved(table: DecisionTable, rule: number, by: -1 | 1): DecisionTable {
  const rules = moved(table.rules, rule, by);
  return rules === table.rules ? table : { ...table, rules };
}

const replaced = <Item>(items: readonly Item[], at: number, item: Item): Item[] =>
  items.map((each, index) => (index === at ? item : each));

/** At either end nothing moves. */
function moved<Item>(items: readonly Item[], at: number, by: -1 | 1): Item[] {
  const item = items[at];
  const to = at + by;
  if (item === undefined || to < 0 || to >= items.length) return items as Item[];
  return items.toSpliced(at, 1).toSpliced(to, 0, item);
}
