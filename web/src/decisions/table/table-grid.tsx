/** A decision table as a table: heads that stay in sight, one row a rule; the keys move as in a spreadsheet. */
import { useDirection } from '@mantine/core';
import {
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useReducer,
  useRef,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { DecisionTable } from '../../api/decisions.ts';
import { actionOf } from './cell-keys.ts';
import type { PlacedProblem } from './cell-problems.ts';
import { columnsOf, widthsOf } from './column-name.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import type { RuleMarks } from './rule-marks.ts';
import { type ColumnAt, columnAt, columnCount, type Edit, type Place } from './table-draft.ts';
import classes from './table-grid.module.css';
import { useMoreColumns } from './use-more-columns.ts';
import { RULE_HEIGHT_PX, useVisibleRules } from './visible-rules.ts';

/** What others ask of the grid. */
export type GridHandle = {
  /** Puts the cursor into a cell. */
  readonly goTo: (place: Place) => void;
  /** Brings a rule into sight. */
  readonly show: (rule: number) => void;
};

export type Editing = {
  readonly edit: (edit: Edit) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** The cursor has left a cell, or come to one. */
  readonly onPlace: (place: Place) => void;
  readonly onColumn: (column: ColumnAt) => void;
};

export type TableGridProps = {
  readonly label: string;
  readonly table: DecisionTable;
  readonly marks: RuleMarks;
  /** Rules, from 0, that somebody asked to be shown. */
  readonly shown: ReadonlySet<number>;
  readonly problems: readonly PlacedProblem[];
  /** Undefined: the table can only be read. */
  readonly editing: Editing | undefined;
  readonly handle: RefObject<GridHandle | null>;
};

export function TableGrid({ label, table, marks, shown, problems, editing, handle }: TableGridProps): ReactNode {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const visible = useVisibleRules(frame, table.rules.length);
  const goTo = useCells(frame, visible);
  const onKeyDown = useGridKeys({ table, editing, goTo });
  const wrong = useMemo(() => byRule(problems), [problems]);
  const heads = JSON.stringify([table.inputs, table.outputs, table.annotations]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the columns are named by the heads alone
  const columns = useMemo(() => columnsOf(table), [heads]);
  const widths = useMemo(() => widthsOf(table), [table]);
  useImperativeHandle(handle, () => ({ goTo, show: (rule) => showRule(frame.current, rule) }), [goTo]);
  const onFocus = (event: FocusEvent): void => {
    const place = placeOf(event.target);
    if (place !== undefined) editing?.onPlace(place);
  };
  const span = columnCount(table) + 1;
  const more = useMoreColumns(frame);
  return (
    <div className={classes.around} data-more-start={more.atStart} data-more-end={more.atEnd}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only listens for the keys that move between the fields in it */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div ref={frame} className={classes.frame} tabIndex={0} onKeyDown={onKeyDown} onFocus={onFocus}>
        <table className={classes.table} aria-rowcount={table.rules.length + 1} style={{ minWidth: roomFor(widths) }}>
          <caption className="visually-hidden">{label}</caption>
          <colgroup>
            <col className={classes.numberColumn} />
            {widths.map((width, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
              <col key={column} style={column === widths.length - 1 ? {} : { width: `${width}ch` }} />
            ))}
          </colgroup>
          <GridHead table={table} onColumn={editing?.onColumn} />
          <tbody>
            <Gap rules={visible.from} span={span} />
            {table.rules.slice(visible.from, visible.to).map((rule, at) => {
              const index = visible.from + at;
              return (
                <GridRow
                  key={rule.id}
                  index={index}
                  rule={rule}
                  columns={columns}
                  hasFired={marks.fired.has(index)}
                  failedAt={marks.failedAt.get(index)}
                  isShown={shown.has(index)}
                  problems={wrong.get(index)}
                  onEdit={editing?.edit}
                />
              );
            })}
            <Gap rules={table.rules.length - visible.to} span={span} />
          </tbody>
        </table>
        {table.rules.length === 0 && <p className={classes.empty}>{t('decisions.noRules')}</p>}
      </div>
      {(more.atStart || more.atEnd) && <p className={classes.more}>{t('decisions.moreColumns')}</p>}
    </div>
  );
}

/** The last column takes what is left of the frame. */
export const roomFor = (widths: readonly number[]): string =>
  `calc(4rem + ${widths.reduce((sum, width) => sum + width, 0)}ch)`;

/** The room of the rules that are not drawn. */
function Gap({ rules, span }: { readonly rules: number; readonly span: number }): ReactNode {
  if (rules <= 0) return null;
  return (
    <tr>
      <td colSpan={span} style={{ height: rules * RULE_HEIGHT_PX }} />
    </tr>
  );
}

/** Goes to a cell, also to one that is drawn only when its rule comes into sight. */
function useCells(frame: RefObject<HTMLElement | null>, visible: { readonly from: number; readonly to: number }) {
  const wanted = useRef<Place>(undefined);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const reach = useCallback(() => {
    const place = wanted.current;
    const field =
      place && frame.current?.querySelector<HTMLTextAreaElement>(`[data-cell="${place.rule}:${place.column}"]`);
    if (!field) return;
    wanted.current = undefined;
    field.focus();
    field.select();
  }, [frame]);
  // After every drawing: the cell may be there now.
  useEffect(reach);
  return useCallback(
    (place: Place) => {
      wanted.current = place;
      const isDrawn = place.rule >= visible.from && place.rule < visible.to;
      if (!isDrawn) scrollTo(frame.current, place.rule);
      // Not at once: an edit may be about to bring another rule to this place.
      redraw();
    },
    [frame, visible.from, visible.to],
  );
}

/** Whoever asks may be far below the table. */
function showRule(frame: HTMLElement | null, rule: number): void {
  scrollTo(frame, rule);
  frame?.scrollIntoView({ block: 'nearest' });
}

function scrollTo(frame: HTMLElement | null, rule: number): void {
  if (frame === null) return;
  const top = rule * RULE_HEIGHT_PX;
  const isInSight = top >= frame.scrollTop && top < frame.scrollTop + frame.clientHeight - 4 * RULE_HEIGHT_PX;
  if (!isInSight) frame.scrollTop = Math.max(0, top - 2 * RULE_HEIGHT_PX);
}

type KeyParts = {
  readonly table: DecisionTable;
  readonly editing: Editing | undefined;
  readonly goTo: (place: Place) => void;
};

function useGridKeys({ table, editing, goTo }: KeyParts): (event: KeyboardEvent) => void {
  const { dir } = useDirection();
  return (event) => {
    const place = placeOf(event.target);
    if (place === undefined || editing === undefined || event.nativeEvent.isComposing) return;
    const field = event.target as HTMLTextAreaElement;
    const pressed = { key: event.key, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey, shift: event.shiftKey };
    const text = { value: field.value, start: field.selectionStart, end: field.selectionEnd };
    const action = actionOf(pressed, text, getComputedStyle(field).direction === 'rtl');
    if (action === undefined) return;
    event.preventDefault();
    const { rule, column } = place;
    switch (action.kind) {
      case 'undo':
        return editing.undo();
      case 'redo':
        return editing.redo();
      case 'addRule':
        editing.edit({ do: 'addRule', after: rule });
        return goTo({ rule: rule + 1, column });
      case 'moveRule':
        if (table.rules[rule + action.by] === undefined) return;
        editing.edit({ do: 'moveRule', rule, by: action.by });
        return goTo({ rule: rule + action.by, column });
      case 'move': {
        const next = { rule: rule + action.rules, column: column + (dir === 'rtl' ? -action.columns : action.columns) };
        if (next.rule === table.rules.length && event.key === 'Enter') editing.edit({ do: 'addRule', after: rule });
        else if (table.rules[next.rule] === undefined || columnAt(table, next.column) === undefined) return;
        return goTo(next);
      }
      default:
        return action satisfies never;
    }
  };
}

function placeOf(target: EventTarget): Place | undefined {
  if (!(target instanceof HTMLTextAreaElement)) return undefined;
  const [rule, column] = (target.dataset.cell ?? '').split(':').map(Number);
  return rule === undefined || column === undefined ? undefined : { rule, column };
}

function byRule(problems: readonly PlacedProblem[]): ReadonlyMap<number, PlacedProblem[]> {
  const found = new Map<number, PlacedProblem[]>();
  for (const problem of problems) {
    if (problem.rule === undefined) continue;
    found.set(problem.rule, [...(found.get(problem.rule) ?? []), problem]);
  }
  return found;
}
