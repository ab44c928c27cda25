/** A decision table with everything around it: its tools, its hit policy, and what is wrong with it. */
import { type ReactNode, type RefObject, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlacedProblem } from './cell-problems.ts';
import { ColumnDialog } from './column-dialog.tsx';
import { columnsOf } from './column-name.ts';
import type { RuleMarks } from './rule-marks.ts';
import type { ColumnAt, Place } from './table-draft.ts';
import classes from './table-editor.module.css';
import { type Editing, type GridHandle, TableGrid } from './table-grid.tsx';
import { HitPolicy, HitPolicyText, TableToolbar } from './table-toolbar.tsx';
import type { Draft } from './use-draft.ts';

export type TableEditorProps = {
  readonly label: string;
  readonly draft: Draft;
  readonly mayEdit: boolean;
  readonly marks: RuleMarks;
  readonly shown: ReadonlySet<number>;
  readonly problems: readonly PlacedProblem[];
  readonly grid: RefObject<GridHandle | null>;
};

/** Problems that are listed; every cell says its own. */
const LISTED = 20;

export function TableEditor({ label, draft, mayEdit, marks, shown, problems, grid }: TableEditorProps): ReactNode {
  const { t } = useTranslation();
  const [place, setPlace] = useState<Place>();
  const [column, setColumn] = useState<ColumnAt>();
  const { table, edit, undo, redo, pause } = draft;
  const editing = useMemo((): Editing | undefined => {
    if (!mayEdit) return undefined;
    const onPlace = (next: Place): void => {
      setPlace(next);
      pause();
    };
    return { edit, undo, redo, onPlace, onColumn: setColumn };
  }, [mayEdit, edit, undo, redo, pause]);
  return (
    <>
      {mayEdit ? (
        <>
          <TableToolbar
            draft={draft}
            rule={place?.rule}
            onRule={(rule) => grid.current?.goTo({ rule, column: place?.column ?? 0 })}
            onColumnAdded={(side) => setColumn({ side, at: table[side].length })}
          />
          <HitPolicy draft={draft} />
        </>
      ) : (
        <HitPolicyText table={table} />
      )}
      <TableGrid
        label={label}
        table={table}
        marks={marks}
        shown={shown}
        problems={problems}
        editing={editing}
        handle={grid}
      />
      <Descriptions table={table} />
      {problems.length > 0 && <Problems draft={draft} problems={problems} grid={grid} />}
      {mayEdit && (
        <details className={classes.keys}>
          <summary>{t('decisions.keysTitle')}</summary>
          <p>{t('decisions.keys')}</p>
        </details>
      )}
      {column !== undefined && table[column.side][column.at] !== undefined && (
        <ColumnDialog
          key={`${column.side} ${column.at}`}
          draft={draft}
          column={column}
          onClose={() => setColumn(undefined)}
        />
      )}
    </>
  );
}

/** What other tools have written beside rules; some call it their annotation. */
function Descriptions({ table: { rules } }: Pick<Draft, 'table'>): ReactNode {
  const { t } = useTranslation();
  const described = rules.flatMap(({ id, description = '' }, at) =>
    description === '' ? [] : [{ id, description, rule: at + 1 }],
  );
  if (described.length === 0) return null;
  return (
    <details className={classes.keys}>
      <summary>{t('decisions.descriptions', { count: described.length })}</summary>
      <ul>
        {described.map(({ id, description, rule }) => (
          <li key={id}>
            {t('decisions.ruleNumber', { rule })}: <bdi>{description}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}

type ProblemsProps = Pick<TableEditorProps, 'draft' | 'problems' | 'grid'>;

function Problems({ draft: { table }, problems, grid }: ProblemsProps): ReactNode {
  const { t } = useTranslation();
  const columns = columnsOf(table);
  return (
    <ul className={classes.problems} aria-label={t('decisions.problems', { count: problems.length })}>
      {problems.slice(0, LISTED).map(({ message, rule, column }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same may be wrong at several places
        <li key={at}>
          {rule !== undefined && (
            <>
              <button
                type="button"
                className={classes.toCell}
                onClick={() => grid.current?.goTo({ rule, column: column ?? 0 })}
              >
                {column === undefined
                  ? t('decisions.ruleNumber', { rule: rule + 1 })
                  : t('decisions.cell', { rule: rule + 1, column: columns[column]?.name ?? '' })}
              </button>
              {': '}
            </>
          )}
          <bdi>{message}</bdi>
        </li>
      ))}
      {problems.length > LISTED && <li>{t('decisions.moreProblems', { count: problems.length - LISTED })}</li>}
    </ul>
  );
}
