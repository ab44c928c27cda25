/** Which machines' analyses failed the last time, or are behind their readings; nothing where all is well. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { listRuns, readFleet } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { useFormat } from '../i18n/format.ts';
import { useNow } from '../ui/now.ts';
import classes from './analyses.module.css';
import { lastFailed, overdueOf } from './overdue.ts';

/** Runs that are looked through for the last one of each machine. */
const LOOKED_AT = 200;

export function BehindNotice(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const filter = { limit: LOOKED_AT };
  const fleet = useQuery({ queryKey: keys.fleet, queryFn: ({ signal }) => readFleet(signal) });
  const runs = useQuery({
    queryKey: [...keys.runs(filter), 'last'],
    queryFn: ({ signal }) => listRuns(filter, { signal }),
  });
  const failed = lastFailed(runs.data?.items ?? []);
  const overdue = overdueOf(fleet.data?.items ?? [], now);
  if (failed.length + overdue.length === 0) return null;
  return (
    <section className={classes.overdue} aria-labelledby="behind">
      <h2 id="behind">{t('analyses.behind')}</h2>
      <ul>
        {failed.map(({ device, endedAt }) => (
          <li key={`failed ${device}`}>
            <DeviceLink id={device} /> {t('analyses.lastFailed', { at: format.moment(endedAt, now) })}
          </li>
        ))}
        {overdue.map(({ device, lastSeenAt, analysedTo }) => (
          <li key={`overdue ${device}`}>
            <DeviceLink id={device} />{' '}
            {analysedTo === null || lastSeenAt === null
              ? t('analyses.notYet')
              : t('analyses.overdue', {
                  duration: format.duration(Date.parse(lastSeenAt) - Date.parse(analysedTo)),
                })}
          </li>
        ))}
      </ul>
    </section>
  );
}

function DeviceLink({ id }: { readonly id: string }): ReactNode {
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: id }}>
      <bdi>{id}</bdi>
    </Link>
  );
}
