/** How answers are cached: fresh until a live event says otherwise, and never silently wrong. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isProblem } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { toastProblem } from './problem-toast.tsx';

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** The component shows its errors itself. */
      readonly showsOwnErrors?: boolean;
    };
  }
}

const STALE_AFTER_MS = 60_000;

export function createQueryClient(): QueryClient {
  /** A session that has ended shows on every call; asking who I am brings up the page for signing in. */
  const noticeSignOut = (error: unknown): void => {
    const isRefusedPassword = isProblem(error, 'access.password-refused'); // of somebody who was never signed in
    if (isProblem(error) && error.status === 401 && !isRefusedPassword)
      void client.invalidateQueries({ queryKey: keys.me });
  };

  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryKey[0] !== keys.me[0]) noticeSignOut(error);
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, ...[, , mutation]) => {
        noticeSignOut(error);
        if (mutation.meta?.showsOwnErrors !== true) toastProblem(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER_MS,
        // What the server refused it will refuse again; what did not reach it may.
        retry: (failures, error) => failures < 2 && !(isProblem(error) && error.status >= 400 && error.status < 500),
      },
      mutations: { retry: false },
    },
  });
  return client;
}
