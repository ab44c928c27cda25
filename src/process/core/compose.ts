/** A definition that joins others: each is called and waited for, one after another or all at once. Variables pass through. */
import type { DefinitionSource, Label, NodeSource } from './source.ts';

export type Part = { readonly definition: string; readonly version?: number | undefined };
export type Composition = {
  readonly key: string;
  readonly name?: Label;
  /** sequence and call: in their order. parallel: all at once, until the last has ended. */
  readonly as: 'sequence' | 'call' | 'parallel';
  readonly of: readonly Part[];
};

/** The source of a definition that can be deployed, and changed by hand from there. */
export function composed({ key, name, as, of }: Composition): DefinitionSource {
  const ids = of.map((_, place) => `step-${place + 1}`);
  const described = { key, ...(name !== undefined && { name }) };
  const end: NodeSource = { id: 'end', type: 'end' };
  const [first = 'end'] = ids;
  if (as !== 'parallel') {
    const calls = of.map((part, place) => callOf(part, { id: ids[place] ?? '', next: ids[place + 1] ?? 'end' }));
    return { ...described, nodes: [{ id: 'start', type: 'start', next: first }, ...calls, end] };
  }
  const calls = of.map((part, place) => callOf(part, { id: ids[place] ?? '', next: 'join' }));
  return {
    ...described,
    nodes: [
      { id: 'start', type: 'start', next: 'split' },
      { id: 'split', type: 'parallelGateway', next: ids },
      ...calls,
      { id: 'join', type: 'parallelGateway', next: 'end' },
      end,
    ],
  };
}

const callOf = (
  { definition, version }: Part,
  { id, next }: { readonly id: string; readonly next: string },
): NodeSource => ({
  id,
  type: 'callActivity',
  name: definition,
  process: definition,
  ...(version !== undefined && { version }),
  next,
});
