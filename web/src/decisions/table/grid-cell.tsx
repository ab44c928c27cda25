/** One cell of a decision table: FEEL as plain text. It grows over its neighbours while somebody writes in it. */
import { type ClipboardEvent, memo, type ReactNode } from 'react';
import { cellsOfClipboard, type Edit } from './table-draft.ts';
import classes from './table-grid.module.css';

export type CellMark = 'failed' | undefined;

export type GridCellProps = {
  readonly rule: number;
  readonly column: number;
  readonly text: string;
  readonly label: string;
  /** Annotations are in the reader's language; the rest is FEEL. */
  readonly isWords: boolean;
  readonly mark: CellMark;
  /** What a mark means, or what is wrong here. */
  readonly note: string | undefined;
  readonly isWrong: boolean;
  /** Undefined: it can only be read. */
  readonly onEdit: ((edit: Edit) => void) | undefined;
};

export const GridCell = memo(function GridCell(props: GridCellProps): ReactNode {
  const { rule, column, text, label, isWords, mark, note, isWrong, onEdit } = props;
  const direction = isWords ? 'auto' : 'ltr';
  const paste = (event: ClipboardEvent): void => {
    const rows = cellsOfClipboard(event.clipboardData.getData('text/plain'));
    if (rows.length < 2 && (rows[0]?.length ?? 0) < 2) return;
    event.preventDefault();
    onEdit?.({ do: 'paste', rule, column, rows });
  };
  return (
    <td className={classes.cell} data-mark={mark} data-wrong={isWrong} title={note}>
      {onEdit === undefined ? (
        <span className={isWords ? classes.words : classes.text} dir={direction} title={note ?? text}>
          {text}
        </span>
      ) : (
        <textarea
          className={isWords ? classes.wordsField : classes.field}
          data-cell={`${rule}:${column}`}
          rows={1}
          dir={direction}
          spellCheck={isWords}
          autoComplete="off"
          aria-label={label}
          aria-invalid={isWrong}
          aria-description={note}
          value={text}
          onChange={(event) => onEdit({ do: 'cell', rule, column, text: event.currentTarget.value })}
          onPaste={paste}
        />
      )}
      {note !== undefined && onEdit === undefined && <span className="visually-hidden">{note}</span>}
    </td>
  );
});
