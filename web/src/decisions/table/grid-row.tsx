/** One rule of a decision table, with what the last evaluation made of it. */
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckIcon } from '../../app/icons.tsx';
import type { PlacedProblem } from './cell-problems.ts';
import { GridCell } from './grid-cell.tsx';
import type { Edit, Rule } from './table-draft.ts';
import classes from './table-grid.module.css';

export type GridColumn = { readonly name: string; readonly side: 'inputs' | 'outputs' | 'annotations' };

export type GridRowProps = {
  readonly index: number;
  readonly rule: Rule;
  readonly columns: readonly GridColumn[];
  readonly hasFired: boolean;
  /** The column whose cell did not hold. */
  readonly failedAt: number | undefined;
  /** It is one of the rules that somebody asked to be shown. */
  readonly isShown: boolean;
  readonly problems: readonly PlacedProblem[] | undefined;
  readonly onEdit: ((edit: Edit) => void) | undefined;
};

export const GridRow = memo(function GridRow(props: GridRowProps): ReactNode {
  const { t } = useTranslation();
  const { index, rule, columns, hasFired, failedAt, isShown, problems, onEdit } = props;
  const number = index + 1;
  const ofRule = problems?.filter(({ column }) => column === undefined).map(({ message }) => message);
  const cells = [
    ...columns.filter(({ side }) => side === 'inputs').map((_, at) => rule.inputs[at]),
    ...columns.filter(({ side }) => side === 'outputs').map((_, at) => rule.outputs[at]),
    ...columns.filter(({ side }) => side === 'annotations').map((_, at) => rule.annotations[at]),
  ];
  return (
    <tr
      className={classes.rule}
      aria-rowindex={index + 2}
      data-fired={hasFired}
      data-shown={isShown}
      data-rule={number}
    >
      <th
        scope="row"
        className={classes.number}
        data-wrong={ofRule !== undefined && ofRule.length > 0}
        title={ofRule?.join(' ')}
      >
        {hasFired && (
          <>
            <CheckIcon size={14} />
            <span className="visually-hidden">{t('decisions.fired')}</span>
          </>
        )}
        {number}
      </th>
      {columns.map(({ name, side }, column) => {
        const wrong = problems?.filter((problem) => problem.column === column).map(({ message }) => message) ?? [];
        const hasFailed = failedAt === column;
        const note = wrong.length > 0 ? wrong.join(' ') : hasFailed ? t('decisions.didNotHold') : undefined;
        return (
          <GridCell
            // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
            key={column}
            rule={index}
            column={column}
            text={cells[column] ?? ''}
            label={t('decisions.cell', { rule: number, column: name })}
            isWords={side === 'annotations'}
            mark={hasFailed ? 'failed' : undefined}
            note={note}
            isWrong={wrong.length > 0}
            onEdit={onEdit}
          />
        );
      })}
    </tr>
  );
});
