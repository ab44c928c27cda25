/** What a column is called, where it is spoken of. */
import type { DecisionTable } from '../../api/decisions.ts';
import type { GridColumn } from './grid-row.tsx';

/** A column without words of its own is called by its number. */
export const columnsOf = ({ inputs, outputs, annotations }: DecisionTable): GridColumn[] => [
  ...inputs.map(
    ({ label, expression }, at): GridColumn => ({ side: 'inputs', name: label || expression || `${at + 1}` }),
  ),
  ...outputs.map(({ label, name }, at): GridColumn => ({ side: 'outputs', name: label || name || `${at + 1}` })),
  ...annotations.map((title, at): GridColumn => ({ side: 'annotations', name: title || `${at + 1}` })),
];

/** In characters, by what is written in it; a head has a sign beside its words. */
const NARROWEST = 12;
const WIDEST = 34;
const BESIDE_HEAD = 7;
const BESIDE_CELL = 2;

export function widthsOf(table: DecisionTable): number[] {
  const { inputs, outputs, annotations, rules } = table;
  const heads = [
    ...inputs.map(({ label = '', expression }) => [label, expression]),
    ...outputs.map(({ label = '', name }) => [label, name]),
    ...annotations.map((title) => [title]),
  ];
  const widest = heads.map((texts) => Math.max(...texts.map(({ length }) => length + BESIDE_HEAD)));
  for (const rule of rules) {
    const cells = [
      ...inputs.map((_, at) => rule.inputs[at]),
      ...outputs.map((_, at) => rule.outputs[at]),
      ...annotations.map((_, at) => rule.annotations[at]),
    ];
    for (const [column, text = ''] of cells.entries())
      widest[column] = Math.max(widest[column] ?? 0, text.length + BESIDE_CELL);
  }
  return widest.map((length) => Math.min(WIDEST, Math.max(NARROWEST, length)));
}
