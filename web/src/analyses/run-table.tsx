/** Runs of analyses: what each went through, and how it ended. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnalysisRun } from '../api/analyses.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Moment } from '../ui/moment.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { Pill } from '../ui/pill.tsx';
import classes from './analyses.module.css';

export type RunTableProps = { readonly runs: readonly AnalysisRun[]; readonly namesDevice: boolean };

export function RunTable({ runs, namesDevice }: RunTableProps): ReactNode {
  const { t } = useTranslation();
  const columns = [
    { name: t('analyses.started') },
    ...(namesDevice ? [{ name: t('analyses.device') }] : []),
    { name: t('analyses.status') },
    { name: t('analyses.why') },
    { name: t('analyses.rows'), isNumber: true },
    { name: t('analyses.written'), isNumber: true },
    { name: t('analyses.found'), isNumber: true },
    { name: t('analyses.took'), isNumber: true },
  ];
  return (
    <DataTable caption={t('analyses.runs')} columns={columns}>
      {runs.map((run) => (
        <RunRow key={run.id} run={run} namesDevice={namesDevice} />
      ))}
    </DataTable>
  );
}

function RunRow({ run, namesDevice }: { readonly run: AnalysisRun; readonly namesDevice: boolean }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { device, service, trigger, actor, status, error, startedAt, endedAt, rows, late, jumps } = run;
  const remarks = [
    late > 0 && t('analyses.late', { rows: format.integer(late) }),
    jumps > 0 && t('analyses.jumps', { rows: format.integer(jumps) }),
  ].filter((remark) => remark !== false);
  return (
    <tr className={status === 'failed' ? classes.failed : undefined}>
      <td>
        <Moment at={startedAt} />
      </td>
      {namesDevice && (
        <td>
          <Link to="/devices/$deviceId" params={{ deviceId: device }}>
            <bdi>{device}</bdi>
          </Link>
          <br />
          <bdi className="quiet small">{service}</bdi>
        </td>
      )}
      <td>
        <Pill tone={status === 'failed' ? 'bad' : 'good'}>{t(`analyses.statuses.${status}`)}</Pill>
        {error !== null && (
          <p className={classes.error}>
            <bdi>{error}</bdi>
          </p>
        )}
      </td>
      <td>
        {t(`analyses.triggers.${trigger}`)}
        {trigger !== 'follow' && (
          <span className="quiet small">
            {' '}
            (<PersonName id={actor} />)
          </span>
        )}
      </td>
      <td data-number>
        {format.integer(rows)}
        {remarks.length > 0 && (
          <>
            <br />
            <span className="quiet small">{remarks.join(' · ')}</span>
          </>
        )}
      </td>
      <td data-number>{format.integer(run.written)}</td>
      <td data-number>{format.integer(run.anomalies)}</td>
      <td data-number>{format.duration(Date.parse(endedAt) - Date.parse(startedAt))}</td>
    </tr>
  );
}
