/** The steps of editing a table, to take back and to do again. Pure. */
import type { DecisionTable } from '../../api/decisions.ts';
import { type Edit, edited } from './table-draft.ts';

/** Steps that can be taken back. */
export const MAX_STEPS = 200;

export type DraftHistory = {
  readonly past: readonly DecisionTable[];
  readonly now: DecisionTable;
  readonly future: readonly DecisionTable[];
  /** Where the last step went on typing. */
  readonly typedIn: string | undefined;
};

export type Step =
  | { readonly kind: 'edit'; readonly edit: Edit; readonly newId: () => string }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  /** Typing is over: the next letter begins a new step. */
  | { readonly kind: 'pause' };

export const begin = (table: DecisionTable): DraftHistory => ({ past: [], now: table, future: [], typedIn: undefined });

/** Letters typed into one cell without leaving it are one step. */
export function stepped(history: DraftHistory, step: Step): DraftHistory {
  const { past, now, future, typedIn } = history;
  switch (step.kind) {
    case 'edit': {
      const next = edited(now, step.edit, step.newId);
      if (next === now) return history;
      const typing = step.edit.do === 'cell' ? `${step.edit.rule} ${step.edit.column}` : undefined;
      const goesOn = typing !== undefined && typing === typedIn;
      return { past: goesOn ? past : [...past, now].slice(-MAX_STEPS), now: next, future: [], typedIn: typing };
    }
    case 'undo': {
      const before = past.at(-1);
      if (before === undefined) return history;
      return { past: past.slice(0, -1), now: before, future: [now, ...future], typedIn: undefined };
    }
    case 'redo': {
      const [next, ...later] = future;
      if (next === undefined) return history;
      return { past: [...past, now], now: next, future: later, typedIn: undefined };
    }
    case 'pause':
      return typedIn === undefined ? history : { ...history, typedIn: undefined };
    default:
      return step satisfies never;
  }
}
