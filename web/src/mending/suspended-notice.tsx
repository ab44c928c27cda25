/** That an instance is suspended: who did it and why, what has come for it since, and the way on. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { resumeInstance } from '../api/mending.ts';
import type { Instance } from '../api/processes.ts';
import { PauseIcon } from '../app/icons.tsx';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { toastProblem } from '../app/problem-toast.tsx';
import { useFormat } from '../i18n/format.ts';
import { useNow } from '../ui/now.ts';
import { usePersonName } from '../ui/person-name.tsx';
import classes from './mending.module.css';
import { useMending } from './use-mending.ts';

export function SuspendedNotice({ instance }: { readonly instance: Instance }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const me = usePrincipal();
  const personName = usePersonName();
  const resuming = useMending(() => resumeInstance(instance.id), { done: t('mend.resumed'), onDone: () => undefined });
  const { suspended, suspendedBy } = instance;
  if (suspended === undefined) return null;
  const who =
    suspendedBy === undefined
      ? t('mend.suspendedPlain')
      : t('mend.suspendedBy', {
          person: personName(suspendedBy.person),
          at: format.relative(suspendedBy.at, Math.max(now, Date.parse(suspendedBy.at))),
        });
  return (
    <section className={classes.suspended} aria-label={t('status.suspended')}>
      <PauseIcon size={20} />
      <div className={classes.suspendedText}>
        <p className={classes.strong}>{who}</p>
        {suspended.reason !== null && (
          <p>
            <bdi>{suspended.reason}</bdi>
          </p>
        )}
        <p className="quiet small">{t('mend.kept', { count: suspended.kept })}</p>
      </div>
      {hasRole(me, 'engineer') && (
        <Button
          variant="default"
          size="xs"
          loading={resuming.isPending}
          onClick={() => resuming.mutate(undefined, { onError: toastProblem })}
        >
          {t('mend.resume')}
        </Button>
      )}
    </section>
  );
}
