/** Definitions and their versions as somebody filters by them. */
import { useQuery } from '@tanstack/react-query';
import { keys } from '../api/keys.ts';
import { listDefinitions } from '../api/processes.ts';
import { useDefinition } from '../history/steps.ts';
import { useLabel } from '../ui/label.ts';

type Choice = { readonly value: string; readonly label: string };

/** As many as a page of the list has. */
export function useDefinitionChoices(): readonly Choice[] {
  const label = useLabel();
  const definitions = useQuery({
    queryKey: [...keys.definitions, 'names'],
    queryFn: ({ signal }) => listDefinitions({ signal }),
    select: ({ items }) => items.map(({ key, name }) => ({ value: key, label: label(name) || key })),
  });
  return definitions.data ?? [];
}

/** The newest first. */
export function useVersionChoices(key: string | undefined): readonly Choice[] {
  const definition = useDefinition(key ?? '', undefined, key !== undefined);
  return (definition.data?.versions ?? []).map(({ version }) => ({ value: String(version), label: String(version) }));
}
