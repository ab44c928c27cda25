/** An operation as it goes on: nothing on the event stream tells of it, so it is looked at until it is over. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/keys.ts';
import { readOperation } from '../api/operations.ts';
import { isOver } from './operation-state.tsx';

const LOOK_MS = 500;

export function useOperation(id: string | undefined) {
  const client = useQueryClient();
  const operation = useQuery({
    queryKey: keys.operation(id ?? ''),
    queryFn: ({ signal }) => readOperation(id ?? '', signal),
    enabled: id !== undefined,
    refetchInterval: ({ state: { data } }) => (data !== undefined && isOver(data) ? false : LOOK_MS),
  });
  const isEnded = operation.data !== undefined && isOver(operation.data) && !operation.data.dryRun;
  useEffect(() => {
    if (isEnded) void client.invalidateQueries({ queryKey: keys.allInstances });
  }, [isEnded, client]);
  return operation;
}
