/** Decides between the three faces of the user interface: waiting, signed out, and the shell with a page in it. */
import { Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readMe } from '../api/access.ts';
import { isProblem } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { type LiveStatus, startLive } from '../live/live.ts';
import { LiveStatusContext } from '../live/live-status.ts';
import { PrincipalContext } from './principal.ts';
import classes from './root.module.css';
import { Shell } from './shell.tsx';
import { SignedOutPage } from './signed-out-page.tsx';
import { UnreachablePage } from './unreachable-page.tsx';

export function Root(): ReactNode {
  const { t } = useTranslation();
  const me = useQuery({ queryKey: keys.me, queryFn: ({ signal }) => readMe(signal) });

  if (isProblem(me.error) && me.error.status === 401) return <SignedOutPage />;
  if (me.data === undefined) {
    if (me.error) return <UnreachablePage error={me.error} onRetry={() => void me.refetch()} />;
    return (
      <main className={classes.waiting}>
        <Loader aria-label={t('loading')} />
      </main>
    );
  }
  return (
    <PrincipalContext value={me.data}>
      <FollowServer>
        <Shell />
      </FollowServer>
    </PrincipalContext>
  );
}

function FollowServer({ children }: { readonly children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>('connecting');
  useEffect(() => startLive(client, setStatus), [client]);
  return <LiveStatusContext value={status}>{children}</LiveStatusContext>;
}
