/** An analysis that was asked for: how far its job is, and in the end what it found. */
import { Button, Group, Progress } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnalysisJob, readAnalysisJob } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import classes from './analyses.module.css';
import { AnalysisResult } from './analysis-result.tsx';

const LOOK_MS = 500;
const OVER: readonly AnalysisJob['state'][] = ['done', 'dead', 'quarantined', 'cancelled'];

export type AnalysisProgressProps = {
  readonly job: string;
  readonly isDryRun: boolean;
  readonly onClose: () => void;
};

export function AnalysisProgress({ job: id, isDryRun, onClose }: AnalysisProgressProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const job = useQuery({
    queryKey: keys.analysisJob(id),
    queryFn: ({ signal }) => readAnalysisJob(id, signal),
    refetchInterval: ({ state: { data } }) => (data !== undefined && OVER.includes(data.state) ? false : LOOK_MS),
  });
  const isOver = job.data !== undefined && OVER.includes(job.data.state);
  useEffect(() => {
    if (isOver) void client.invalidateQueries({ queryKey: keys.allAnalyses });
  }, [isOver, client]);
  return (
    <div className={classes.summary}>
      <Answer to={job}>{(data) => (isOver ? <End job={data} isDryRun={isDryRun} /> : <Wait job={data} />)}</Answer>
      <Group justify="flex-end">
        <Button variant={isOver ? 'filled' : 'default'} onClick={onClose}>
          {isOver ? t('close') : t('analyses.leave')}
        </Button>
      </Group>
    </div>
  );
}

function Wait({ job }: { readonly job: AnalysisJob }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const share = job.progress?.share ?? 0;
  return (
    <div className={classes.wait}>
      <p role="status">
        {job.state === 'leased' ? t('analyses.running', { share: format.share(share) }) : t('analyses.waiting')}
      </p>
      <Progress value={share * 100} animated={job.state === 'leased'} aria-label={t('analyses.progress')} />
      <p className="quiet small">{t('analyses.leaveText')}</p>
    </div>
  );
}

function End({ job, isDryRun }: { readonly job: AnalysisJob; readonly isDryRun: boolean }): ReactNode {
  const { t } = useTranslation();
  if (job.state === 'done' && job.output !== null) return <AnalysisResult summary={job.output} isDryRun={isDryRun} />;
  return (
    <p role="alert" className={classes.error}>
      {t('analyses.failed')} <bdi>{job.error}</bdi>
    </p>
  );
}
