/** A job that somebody asked for: how far it is, and in the end what came of it. */
import { Button, Group, Progress } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { readJob, type WaitedJob } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import classes from './analyses.module.css';

const LOOK_MS = 500;
const OVER: readonly WaitedJob<unknown>['state'][] = ['done', 'dead', 'quarantined', 'cancelled'];

export type JobProgressProps<Output> = {
  readonly job: string;
  /** What happens when the window is closed before the end. */
  readonly leaveText: string;
  /** The beginnings of query keys that are stale when it is over; the same list in every render. */
  readonly stales: readonly (readonly string[])[];
  readonly children: (output: Output) => ReactNode;
  readonly onClose: () => void;
};

export function JobProgress<Output>({
  job: id,
  leaveText,
  stales,
  children,
  onClose,
}: JobProgressProps<Output>): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const job = useQuery({
    queryKey: keys.waitedJob(id),
    queryFn: ({ signal }) => readJob<Output>(id, signal),
    refetchInterval: ({ state: { data } }) => (data !== undefined && OVER.includes(data.state) ? false : LOOK_MS),
  });
  const isOver = job.data !== undefined && OVER.includes(job.data.state);
  useEffect(() => {
    if (isOver) for (const queryKey of stales) void client.invalidateQueries({ queryKey });
  }, [isOver, client, stales]);
  return (
    <div className={classes.summary}>
      <Answer to={job}>
        {(data) => (isOver ? <End job={data}>{children}</End> : <Wait job={data} leaveText={leaveText} />)}
      </Answer>
      <Group justify="flex-end">
        <Button variant={isOver ? 'filled' : 'default'} onClick={onClose}>
          {isOver ? t('close') : t('waiting.leave')}
        </Button>
      </Group>
    </div>
  );
}

function Wait({ job, leaveText }: { readonly job: WaitedJob<unknown>; readonly leaveText: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const share = job.progress?.share ?? 0;
  return (
    <div className={classes.wait}>
      <p role="status">
        {job.state === 'leased' ? t('waiting.running', { share: format.share(share) }) : t('waiting.ready')}
      </p>
      <Progress value={share * 100} animated={job.state === 'leased'} aria-label={t('waiting.progress')} />
      <p className="quiet small">{leaveText}</p>
    </div>
  );
}

type EndProps<Output> = { readonly job: WaitedJob<Output>; readonly children: (output: Output) => ReactNode };

function End<Output>({ job, children }: EndProps<Output>): ReactNode {
  const { t } = useTranslation();
  if (job.state === 'done' && job.output !== null) return children(job.output);
  return (
    <p role="alert" className={classes.error}>
      {t('waiting.failed')} <bdi>{job.error}</bdi>
    </p>
  );
}
