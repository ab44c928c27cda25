/** One change of an instance by an engineer: a refusal stays in the dialog, and the pages look again whatever came of it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys.ts';
import { toastDone } from '../app/problem-toast.tsx';

export type Mended = {
  /** What is told when it was done. */
  readonly done: string;
  readonly onDone: () => void;
};

export function useMending<Given = void>(change: (given: Given) => Promise<unknown>, { done, onDone }: Mended) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    meta: { showsOwnErrors: true },
    onSuccess: () => {
      toastDone(done);
      onDone();
    },
    onSettled: () =>
      Promise.all(
        [keys.allInstances, keys.allTasks, keys.allIncidents].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}
