/** An operation while somebody says what is to be done. Pure. */
import type { InstanceChoice, NewOperation, OperationVerb } from '../api/operations.ts';
import { added, changeOf, type VariableDraft } from '../mending/variable-drafts.ts';

export type OperationDraft = {
  readonly what: OperationVerb;
  readonly reason: string;
  readonly variables: readonly VariableDraft[];
  /** Names with commas between. */
  readonly remove: string;
  readonly from: string | null;
  readonly to: string | null;
  /** null: the newest. */
  readonly version: number | null;
  readonly nodes: Readonly<Record<string, string>>;
  readonly atNode: string | null;
  readonly isOnlyStuck: boolean;
};

export const emptyDraft = (what: OperationVerb): OperationDraft => ({
  ...{ what, reason: '', variables: [added], remove: '', from: null, to: null, version: null, nodes: {} },
  ...{ atNode: null, isOnlyStuck: what === 'retry' },
});

/** Nodes and versions are those of one definition. */
export const needsDefinition = (what: OperationVerb): boolean => what === 'move' || what === 'migrate';

/** Undefined while something is missing or wrong. */
export function operationOf(draft: OperationDraft, chosen: InstanceChoice): NewOperation | undefined {
  const { what, atNode, isOnlyStuck } = draft;
  if (needsDefinition(what) && chosen.definition === undefined) return undefined;
  const filter = {
    ...chosen,
    ...(atNode !== null && { atNode }),
    ...(isOnlyStuck && { hasIncident: true }),
  };
  const deed = deedOf(draft);
  return deed && { ...deed, filter };
}

type Deed = NewOperation extends infer Each ? (Each extends unknown ? Omit<Each, 'filter' | 'dryRun'> : never) : never;

function deedOf({ what, reason, from, to, version, nodes, ...rest }: OperationDraft): Deed | undefined {
  const { set, faults } = changeOf(rest.variables);
  switch (what) {
    case 'suspend':
    case 'cancel':
      return { what, ...(reason.trim() !== '' && { reason: reason.trim() }) };
    case 'resume':
      return { what };
    case 'retry':
      if (faults.size > 0) return undefined;
      return { what, ...(Object.keys(set).length > 0 && { variables: set }) };
    case 'variables': {
      const remove = namesIn(rest.remove);
      if (faults.size > 0 || (Object.keys(set).length === 0 && remove.length === 0)) return undefined;
      return { what, set, ...(remove.length > 0 && { remove }) };
    }
    case 'move':
      return from === null || to === null || from === to ? undefined : { what, from, to };
    case 'migrate':
      return {
        what,
        ...(version !== null && { version }),
        ...(Object.keys(nodes).length > 0 && { nodes: { ...nodes } }),
      };
    default:
      return what satisfies never;
  }
}

const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
