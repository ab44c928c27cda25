/** Asks the decision, or the draft of its table, whenever inputs or draft have not changed for a moment. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type DecisionQuestion, type DecisionResult, evaluateDecision } from '../../api/decisions.ts';
import { keys } from '../../api/keys.ts';

const PAUSE_MS = 300;

export type Trial = {
  readonly result: DecisionResult | undefined;
  readonly error: unknown;
  /** False while inputs or draft have changed since. */
  readonly isCurrent: boolean;
};

export function useTrial(key: string, question: DecisionQuestion): Trial {
  const text = JSON.stringify(question);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const trial = useQuery({
    queryKey: keys.decisionTrial(key, settled),
    queryFn: () => evaluateDecision(key, JSON.parse(settled) as DecisionQuestion),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const isCurrent = settled === text && !trial.isPlaceholderData && !trial.isFetching;
  return { result: trial.error ? undefined : trial.data, error: trial.error, isCurrent };
}
