/** Asks the server what is wrong with a model whenever it has not changed for a moment; nothing is deployed. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { checkDmn, type Deployment, type ModelProblem, modelProblemsOf, warningsOf } from '../api/decisions.ts';
import { keys } from '../api/keys.ts';

const PAUSE_MS = 500;

export type Verdict = {
  /** The file that was looked at: problems speak of its lines. */
  readonly xml: string;
  /** What would be deployed; undefined while something is wrong. */
  readonly deployment: Deployment | undefined;
  readonly problems: readonly ModelProblem[];
};

export type ModelCheck = {
  readonly verdict: Verdict | undefined;
  /** Any other problem than one of the model. */
  readonly error: unknown;
  readonly isCurrent: boolean;
};

/** `basedOn`: as with deploying; undefined for whatever is the newest. */
export function useModelCheck(xml: string, basedOn?: number): ModelCheck {
  const [settled] = useDebouncedValue(xml, PAUSE_MS);
  const check = useQuery({
    queryKey: keys.modelCheck(settled, basedOn),
    queryFn: () => verdictOn(settled, basedOn),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return { verdict: check.data, error: check.error, isCurrent: settled === xml && !check.isPlaceholderData };
}

async function verdictOn(xml: string, basedOn: number | undefined): Promise<Verdict> {
  try {
    const deployment = await checkDmn(xml, basedOn);
    return { xml, deployment, problems: warningsOf(deployment) };
  } catch (error) {
    const problems = modelProblemsOf(error);
    if (problems === undefined) throw error;
    return { xml, deployment: undefined, problems };
  }
}
