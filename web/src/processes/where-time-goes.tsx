/** Where the time of a definition's instances goes: for each step how often, how long, which share, and how it ended. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type DefinitionAnalytics, readAnalytics, type StepAnalytics } from '../api/analytics.ts';
import { keys } from '../api/keys.ts';
import { shapeOf } from '../diagram/node-size.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { useLabel } from '../ui/label.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './where-time-goes.module.css';

type Of = { readonly of: string; readonly version: number | undefined };

/** Of one version where one is chosen, else of all. */
export function WhereTimeGoes({ of: key, version }: Of): ReactNode {
  const { t } = useTranslation();
  const analytics = useQuery({
    queryKey: keys.analytics(key, version),
    queryFn: ({ signal }) => readAnalytics(key, version, signal),
  });
  return (
    <Panel title={t('analytics.title')} isFlush>
      <Answer to={analytics} lines={4}>
        {(data) => (data.since === null ? <p className={classes.note}>{t('analytics.none')}</p> : <Steps of={data} />)}
      </Answer>
    </Panel>
  );
}

function Steps({ of: { instances, steps, since } }: { readonly of: DefinitionAnalytics }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const told = steps.filter(
    ({ type, begun, active }) => (shapeOf(type) === 'step' || type === '') && begun + active > 0,
  );
  const { started, completed, cancelled, durations } = instances;
  const columns = [
    { name: t('processes.step') },
    { name: t('analytics.times'), isNumber: true },
    { name: t('analytics.now'), isNumber: true },
    { name: t('analytics.median'), isNumber: true },
    { name: t('analytics.nineOfTen'), isNumber: true },
    { name: t('analytics.share') },
    { name: t('processes.outcomes') },
  ];
  return (
    <>
      <p className={classes.note}>
        {t('analytics.instances', {
          started: format.integer(started),
          completed: format.integer(completed),
          cancelled: format.integer(cancelled),
          day: since === null ? '' : format.day(since),
        })}{' '}
        {durations && (
          <>
            {t('analytics.took')} <Duration of={durations.p50} />.
          </>
        )}
      </p>
      <DataTable caption={t('analytics.title')} columns={columns}>
        {told.map((step) => (
          <StepRow key={step.node} step={step} />
        ))}
      </DataTable>
    </>
  );
}

function StepRow({ step }: { readonly step: StepAnalytics }): ReactNode {
  const label = useLabel();
  const format = useFormat();
  const { node, name, begun, active, durations, share } = step;
  return (
    <tr>
      <td>
        <bdi>{label(name) || node}</bdi>
      </td>
      <td data-number>{format.integer(begun)}</td>
      <td data-number>{active > 0 && format.integer(active)}</td>
      <td data-number>{durations && <Duration of={durations.p50} />}</td>
      <td data-number>{durations && <Duration of={durations.p90} />}</td>
      <td>{share !== null && <Share of={share} />}</td>
      <td>
        <Outcomes of={step} />
      </td>
    </tr>
  );
}

function Share({ of: share }: { readonly of: number }): ReactNode {
  const format = useFormat();
  return (
    <span className={classes.share}>
      <span className={classes.track} aria-hidden="true">
        <span className={classes.bar} style={{ inlineSize: `${Math.min(100, share * 100)}%` }} />
      </span>
      {percent(share, format.locale)}
    </span>
  );
}

function Outcomes({ of: { outcomes, interrupted, ended } }: { readonly of: StepAnalytics }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const outcomeName = useOutcomeName();
  const parts = outcomes.map(({ outcome, share }) => `${outcomeName(outcome)} ${percent(share, format.locale)}`);
  if (interrupted > 0) parts.push(`${t('analytics.interrupted')} ${percent(interrupted / ended, format.locale)}`);
  return parts.length === 0 ? null : <span className={classes.outcomes}>{format.list(parts)}</span>;
}

const percent = (share: number, locale: string): string =>
  share.toLocaleString(locale, { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 });

/** In its two largest units, in the order in which they are written everywhere. */
function Duration({ of: duration }: { readonly of: string }): ReactNode {
  const parts = duration.match(/\d+(?:\.\d+)?(?:ms|[dhms])/g) ?? [];
  return <bdi dir="ltr">{parts.slice(0, 2).join(' ')}</bdi>;
}
