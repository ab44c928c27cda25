/** Variables while somebody changes them: each as JSON in a field of its own. Pure. */

export type VariableDraft = {
  readonly name: string;
  readonly text: string;
  /** As it was before; undefined for one that is added. */
  readonly before: string | undefined;
  readonly isGone: boolean;
};
export type VariableFault = 'notJson' | 'noName' | 'sameNameTwice';
export type DraftedChange = {
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove: readonly string[];
  /** By the place of the draft. */
  readonly faults: ReadonlyMap<number, VariableFault>;
};

export const added: VariableDraft = { name: '', text: '', before: undefined, isGone: false };

/** Left out: what is too long to be changed in a field, and is kept by criteria. */
const EVIDENCE = 'evidence';

export const draftsOf = (variables: Readonly<Record<string, unknown>>): readonly VariableDraft[] =>
  Object.entries(variables)
    .filter(([name]) => name !== EVIDENCE)
    .map(([name, value]) => {
      const text = JSON.stringify(value, null, 2);
      return { name, text, before: text, isGone: false };
    });

/** Only what differs from before; a field that was added and left empty counts for nothing. */
export function changeOf(drafts: readonly VariableDraft[]): DraftedChange {
  const set: Record<string, unknown> = {};
  const faults = new Map<number, VariableFault>();
  const names = new Set(drafts.filter(({ before }) => before !== undefined).map(({ name }) => name));
  for (const [place, { name, text, before, isGone }] of drafts.entries()) {
    const isAdded = before === undefined;
    if (isGone || text === before || (isAdded && name.trim() === '' && text.trim() === '')) continue;
    if (isAdded && name.trim() === '') faults.set(place, 'noName');
    else if (isAdded && names.has(name.trim())) faults.set(place, 'sameNameTwice');
    else if (!isJson(text)) faults.set(place, 'notJson');
    else set[name.trim()] = JSON.parse(text);
    if (isAdded) names.add(name.trim());
  }
  const remove = drafts.filter(({ before, isGone }) => isGone && before !== undefined).map(({ name }) => name);
  return { set, remove, faults };
}

export const isEmptyChange = ({ set, remove }: DraftedChange): boolean =>
  Object.keys(set).length === 0 && remove.length === 0;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
