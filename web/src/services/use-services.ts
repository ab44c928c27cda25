/** Every service that answers, and every queue with it. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type BusQueue, type BusService, listQueues, listServices } from '../api/bus.ts';
import { keys } from '../api/keys.ts';
import { LOOK_AGAIN_MS } from './refresh.ts';

export const useServices = (): UseQueryResult<readonly BusService[]> =>
  useQuery({
    queryKey: keys.services,
    queryFn: ({ signal }) => listServices({ signal }),
    refetchInterval: LOOK_AGAIN_MS,
    select: ({ items }) => items,
  });

export const useQueues = (): UseQueryResult<readonly BusQueue[]> =>
  useQuery({
    queryKey: keys.queues,
    queryFn: ({ signal }) => listQueues({ signal }),
    refetchInterval: LOOK_AGAIN_MS,
    select: ({ items }) => items,
  });
