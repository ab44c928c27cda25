/** The heads of a decision table: what each input asks and each output gives. A click changes a column. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DecisionTable } from '../../api/decisions.ts';
import { EditIcon } from '../../app/icons.tsx';
import { columnsOf } from './column-name.ts';
import { type ColumnAt, columnAt } from './table-draft.ts';
import classes from './table-grid.module.css';

export type GridHeadProps = {
  readonly table: DecisionTable;
  /** Undefined: the table can only be read. */
  readonly onColumn: ((column: ColumnAt) => void) | undefined;
};

export function GridHead({ table, onColumn }: GridHeadProps): ReactNode {
  const { t } = useTranslation();
  const { inputs, outputs, annotations } = table;
  const heads: readonly HeadText[] = [
    ...inputs.map(({ label, expression, type, values }) => ({ title: label, code: expression, type, values })),
    ...outputs.map(({ label, name, type, values }) => ({ title: label, code: name, type, values })),
    ...annotations.map((title) => ({ title, code: undefined, type: undefined, values: undefined })),
  ];
  const columns = columnsOf(table);
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className={classes.number}>
          <span className="visually-hidden">{t('decisions.rule')}</span>#
        </th>
        {heads.map((head, column) => {
          const { side = 'inputs', name = '' } = columns[column] ?? {};
          const at = columnAt(table, column);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
            <th key={column} scope="col" className={classes.head} data-side={side}>
              <span className={classes.side}>{t(`decisions.sides.${side}`)}</span>
              {onColumn === undefined || at === undefined ? (
                <Head {...head} />
              ) : (
                <button type="button" className={classes.change} onClick={() => onColumn(at)}>
                  <Head {...head} />
                  <span className="visually-hidden">{t('decisions.changeColumn', { column: name })}</span>
                  <EditIcon size={14} />
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

type HeadText = {
  readonly title: string | undefined;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly values: string | undefined;
};

function Head({ title, code, type, values }: HeadText): ReactNode {
  const hasTitle = title !== undefined && title !== '';
  return (
    <span className={classes.headText}>
      {hasTitle && <bdi className={classes.title}>{title}</bdi>}
      {code !== undefined && code !== title && (code !== '' || !hasTitle) && (
        <code className={hasTitle ? classes.under : classes.title} dir="ltr">
          {code || '–'}
        </code>
      )}
      {(values ?? type) !== undefined && (
        <code className={classes.under} dir="ltr" title={values}>
          {values ?? type}
        </code>
      )}
    </span>
  );
}
