/** One incident: where it is stuck, why, and another try. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Incident, retryIncident } from '../api/processes.ts';
import { AlertIcon, RetryIcon } from '../app/icons.tsx';
import { toastDone } from '../app/problem-toast.tsx';
import { IncidentActions } from '../mending/incident-actions.tsx';
import { Ago } from '../ui/moment.tsx';
import classes from './processes.module.css';

export type IncidentNoticeProps = {
  readonly incident: Incident;
  /** The step's name where it is known. */
  readonly step?: string;
  readonly children?: ReactNode;
};

export function IncidentNotice({ incident, step, children }: IncidentNoticeProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryIncident(incident.instance, incident.token),
    onSuccess: () => toastDone(t('incidents.retried')),
    onSettled: () =>
      Promise.all([keys.allIncidents, keys.allInstances].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <div className={classes.incident}>
      <AlertIcon size={20} />
      <div className={classes.incidentText}>
        <p className={classes.incidentTitle}>
          <bdi>{t('incidents.stuckAt', { step: step ?? incident.node })}</bdi>
        </p>
        <p>
          <bdi>{incident.message}</bdi>
        </p>
        <p className="quiet small">
          <Ago at={incident.at} /> · <code>{incident.code}</code>
          {children !== undefined && <> · {children}</>}
        </p>
      </div>
      <div className={classes.incidentActions}>
        <Button
          variant="default"
          size="xs"
          leftSection={<RetryIcon size={16} />}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          {t('incidents.retry')}
        </Button>
        <IncidentActions incident={incident} step={step ?? incident.node} />
      </div>
    </div>
  );
}
