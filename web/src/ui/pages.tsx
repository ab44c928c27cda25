/** Long lists: one page at a time, more on request. */
import { Button } from '@mantine/core';
import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page, PageRequest } from '../api/page.ts';
import classes from './pages.module.css';

export type Pages<T> = {
  readonly data: readonly T[] | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
  readonly more: { readonly exists: boolean; readonly isLoading: boolean; readonly load: () => void };
};

export function usePages<T>(
  queryKey: QueryKey,
  list: (page: PageRequest) => Promise<Page<T>>,
  isWanted = true,
): Pages<T> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => list({ cursor: pageParam, signal }),
    enabled: isWanted,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
  return {
    data: query.data,
    error: query.error,
    refetch: query.refetch,
    more: {
      exists: query.hasNextPage,
      isLoading: query.isFetchingNextPage,
      load: () => void query.fetchNextPage(),
    },
  };
}

export function LoadMore({ more }: Pick<Pages<unknown>, 'more'>): ReactNode {
  const { t } = useTranslation();
  if (!more.exists) return null;
  return (
    <div className={classes.more}>
      <Button variant="default" size="xs" loading={more.isLoading} onClick={more.load}>
        {t('more')}
      </Button>
    </div>
  );
}
