/** The machines and their analyses, as far as they are known now. */
import { useQuery } from '@tanstack/react-query';
import { readFleet } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';

/** With `lookMs` it is asked again after as long, for what is no event. */
export const useFleet = (lookMs?: number) =>
  useQuery({
    queryKey: keys.fleet,
    queryFn: ({ signal }) => readFleet(signal),
    ...(lookMs !== undefined && { refetchInterval: lookMs }),
  });
