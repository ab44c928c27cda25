/** A table while it is edited, with its steps; and the ids of new rules. */
import { useCallback, useMemo, useReducer } from 'react';
import type { DecisionTable } from '../../api/decisions.ts';
import { begin, stepped } from './draft-history.ts';
import type { Edit } from './table-draft.ts';

export type Draft = {
  readonly table: DecisionTable;
  readonly isChanged: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly edit: (edit: Edit) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly pause: () => void;
};

export function useDraft(initial: DecisionTable): Draft {
  const [history, step] = useReducer(stepped, initial, begin);
  const edit = useCallback((edit: Edit) => {
    // Made here, as the step may be taken twice: both times the same.
    const ids = idsFrom(randomWord());
    step({ kind: 'edit', edit, newId: ids });
  }, []);
  const undo = useCallback(() => step({ kind: 'undo' }), []);
  const redo = useCallback(() => step({ kind: 'redo' }), []);
  const pause = useCallback(() => step({ kind: 'pause' }), []);
  const table = history.now;
  const isChanged = useMemo(() => JSON.stringify(table) !== JSON.stringify(initial), [table, initial]);
  return {
    table,
    isChanged,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    edit,
    undo,
    redo,
    pause,
  };
}

function idsFrom(word: string): () => string {
  let count = 0;
  return () => `Rule_${word}_${++count}`;
}

const randomWord = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, '0')).join('');
