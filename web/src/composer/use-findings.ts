/** Asks the server what is wrong with a definition, whenever it has not changed for a moment; nothing is deployed. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { checkDefinition, type Deployment, type Finding, findingsOf } from '../api/definitions.ts';

const PAUSE_MS = 500;

export type Findings = {
  /** What the version would be called that is deployed now; undefined while something is wrong. */
  readonly version: number | undefined;
  readonly findings: readonly Finding[];
  /** What a BPMN file says that is kept and has no meaning here. */
  readonly notes: NonNullable<Deployment['notes']>;
};

export type Checked = {
  readonly data: Findings | undefined;
  readonly error: unknown;
  readonly isCurrent: boolean;
  readonly isAsked: boolean;
};

/** A text is a BPMN file; undefined is not asked about. */
export function useFindings(source: unknown): Checked {
  const text = typeof source === 'string' ? source : JSON.stringify(source);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const check = useQuery({
    queryKey: ['check', typeof source, settled],
    queryFn: () => findingsIn(typeof source === 'string' ? settled : JSON.parse(settled ?? 'null')),
    enabled: settled !== undefined,
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return {
    data: check.data,
    error: check.error,
    isCurrent: settled === text && !check.isPlaceholderData,
    isAsked: text !== undefined,
  };
}

async function findingsIn(source: unknown): Promise<Findings> {
  try {
    const { version, notes = [] } = await checkDefinition(source);
    return { version, findings: [], notes };
  } catch (error) {
    const findings = findingsOf(error);
    if (findings === undefined) throw error;
    return { version: undefined, findings, notes: [] };
  }
}
