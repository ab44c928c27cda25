/** One machine on the overview. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FleetDevice, Kpis } from '../api/analyses.ts';
import { LastSeen } from '../devices/last-seen.tsx';
import { useFormat } from '../i18n/format.ts';
import { qualityTone } from '../quality/quality-tone.ts';
import { StateName } from '../states/state-name.tsx';
import { Ago } from '../ui/moment.tsx';
import { Pill } from '../ui/pill.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import classes from './fleet.module.css';
import { nameOf } from './fleet-order.ts';

export function MachineCard({ machine }: { readonly machine: FleetDevice }): ReactNode {
  const { t } = useTranslation();
  const { device, line, service, lastSeenAt, isSilent, state, stateSince, today, openAnomalies } = machine;
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: device }} className={classes.card} data-silent={isSilent}>
      <span className={classes.head}>
        <bdi className={classes.name}>{nameOf(machine)}</bdi>
        {isSilent ? <Pill tone="bad">{t('fleet.silent')}</Pill> : <LastSeen at={lastSeenAt} />}
      </span>
      <span className={classes.about}>
        <bdi>{device}</bdi>
        {line && (
          <>
            {' '}
            · <bdi>{line}</bdi>
          </>
        )}
      </span>
      {state !== null && (
        <span className={classes.state}>
          <StateName state={state} />
          {stateSince !== null && (
            <span className={classes.since}>
              {t('fleet.since')} <Ago at={stateSince} />
            </span>
          )}
        </span>
      )}
      {isSilent && lastSeenAt !== null && (
        <span className={classes.silence}>
          {t('fleet.lastReading')} <Ago at={lastSeenAt} />
        </span>
      )}
      {service === null && <span className="quiet small">{t('fleet.noService')}</span>}
      {today !== null && <Day machine={machine} kpis={today.kpis} />}
      {openAnomalies > 0 && (
        <span>
          <Pill tone="warn">{t('fleet.anomalies', { count: openAnomalies })}</Pill>
        </span>
      )}
    </Link>
  );
}

function Day({ machine, kpis }: { readonly machine: FleetDevice; readonly kpis: Kpis }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { today, quality } = machine;
  const pieces = today?.elements.pq ?? 0;
  const figures = [
    ...(kpis.effectiveness === null && kpis.oee === null
      ? []
      : [{ name: t('kpis.oee'), value: <ShareBar share={kpis.oee} low={kpis.oeeLow} high={kpis.oeeHigh} isStrong /> }]),
    { name: t('kpis.availability'), value: <ShareBar share={kpis.availability} /> },
    ...(kpis.effectiveness === null
      ? []
      : [
          { name: t('kpis.effectiveness'), value: <ShareBar share={kpis.effectiveness} /> },
          { name: t('kpis.quality'), value: <ShareBar share={kpis.quality} /> },
        ]),
    ...(pieces === 0 ? [] : [{ name: t('kpis.pieces'), value: format.integer(pieces) }]),
    { name: t('dataQuality.title'), value: <ShareBar share={quality} tone={qualityTone(quality)} /> },
  ];
  return (
    <span className={classes.figures}>
      {figures.map(({ name, value }) => (
        <span key={name}>
          <span className="quiet">{name}</span>
          <span>{value}</span>
        </span>
      ))}
    </span>
  );
}
