/** The steps of a definition by name and type, for everything that speaks of nodes by their id. */
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { keys } from '../api/keys.ts';
import { type Definition, readDefinition } from '../api/processes.ts';
import { useLabel } from '../ui/label.ts';

export type Steps = {
  /** The id itself for a step without a name. */
  readonly nameOf: (id: string) => string;
  readonly typeOf: (id: string) => string | undefined;
  readonly definition: Definition | undefined;
};

/** A version never changes, so it is asked for once. */
export function useDefinition(key: string, version: number | undefined, isWanted = true) {
  return useQuery({
    queryKey: keys.definition(key, version),
    queryFn: ({ signal }) => readDefinition(key, version, signal),
    enabled: isWanted,
    ...(version !== undefined && { staleTime: Number.POSITIVE_INFINITY }),
  });
}

export function useSteps(key: string, version: number | undefined): Steps {
  const label = useLabel();
  const { data: definition } = useDefinition(key, version, version !== undefined);
  const nameOf = useCallback(
    (id: string) => label(definition?.nodes.find((node) => node.id === id)?.name) || id,
    [definition, label],
  );
  const typeOf = useCallback((id: string) => definition?.nodes.find((node) => node.id === id)?.type, [definition]);
  return { nameOf, typeOf, definition };
}
