/** People by name instead of id, and "you" for the reader. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { listPeople, type Person } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { usePrincipal } from '../app/principal.ts';

/** Empty while loading, and where the reader may not see people. */
export function usePeople(): readonly Person[] {
  const people = useQuery({ queryKey: keys.people, queryFn: ({ signal }) => listPeople({ signal }) });
  return people.data?.items ?? [];
}

/** The name of whoever has this id; services and unknown ids stand for themselves. */
export function usePersonName(): (id: string | null) => string {
  const { t } = useTranslation();
  const me = usePrincipal();
  const people = usePeople();
  return useCallback(
    (id) => {
      if (id === null || id === 'system') return t('person.millrace');
      if (id === me.id) return me.name;
      return people.find((person) => person.id === id)?.name ?? tokenName(id) ?? id;
    },
    [people, me, t],
  );
}

/** A program acts by its token, as "token:line A gateway:token-4". */
const tokenName = (id: string): string | undefined => /^token:(.+):[^:]+$/.exec(id)?.[1];

export function PersonName({ id }: { readonly id: string | null }): ReactNode {
  const personName = usePersonName();
  return <bdi>{personName(id)}</bdi>;
}
