/** Which machines' analyses failed the last time, or are behind their readings; nothing where all is well. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FleetDevice } from '../api/analyses.ts';
import { useFormat } from '../i18n/format.ts';
import classes from './analyses.module.css';
import { useFleet } from './use-fleet.ts';

export function BehindNotice(): ReactNode {
  const { t } = useTranslation();
  const fleet = useFleet();
  const devices = fleet.data?.items.filter(({ hasFailed, isOverdue }) => hasFailed || isOverdue) ?? [];
  if (devices.length === 0) return null;
  return (
    <section className={classes.overdue} aria-labelledby="behind">
      <h2 id="behind">{t('analyses.behind')}</h2>
      <ul>
        {devices.map((device) => (
          <li key={device.device}>
            <Link to="/devices/$deviceId" params={{ deviceId: device.device }}>
              <bdi>{device.device}</bdi>
            </Link>{' '}
            <Why of={device} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Why({ of: { hasFailed, lastSeenAt, analysedTo } }: { readonly of: FleetDevice }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  if (hasFailed) return t('analyses.lastFailed');
  if (analysedTo === null || lastSeenAt === null) return t('analyses.notYet');
  return t('analyses.overdue', { duration: format.duration(Date.parse(lastSeenAt) - Date.parse(analysedTo)) });
}
